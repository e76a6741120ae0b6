"""One account's postings in the order of the ledger: what is next, what must wait, what came too late."""

from enum import IntEnum
from typing import NamedTuple

from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.movements import Movement


class Place(IntEnum):
    """Where a posting stands in its account's order."""

    NEXT = 0
    AHEAD = 1  # something before it is missing
    REPEAT = 2
    LATE = 3  # its gap was closed without it


class Parked(NamedTuple):
    """A posting ahead of a gap, and the batch clock at which it came."""

    movement: Movement
    since: int


class Sequence:
    """`last` posting in order, those parked ahead of a gap, and the ranges that were given up."""

    __slots__ = ("last", "limits", "parked", "skipped")

    def __init__(
        self, limits: Limits, last: int = 0, parked: list[Parked] | None = None, skipped: list[list[int]] | None = None
    ) -> None:
        self.limits = limits
        self.last = last
        self.parked = parked or []  # by acct_seq
        self.skipped = skipped or []  # [from, to], the oldest first

    def place(self, seq: int) -> Place:
        """Where a posting numbered `seq` stands."""
        if seq == self.last + 1:
            return Place.NEXT
        if seq > self.last:
            return Place.REPEAT if any(one.movement.acct_seq == seq for one in self.parked) else Place.AHEAD
        return Place.LATE if any(low <= seq <= high for low, high in self.skipped) else Place.REPEAT

    def park(self, movement: Movement, clock: int) -> None:
        """Keep a posting until its gap closes."""
        self.parked.append(Parked(movement, clock))
        self.parked.sort(key=lambda one: one.movement.acct_seq)

    def take_ready(self) -> Movement | None:
        """The next posting, if it is parked."""
        if self.parked and self.parked[0].movement.acct_seq == self.last + 1:
            return self.parked.pop(0).movement
        return None

    def late(self, seq: int) -> None:
        """A posting came after its gap was closed; a second one would be a repeat."""
        for index, (low, high) in enumerate(self.skipped):
            if low <= seq <= high:
                parts = [[low, seq - 1], [seq + 1, high]]
                self.skipped[index : index + 1] = [part for part in parts if part[0] <= part[1]]
                break
        self._bound()

    def skip_to(self, seq: int) -> int:
        """Give up what is missing before `seq`; how many postings that were."""
        missing = seq - 1 - self.last
        if missing:
            self.skipped.append([self.last + 1, seq - 1])
            self._bound()
        self.last = seq - 1
        return missing

    def _bound(self) -> None:
        """The oldest ranges are forgotten: what comes of them would be taken for a repeat."""
        del self.skipped[: -self.limits.skipped]

    def overdue(self, clock: int) -> bool:
        """Whether the gap has to be closed: too many wait, or too long."""
        if len(self.parked) > self.limits.reorder:
            return True
        deadline = self.deadline()
        return deadline is not None and deadline <= clock

    def deadline(self) -> int | None:
        """Batch clock at which the gap has to be closed."""
        if not self.parked:
            return None
        return min(one.since for one in self.parked) + self.limits.gap_ms
