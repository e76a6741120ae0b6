"""Payees or devices a customer has used: the recent ones exactly, the older ones never as "first-time" again.

One row of 11 bytes: day last seen and flag, value, second first seen; 7 without the second, which payees do not need.
The rows are in byte order, so the first one was seen longest ago. A row that must make room goes into a Bloom filter.
From then on the value may be taken for known although it is not (safe: nothing is blocked for it); the reverse cannot
happen before it was unseen for 400 days.
"""

from typing import NamedTuple

from msgspec import Struct, field

from monitor.engine.state.bloom import Bloom
from monitor.engine.state.packing import (
    DAY,
    find_aligned,
    insert_sorted,
    pack_second,
    remove_row,
    rows_before,
    unpack_second,
)

_KEY = 5  # bytes of a fingerprint that are kept: among 128 a stranger is taken for known once in 8 * 10^9
_UNDATED = 2 + _KEY  # bytes of a row without the second first seen
_DATED = _UNDATED + 4
KEEP = 400 * DAY


class Sighting(NamedTuple):
    """What is known of a value.

    `first_seen` in ms, to the second; `last_seen` in ms, to the day (UTC). 0: long ago, or the instant is not kept.
    """

    first_seen: int
    last_seen: int
    paid: bool


class KnownSet(Struct, array_like=True, gc=False):
    """Fingerprints of at least 5 bytes, the first 5 count.

    The `capacity` seen last are exact. Of the others it is only known that they were seen, and whether paid.
    `dated`: when a value was first seen is kept.
    """

    rows: bytes = b""
    capacity: int = 128
    forgotten: Bloom = field(default_factory=Bloom)
    dated: bool = True

    @property
    def _width(self) -> int:
        return _DATED if self.dated else _UNDATED

    def see(self, value: bytes, now: int, *, paid: bool = False) -> Sighting | None:
        """Note the value at event time `now`; what was known of it before, None when this is the first time."""
        value, width = _short(value), self._width
        at = self._find(value)
        before = self._sighting(at) if at >= 0 else self._beyond(value)
        if at >= 0:
            self.rows = remove_row(self.rows, at, width)
        self.rows = insert_sorted(self.rows, _row(value, now, paid, before)[:width])
        if len(self.rows) > self.capacity * width:
            self._forget_oldest()
        return before

    def get(self, value: bytes) -> Sighting | None:
        """Say what is known of the value; None: never seen, or not for 400 days."""
        value = _short(value)
        at = self._find(value)
        return self._sighting(at) if at >= 0 else self._beyond(value)

    def _beyond(self, value: bytes) -> Sighting | None:
        """What is known of a value that has no row."""
        if value in self.forgotten:
            return Sighting(0, 0, _as_paid(value) in self.forgotten)
        return None

    def __bool__(self) -> bool:
        return bool(self.rows or self.forgotten.current or self.forgotten.closed)

    def __contains__(self, value: bytes) -> bool:
        return self.get(value) is not None

    def paid(self, value: bytes) -> bool:
        """Whether money went there before."""
        value = _short(value)
        at = self._find(value)
        if at >= 0:
            return bool(self.rows[at * self._width + 1] & 1)
        return value in self.forgotten and _as_paid(value) in self.forgotten

    def distinct(self, window: int, now: int) -> int:
        """Values last seen in the `window` ms before `now`, to the day; `capacity` means at least that many."""
        start = _pack_day(max(0, now - window), paid=False)
        return len(self.rows) // self._width - rows_before(self.rows, start, self._width)

    def expire(self, now: int) -> None:
        """Forget for good what was not seen for 400 days."""
        gone = rows_before(self.rows, _pack_day(max(0, now - KEEP), paid=False), self._width)
        if gone:
            self.rows = self.rows[gone * self._width :]
        self.forgotten.expire(now)

    def _forget_oldest(self) -> None:
        value, oldest = self.rows[2:_UNDATED], self._sighting(0)
        self.rows = self.rows[self._width :]
        newest = self._sighting(len(self.rows) // self._width - 1).last_seen
        self.forgotten.add(value, newest)
        if oldest.paid:
            self.forgotten.add(_as_paid(value), newest)

    def _find(self, value: bytes) -> int:
        return find_aligned(self.rows, value, self._width, 2)

    def _sighting(self, at: int) -> Sighting:
        row = self.rows[at * self._width : (at + 1) * self._width]
        day = int.from_bytes(row[:2], "big")
        return Sighting(unpack_second(row[_UNDATED:]), (day >> 1) * DAY, bool(day & 1))


def _short(value: bytes) -> bytes:
    if len(value) < _KEY:
        raise ValueError(f"a fingerprint has at least {_KEY} bytes, this one {len(value)}")
    return value[:_KEY]


def _row(value: bytes, now: int, paid: bool, before: Sighting | None) -> bytes:
    first = last = now
    if before is not None:
        first, last = min(now, before.first_seen), max(now, before.last_seen)
        paid = paid or before.paid
    return _pack_day(last, paid=paid) + value + pack_second(first)


def _pack_day(ms: int, *, paid: bool) -> bytes:
    """Two bytes whose order is that of the days; of one day the unpaid come first. OverflowError after 2059."""
    return (ms // DAY << 1 | paid).to_bytes(2, "big")


def _as_paid(value: bytes) -> bytes:
    """Name under which the filter keeps the flag: the same value with its parts exchanged."""
    return value[3:] + value[:3]
