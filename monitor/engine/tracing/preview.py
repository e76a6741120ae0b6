"""What an amount would carry if it left now: the answer for a decision that cannot wait."""

from collections.abc import Iterable

from monitor.engine.tracing.book import Entry
from monitor.engine.tracing.interval import Pair
from monitor.engine.tracing.movements import BACKWARD, Kind, Movement
from monitor.engine.tracing.passing import draw_share
from monitor.engine.tracing.posted import NO_PAIRS, Pairs, carried
from monitor.engine.tracing.provisional import across_gap, widest


def of_payment(entry: Entry, amount: int, reserved: int) -> Pairs:
    """A payment that is asked for, with and without the `reserved` minor units of requests that may come first."""
    if entry.sequence.parked:
        return _across_gap(entry, (), amount)
    machine = entry.account.now()
    pairs = machine.preview(amount).pairs()
    if reserved:
        after = machine.copy()
        after.debit(None, reserved)
        pairs = widest(pairs, after.preview(amount).pairs())
    return carried(pairs, provisional=bool(entry.account.tail))


def of_posting(entry: Entry, movement: Movement, *, gap: bool) -> Pairs:
    """A posting that waits. `gap`: postings before it are missing."""
    if not movement.credit:
        if gap or entry.sequence.parked:
            return _across_gap(entry, (movement,), movement.amount)
        return carried(entry.account.now().preview(movement.amount).pairs(), provisional=True)
    draw = {} if entry.account.card or movement.kind is not Kind.DRAW else draw_share(movement, 0)
    if draw:
        exact = Pair(movement.amount, movement.amount, movement.amount)
        return Pairs(dict.fromkeys(draw, exact), exact, provisional=True)
    unknown = movement.awaits_tag or movement.kind in BACKWARD
    return Pairs(NO_PAIRS, Pair(0, movement.amount if unknown else 0), provisional=True)


def _across_gap(entry: Entry, more: Iterable[Movement], amount: int) -> Pairs:
    account = entry.account
    known = [*(one.movement for one in entry.sequence.parked), *more, *account.waiting()]
    return carried(across_gap(account.base, known, amount), provisional=True)
