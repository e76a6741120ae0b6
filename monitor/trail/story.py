"""Everything that is told of a loan: under each method asked for, and as the monitor has it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.trail.following import Followed, follow
from monitor.trail.methods import Method
from monitor.trail.order import in_order, reached
from monitor.trail.paths import Way, ways
from monitor.trail.proceeds import TOPIC, Proceeds, newest
from monitor.trail.reading import History, Record, read


@dataclass(frozen=True, slots=True)
class Story:
    """One loan. `followed`: by method, in the order asked for; `ways` are those of the first."""

    history: History
    followed: tuple[Followed, ...]
    ways: tuple[Way, ...]
    proceeds: Proceeds | None
    accounts: int


def tell(records: Iterable[Record], loan: str, methods: Sequence[Method]) -> Story:
    """Read everything and follow the loan. KeyError: no message names it."""
    own: list[Record] = []
    history = read(_noting(records, own))
    if loan not in history.loans:
        raise KeyError(loan)
    ordered = list(in_order(history.steps))
    accounts = reached(ordered, loan)
    here = [step for step in ordered if step.account in accounts or not step.account]
    followed = tuple(follow(here, loan, method) for method in methods)
    return Story(history, followed, tuple(ways(followed[0])), newest(own, loan), len(accounts))


def _noting(records: Iterable[Record], own: list[Record]) -> Iterator[Record]:
    """Pass records on; keep what the monitor said itself."""
    for record in records:
        if record.topic == TOPIC:
            own.append(record)
        else:
            yield record
