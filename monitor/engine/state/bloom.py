"""A Bloom filter that grows in slices and forgets in panes: what it was told it never denies before it expires.

A slice holds as many values as keep its false positives under one in a hundred; then a slice twice as large is
opened, until the budget of a pane is used. From then on the last slice fills up and answers "seen" too often, which
is the safe side. After `PANE` ms the pane is closed and a new one opened; the closed one goes when that one closes.
"""

from msgspec import Struct, field

from monitor.engine.state.packing import DAY

PANE = 401 * DAY
SLICE_BYTES = (256, 512, 1024, 2048)  # 3,840 bytes a pane, two panes
_PROBES = 7
_BITS_A_VALUE = 10


class Slice(Struct, array_like=True, gc=False):
    """One fixed filter of a power of two bytes."""

    bits: bytearray
    count: int = 0

    def add(self, value: int) -> None:
        """Set the bits of a 48-bit value."""
        for bit in _probes(value, len(self.bits) * 8):
            self.bits[bit >> 3] |= 1 << (bit & 7)
        self.count += 1

    def holds(self, value: int) -> bool:
        """Whether all bits of the value are set."""
        return all(self.bits[bit >> 3] >> (bit & 7) & 1 for bit in _probes(value, len(self.bits) * 8))

    @property
    def full(self) -> bool:
        """Whether one more value would break the promised rate."""
        return self.count * _BITS_A_VALUE >= len(self.bits) * 8


class Bloom(Struct, array_like=True, gc=False):
    """Values of 5 bytes. What was added is held for at least `PANE` ms; at most 7,680 bytes."""

    opened: int = 0
    current: list[Slice] = field(default_factory=list)
    closed: list[Slice] = field(default_factory=list)

    def add(self, value: bytes, now: int) -> None:
        """Remember the value from `now` on."""
        self.expire(now)
        if not self.current:
            self.opened = now
        number = int.from_bytes(value, "big")
        if not _holds(self.current, number):
            _open_slice(self.current).add(number)

    def __contains__(self, value: bytes) -> bool:
        if not self.current and not self.closed:
            return False
        number = int.from_bytes(value, "big")
        return _holds(self.current, number) or _holds(self.closed, number)

    @property
    def saturated(self) -> bool:
        """Whether the budget is used up: more and more unknown values will be called known."""
        return len(self.current) == len(SLICE_BYTES) and self.current[-1].full

    def expire(self, now: int) -> None:
        """Close the pane when its time is over, and drop the one closed before."""
        if now - self.opened >= PANE and (self.current or self.closed):
            self.closed, self.current = self.current, []
            self.opened = now if self.closed else 0


def _open_slice(pane: list[Slice]) -> Slice:
    if len(pane) < len(SLICE_BYTES) and (not pane or pane[-1].full):
        pane.append(Slice(bytearray(SLICE_BYTES[len(pane)])))
    return pane[-1]


def _holds(pane: list[Slice], value: int) -> bool:
    return any(part.holds(value) for part in pane)


def _probes(value: int, bits: int) -> list[int]:
    """Double hashing: two parts of a value give all the positions; an odd step visits every bit."""
    start, step = value >> 24, value & 0xFFFFFF | 1
    return [(start + i * step) % bits for i in range(_PROBES)]
