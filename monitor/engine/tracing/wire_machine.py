"""An account's traced state as positional msgpack.

Names and buckets are written once and meant by number after; what the union repeats of an only origin is left out.
"""

from collections.abc import Mapping
from typing import TypeVar

from msgspec import Struct

from monitor.engine.tracing.interval import ANY_LOAN, NO_CAP, OWN
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.lots import Composition, Lots
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.records import Part, Record, Source, record_key

_Units = list[tuple[int, int]]  # number of a colour, minor units
_Part = tuple[int, int, int | None, int | None]
_Sums = tuple[int, int, int, int]
_Value = TypeVar("_Value")
_ABSENT, _SAME = 0, 1
_OUTGOING, _USED, _DOUBTFUL = 1, 2, 4


class _Source(Struct, array_like=True):
    name: int
    sums: _Sums
    cap: int | None
    hops: int
    expires: int
    home: int
    via: list[str] = []


class _Record(Struct, array_like=True):
    key: bytes  # b"" where the name says it
    name: str
    flags: int
    amount: int
    since_first: int
    bucket: int
    composition: _Units | int  # a colour alone: all of it
    parts: list[tuple[int, _Part]]
    union: int | _Part


class WireMachine(Struct, array_like=True):
    """`first` is the time of the oldest record, ms; `balance` is negative when overdrawn."""

    balance: int
    names: list[str]
    sources: list[_Source]
    union: int | _Sums
    lots: list[_Units]
    first: int
    records: list[_Record]


class _Names:
    """Numbers for names: 0 is own money; the others in name order."""

    def __init__(self, machine: Machine) -> None:
        used = {ANY_LOAN, ""} | machine.sources.keys()
        used |= {source.home for source in machine.sources.values()}
        used |= {record.bucket for record in machine.records}
        used |= {colour for lot in machine.lots.queue for colour in lot}
        used |= {name for record in machine.records for name in (*record.parts, *record.composition)}
        self.names = sorted(used - {OWN})
        self.numbers = {OWN: 0} | {name: number for number, name in enumerate(self.names, 1)}

    def units(self, composition: Composition) -> _Units:
        return sorted((self.numbers[colour], units) for colour, units in composition.items() if units)


def from_machine(machine: Machine) -> WireMachine:
    """The machine's one canonical form."""
    names = _Names(machine)
    numbers = names.numbers
    first = machine.records[0].time if machine.records else 0
    return WireMachine(
        machine.balance - machine.debt,
        names.names,
        [_from_source(numbers, name, machine.sources[name]) for name in sorted(machine.sources) if name != ANY_LOAN],
        _union({name: _sums(source) for name, source in machine.sources.items()}),
        [names.units(lot) for lot in machine.lots.queue],
        first,
        [_from_record(names, record, first) for record in machine.records],
    )


def _sums(source: Source) -> _Sums:
    return source.low, source.high, source.out_sum, source.in_sum


def _part(part: Part) -> _Part:
    return part.certain, part.possible, part.floor, part.ceiling


def _union(values: Mapping[str, _Value]) -> int | _Value:
    """The union's value, unless it only repeats the one origin's."""
    if ANY_LOAN not in values:
        return _ABSENT
    others = [value for name, value in values.items() if name != ANY_LOAN]
    return _SAME if others == [values[ANY_LOAN]] else values[ANY_LOAN]


def _from_source(numbers: dict[str, int], name: str, source: Source) -> _Source:
    cap = None if source.cap == NO_CAP else source.cap
    return _Source(
        numbers[name], _sums(source), cap, source.hops, source.expires, numbers[source.home], list(source.via)
    )


def _from_record(names: _Names, record: Record, first: int) -> _Record:
    parts: dict[str, _Part] = {name: _part(part) for name, part in record.parts.items()}
    units = names.units(record.composition)
    return _Record(
        b"" if record.name else record.key,
        record.name,
        record.outgoing * _OUTGOING | record.used * _USED | (not record.sure) * _DOUBTFUL,
        record.amount,
        record.time - first,
        names.numbers[record.bucket],
        units[0][0] if len(units) == 1 and units[0][1] == record.amount else units,
        sorted((names.numbers[name], part) for name, part in parts.items() if name != ANY_LOAN),
        _union(parts),
    )


def to_machine(wire: WireMachine, limits: Limits, debt_bucket: str) -> Machine:
    """The machine again."""
    names = [OWN, *wire.names]
    machine = Machine(limits, wire.balance, debt_bucket)
    machine.lots = Lots(limits.lots, [_composition(names, lot) for lot in wire.lots])
    for one in wire.sources:
        cap = NO_CAP if one.cap is None else one.cap
        machine.sources[names[one.name]] = Source(
            *one.sums, cap, one.hops, one.expires, names[one.home], tuple(one.via)
        )
    if isinstance(wire.union, tuple):
        machine.sources[ANY_LOAN] = Source(*wire.union)
    elif wire.union == _SAME:
        machine.sources[ANY_LOAN] = Source(*wire.sources[0].sums)
    machine.records = [_to_record(names, record, wire.first) for record in wire.records]
    return machine


def _composition(names: list[str], units: _Units) -> Composition:
    return {names[number]: amount for number, amount in units}


def _to_record(names: list[str], wire: _Record, first: int) -> Record:
    parts = {names[number]: Part(*part) for number, part in wire.parts}
    if isinstance(wire.union, tuple):
        parts[ANY_LOAN] = Part(*wire.union)
    elif wire.union == _SAME:
        parts[ANY_LOAN] = Part(*wire.parts[0][1])
    units = [(wire.composition, wire.amount)] if isinstance(wire.composition, int) else wire.composition
    composition = _composition(names, units)
    key = record_key(wire.name) if wire.name else wire.key
    outgoing, used, sure = bool(wire.flags & _OUTGOING), bool(wire.flags & _USED), not wire.flags & _DOUBTFUL
    bucket, time = names[wire.bucket], first + wire.since_first
    return Record(key, outgoing, wire.amount, composition, bucket, time, used, parts, wire.name, sure)
