"""Which of a customer's values were seen when: merchants, payees, devices of the last weeks.

One row of 14 bytes a value: last seen, value, first seen. The rows are in byte order, thus in order of (last seen,
value): the oldest is the first row, and counting what is younger than a window is a binary search.
"""

from msgspec import Struct

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

_WIDTH = 4 + KEY_BYTES + 4
KEEP = 90 * DAY


class Recency(Struct, array_like=True, gc=False):
    """At most `capacity` values with first and last time seen, in ms, kept to the second (rounded down).

    Values are fingerprints of at least 6 bytes, the first 6 count. When full, the one seen longest ago is forgotten
    (ties: the smaller value); a value that comes back after that starts anew.
    """

    rows: bytes = b""
    capacity: int = 64

    def seen(self, value: bytes, now: int) -> None:
        """Note the value at event time `now`; a late event moves `first_seen` back, never `last_seen`."""
        at = self._find(value)
        last = first = pack_second(now)
        if at >= 0:
            row = self.rows[at * _WIDTH : (at + 1) * _WIDTH]
            last, first = max(last, row[:4]), min(first, row[-4:])
            self.rows = remove_row(self.rows, at, _WIDTH)
        self.rows = insert_sorted(self.rows, last + short_key(value) + first)
        if len(self.rows) > self.capacity * _WIDTH:
            self.rows = self.rows[_WIDTH:]

    def first_seen(self, value: bytes) -> int | None:
        """Earliest sighting since the value was last forgotten; None when it is not held."""
        at = self._find(value)
        return None if at < 0 else unpack_second(self.rows[(at + 1) * _WIDTH - 4 : (at + 1) * _WIDTH])

    def last_seen(self, value: bytes) -> int | None:
        """Newest sighting; None when the value is not held."""
        at = self._find(value)
        return None if at < 0 else unpack_second(self.rows[at * _WIDTH : at * _WIDTH + 4])

    def distinct(self, window: int, now: int) -> int:
        """Values seen in the `window` ms before `now` or later. `capacity` means: that many or more."""
        start = pack_second(max(0, now - window))
        return len(self.rows) // _WIDTH - rows_before(self.rows, start, _WIDTH)

    def expire(self, now: int, keep: int = KEEP) -> None:
        """Forget what was not seen for `keep` ms."""
        gone = rows_before(self.rows, pack_second(max(0, now - keep)), _WIDTH)
        if gone:
            self.rows = self.rows[gone * _WIDTH :]

    def _find(self, value: bytes) -> int:
        return find_aligned(self.rows, short_key(value), _WIDTH, 4)
