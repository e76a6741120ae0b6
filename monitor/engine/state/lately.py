"""Which counterparties a customer dealt with in the last day: distinct values in windows up to 24 hours.

One row of 9 bytes a value: second last seen, value, the last bit of which says that it was new then. The rows are in
byte order, the oldest first, so a window is counted from its end.
"""

from msgspec import Struct

from monitor.engine.state.packing import DAY, insert_sorted, pack_second, rows_before

_SECOND, _VALUE = 4, 5
_WIDTH = _SECOND + _VALUE
_NEW = 1
KEEP = DAY


class Lately(Struct, array_like=True, gc=False):
    """At most `capacity` values of the last 24 hours; when full the oldest goes, and `capacity` means at least that."""

    rows: bytes = b""
    capacity: int = 32

    def see(self, value: bytes, now: int, *, new: bool) -> None:
        """Note a fingerprint at event time `now`, ms; `new`: it had not been seen before. It stays new for its day."""
        self.expire(now)
        short = _plain(value)
        at = self._find(short)
        if at >= 0:
            new = new or bool(self.rows[at + _WIDTH - 1] & _NEW)
            now = max(now, int.from_bytes(self.rows[at : at + _SECOND], "big") * 1000)
            self.rows = self.rows[:at] + self.rows[at + _WIDTH :]
        self.rows = insert_sorted(self.rows, pack_second(now) + short[:-1] + bytes([short[-1] | new]))
        if len(self.rows) > self.capacity * _WIDTH:
            self.rows = self.rows[_WIDTH:]

    def distinct(self, window: int, now: int) -> int:
        """Values seen in the `window` ms before `now` or later; `window` up to 24 hours."""
        return len(self.rows) // _WIDTH - self._before(window, now)

    def new(self, window: int, now: int) -> int:
        """Those of them that were new."""
        first = self._before(window, now) * _WIDTH
        return sum(last & _NEW for last in self.rows[first + _WIDTH - 1 :: _WIDTH])

    def expire(self, now: int) -> None:
        """Forget what is older than a day."""
        self.rows = self.rows[self._before(KEEP, now) * _WIDTH :]

    def _before(self, window: int, now: int) -> int:
        return rows_before(self.rows, pack_second(max(0, now - window)), _WIDTH)

    def _find(self, short: bytes) -> int:
        """Where the row of a value begins, or -1."""
        for at in range(0, len(self.rows), _WIDTH):
            if _plain(self.rows[at + _SECOND : at + _WIDTH]) == short:
                return at
        return -1


def _plain(value: bytes) -> bytes:
    """The part of a fingerprint that is kept, without the bit."""
    return value[: _VALUE - 1] + bytes([value[_VALUE - 1] & ~_NEW])
