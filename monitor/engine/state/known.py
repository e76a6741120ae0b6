"""Payees or devices a customer has used: the recent ones exactly, the older ones never as "first-time" again.

One row of 12 bytes: day last seen and flag, value, second first seen. The rows are in byte order, so the first one was
seen longest ago. A row that must make room goes into a Bloom filter. From then on the value may be taken for known
although it is not (safe: nothing is blocked for it); the reverse cannot happen before it was unseen for 400 days.
"""

from typing import NamedTuple

from msgspec import Struct, field

from monitor.engine.state.bloom import Bloom
from monitor.engine.state.packing import (
    DAY,
    KEY_BYTES,
    find_aligned,
    insert_sorted,
    pack_second,
    remove_row,
    rows_before,
    short_key,
    unpack_second,
)

_WIDTH = 2 + KEY_BYTES + 4
KEEP = 400 * DAY


class Sighting(NamedTuple):
    """What is known of a value.

    `first_seen` in ms, to the second; `last_seen` in ms, to the day (UTC). 0: long ago, the instant is forgotten.
    """

    first_seen: int
    last_seen: int
    paid: bool


class KnownSet(Struct, array_like=True, gc=False):
    """Fingerprints of at least 6 bytes, the first 6 count.

    The `capacity` seen last are exact. Of the others it is only known that they were seen, and whether paid.
    """

    rows: bytes = b""
    capacity: int = 128
    forgotten: Bloom = field(default_factory=Bloom)

    def see(self, value: bytes, now: int, *, paid: bool = False) -> Sighting | None:
        """Note the value at event time `now`; what was known of it before, None when this is the first time."""
        value = short_key(value)
        before = self.get(value)
        at = self._find(value)
        if at >= 0:
            self.rows = remove_row(self.rows, at, _WIDTH)
        self.rows = insert_sorted(self.rows, _row(value, now, paid, before))
        if len(self.rows) > self.capacity * _WIDTH:
            self._forget_oldest()
        return before

    def get(self, value: bytes) -> Sighting | None:
        """Say what is known of the value; None: never seen, or not for 400 days."""
        value = short_key(value)
        at = self._find(value)
        if at >= 0:
            return _sighting(self.rows[at * _WIDTH : (at + 1) * _WIDTH])
        if value in self.forgotten:
            return Sighting(0, 0, _as_paid(value) in self.forgotten)
        return None

    def __contains__(self, value: bytes) -> bool:
        return self.get(value) is not None

    def paid(self, value: bytes) -> bool:
        """Whether money went there before."""
        found = self.get(value)
        return found is not None and found.paid

    def expire(self, now: int) -> None:
        """Forget for good what was not seen for 400 days."""
        gone = rows_before(self.rows, _pack_day(max(0, now - KEEP), paid=False), _WIDTH)
        if gone:
            self.rows = self.rows[gone * _WIDTH :]
        self.forgotten.expire(now)

    def _forget_oldest(self) -> None:
        row, self.rows = self.rows[:_WIDTH], self.rows[_WIDTH:]
        value, newest = row[2:-4], _sighting(self.rows[-_WIDTH:]).last_seen
        self.forgotten.add(value, newest)
        if _sighting(row).paid:
            self.forgotten.add(_as_paid(value), newest)

    def _find(self, value: bytes) -> int:
        return find_aligned(self.rows, value, _WIDTH, 2)


def _row(value: bytes, now: int, paid: bool, before: Sighting | None) -> bytes:
    first = last = now
    if before is not None:
        first, last = min(now, before.first_seen), max(now, before.last_seen)
        paid = paid or before.paid
    return _pack_day(last, paid=paid) + value + pack_second(first)


def _sighting(row: bytes) -> Sighting:
    day = int.from_bytes(row[:2], "big")
    return Sighting(unpack_second(row[-4:]), (day >> 1) * DAY, bool(day & 1))


def _pack_day(ms: int, *, paid: bool) -> bytes:
    """Two bytes whose order is that of the days; of one day the unpaid come first. OverflowError after 2059."""
    return (ms // DAY << 1 | paid).to_bytes(2, "big")


def _as_paid(value: bytes) -> bytes:
    """Name under which the filter keeps the flag: the same value with its halves exchanged."""
    return value[3:] + value[:3]
