"""Payees or devices a customer has used: the recent ones exactly, the older ones never as "first-time" again.

One row of 15 bytes: last seen, value, first seen, flag. A row that must make room goes into a Bloom filter. From then
on the value may be taken for known although it is not (safe: nothing is blocked for it); the reverse cannot happen
before it was unseen for 400 days.
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

_WIDTH = 4 + KEY_BYTES + 4 + 1
KEEP = 400 * DAY


class Sighting(NamedTuple):
    """What is known of a value. Times in ms, to the second; 0 means long ago, the instant is forgotten."""

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
        gone = rows_before(self.rows, pack_second(max(0, now - KEEP)), _WIDTH)
        if gone:
            self.rows = self.rows[gone * _WIDTH :]
        self.forgotten.expire(now)

    def _forget_oldest(self) -> None:
        row, self.rows = self.rows[:_WIDTH], self.rows[_WIDTH:]
        value, newest = row[4:-5], unpack_second(self.rows[-_WIDTH : 4 - _WIDTH])
        self.forgotten.add(value, newest)
        if row[-1]:
            self.forgotten.add(_as_paid(value), newest)

    def _find(self, value: bytes) -> int:
        return find_aligned(self.rows, value, _WIDTH, 4)


def _row(value: bytes, now: int, paid: bool, before: Sighting | None) -> bytes:
    last = first = pack_second(now)
    if before is not None:
        last, first = max(last, pack_second(before.last_seen)), min(first, pack_second(before.first_seen))
        paid = paid or before.paid
    return last + value + first + bytes([paid])


def _sighting(row: bytes) -> Sighting:
    return Sighting(unpack_second(row[-5:-1]), unpack_second(row[:4]), row[-1] == 1)


def _as_paid(value: bytes) -> bytes:
    """Name under which the filter keeps the flag: the same value with its halves exchanged."""
    return value[3:] + value[:3]
