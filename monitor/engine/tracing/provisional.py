"""A decision that cannot wait: the base and all that waits behind it, on a copy.

An unresolved credit may hold anything, so each source may be all of it. What comes later lies inside: certain only
grows, possible only falls. No principal bounds it: the same draw may have been paid out again where this account has
not heard of it.
"""

from collections.abc import Iterable

from monitor.engine.tracing.effects import Effects
from monitor.engine.tracing.interval import ANY_LOAN, NO_CAP, OTHER, Bounds, Pair, named
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.movements import BACKWARD, Kind, Movement, Share
from monitor.engine.tracing.passing import CLEAN, Op, draw_share, pass_op


def replay(base: Machine, waiting: Iterable[Op]) -> Machine:
    """A copy of the base on which all that waits was applied, provisionally."""
    machine, ops = base.copy(), list(waiting)
    if not all(isinstance(op, Movement) for op in ops):
        machine.records = [record.copy() for record in base.records]  # an ending looks what can come back
    for op in ops:
        _play(machine, op)
    return machine


def _play(machine: Machine, op: Op) -> None:
    if not isinstance(op, Movement):
        pass_op(machine, op, CLEAN, Effects())
    elif not op.credit:
        machine.debit(None, op.amount)
    elif op.awaits_tag or op.kind in BACKWARD:
        machine.credit(None, op.amount, _anything(machine, op.amount), Bounds(0, op.amount))
    else:
        pass_op(machine, op, CLEAN, Effects())


def _anything(machine: Machine, amount: int) -> dict[str, Share]:
    shares = {OTHER: Share(0, amount, 0)}
    for name in named(machine.sources):
        source = machine.sources[name]
        shares[name] = Share(0, amount, 0, NO_CAP, source.hops, source.expires, source.home, source.via)
    return shares


def across_gap(machine: Machine | None, parked: Iterable[Movement], amount: int) -> dict[str, Pair]:
    """Postings are missing: nothing is certain, and anything may have come with them."""
    names = {ANY_LOAN, *(machine.sources if machine else ())}
    for movement in parked:
        if movement.credit and movement.kind is Kind.DRAW:
            names |= draw_share(movement, 0).keys()
    return dict.fromkeys(sorted(names), Pair(0, amount))


def widest(one: dict[str, Pair], two: dict[str, Pair]) -> dict[str, Pair]:
    """The smallest certain and the largest possible of two readings."""
    nothing = Pair(0, 0)
    return {name: _wider(one.get(name, nothing), two.get(name, nothing)) for name in sorted(one.keys() | two.keys())}


def _wider(one: Pair, two: Pair) -> Pair:
    certain, possible = min(one.certain, two.certain), max(one.possible, two.possible)
    return Pair(certain, possible, max(certain, min(possible, one.point)))
