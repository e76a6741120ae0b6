"""Taking a remembered movement back, in whole or in part.

The payment is replaced, where it stood, by one of what is left. Every later choice stays a conserving one, because loan
money and own money both grew by what came back; so the sums of the shrunk history bound what is held now.
"""

from typing import NamedTuple

from monitor.engine.tracing.interval import Bounds
from monitor.engine.tracing.lots import Composition, split
from monitor.engine.tracing.machine import Carried, Ended, Machine
from monitor.engine.tracing.records import Part, Record, Source


class Undone(NamedTuple):
    """What came back, and what that repaid or ended."""

    carried: Carried
    ended: list[Ended]


class _Shift(NamedTuple):
    """Change of the sums since the movement (`late`) and of the sums before it had it been smaller (`early`)."""

    late_out: int
    late_in: int
    early_out: int
    early_in: int


def undo(machine: Machine, record: Record, amount: int, composition: Composition | None = None) -> Undone:
    """Shrink `record` by `amount` <= what is left of it; `composition` is what the other side says came back."""
    back = {name: _shrink(machine, record, name, amount) for name in sorted(record.parts)}
    returned = composition or split(record.composition, amount)
    record.amount -= amount
    for colour, units in returned.items():
        record.composition[colour] = record.composition.get(colour, 0) - units
    if record.outgoing:
        machine.balance += amount
        machine.lots.push(returned, front=True)
    else:
        machine.balance -= amount
        machine.lots.take_newest(returned)
    for name, source in machine.sources.items():
        _hold_to_anchors(machine, name, source)
    ended = machine.settle(amount if record.outgoing else 0)
    return Undone(Carried(back, returned), ended)


def _shrink(machine: Machine, record: Record, name: str, amount: int) -> Bounds:
    source, part = machine.sources[name], record.parts[name]
    back = Bounds(max(0, amount - (record.amount - part.certain)), min(amount, part.possible))
    stays = Bounds(max(0, part.certain - amount), min(part.possible, record.amount - amount))
    if record.outgoing:
        source.low += back.low
        source.high += back.high
    else:
        source.low = max(0, source.low - back.high)
        source.high -= back.low
    shift = _shift(part, back, stays, outgoing=record.outgoing)
    source.out_sum += shift.late_out
    source.in_sum += shift.late_in
    for older in machine.records[: machine.records.index(record) + 1]:
        if name in older.parts:
            older.parts[name].shift(shift.late_out - shift.early_out, shift.early_in - shift.late_in)
    part.certain, part.possible = stays
    return back


def _shift(part: Part, back: Bounds, stays: Bounds, *, outgoing: bool) -> _Shift:
    fewer_certain, fewer_possible = part.certain - stays.low, part.possible - stays.high
    if outgoing:
        return _Shift(-back.low, back.high, -fewer_possible, fewer_certain)
    return _Shift(back.high, -back.low, fewer_certain, -fewer_possible)


def _hold_to_anchors(machine: Machine, name: str, source: Source) -> None:
    for record in machine.records:
        part = record.parts.get(name)
        if part is not None and part.floor is not None and part.ceiling is not None:
            source.low = max(source.low, part.floor - source.out_sum)
            source.high = min(source.high, part.ceiling + source.in_sum)
