"""The control messages of a process, by offset: every partition applies each one, in order, where its journal says."""

from bisect import bisect_left
from typing import NamedTuple

from topics.operations import EnforcementSwitched, PartitionResumed, RuleSetPublished

ControlMessage = RuleSetPublished | EnforcementSwitched | PartitionResumed


class Refusal(NamedTuple):
    """A record on `controls` that holds no valid control message; partitions answer it with its reason code."""

    reason: str
    detail: str = ""


class Control(NamedTuple):
    """One record on `controls`."""

    offset: int
    content: ControlMessage | Refusal


class ControlsLog:
    """Append-only. One thread appends, others read: a list only grows at its end, and each append is atomic."""

    def __init__(self) -> None:
        self._controls: list[Control] = []
        self.next_offset = 0

    def append(self, offset: int, content: ControlMessage | Refusal) -> None:
        """Add the record at `offset`. Raises ValueError for an offset that was passed already."""
        if offset < self.next_offset:
            raise ValueError(f"controls offset {offset} was passed already; next is {self.next_offset}")
        self._controls.append(Control(offset, content))
        self.next_offset = offset + 1

    def skip_to(self, offset: int) -> None:
        """Go on to `offset`: nothing else lies below it. Never goes back."""
        self.next_offset = max(self.next_offset, offset)

    def between(self, start: int, end: int) -> list[Control]:
        """Return the records at offsets in [start, end), in order. Raises LookupError when not all are here yet."""
        if end > self.next_offset:
            raise LookupError(f"controls offset {end} is beyond {self.next_offset}")
        first = bisect_left(self._controls, start, key=lambda control: control.offset)
        last = bisect_left(self._controls, end, key=lambda control: control.offset)
        return self._controls[first:last]
