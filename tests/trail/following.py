"""Short ways to what tests ask of a history."""

from collections.abc import Iterable

from monitor.trail.followed import Followed
from monitor.trail.methods import METHODS
from monitor.trail.paths import Way
from monitor.trail.reading import Record
from monitor.trail.story import tell

CONSERVING = [name for name, method in METHODS.items() if method.conserves]


def followed(records: Iterable[Record], method: str = "fifo", loan: str = "loan-1") -> Followed:
    """Follow a loan under one method."""
    return tell(records, loan, [METHODS[method]]).followed[0]


def ways_of(records: Iterable[Record], method: str = "fifo", loan: str = "loan-1") -> tuple[Way, ...]:
    """The ways of a loan."""
    return tell(records, loan, [METHODS[method]]).ways


def ledger(records: Iterable[Record], method: str = "fifo", loan: str = "loan-1") -> dict[str, int]:
    """Bucket -> minor units."""
    return followed(records, method, loan).ledger
