"""What is due when, on the batch clock. Order is by (due, key, kind, ref), so it survives a restore."""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import NamedTuple

_SLACK = 64


class Timer(NamedTuple):
    """Something to do at `due` (ms) for the customer `key`. `ref` tells timers of one kind apart."""

    due: int
    key: bytes
    kind: int
    ref: str = ""


class Timers:
    """One timer for each (key, kind, ref). Not part of the snapshot: customers know theirs and schedule them again."""

    def __init__(self, timers: Iterable[Timer] = ()) -> None:
        self._due: dict[tuple[bytes, int, str], int] = {}
        self._heap: list[Timer] = []
        for timer in timers:
            self.schedule(timer)

    def __len__(self) -> int:
        return len(self._due)

    def schedule(self, timer: Timer) -> None:
        """Set the timer, in place of the one with the same key, kind and ref."""
        if self._due.get(timer[1:]) == timer.due:
            return
        self._due[timer[1:]] = timer.due
        heappush(self._heap, timer)
        self._compact()

    def cancel(self, key: bytes, kind: int, ref: str = "") -> None:
        """Take the timer away; nothing happens when there is none."""
        self._due.pop((key, kind, ref), None)
        self._compact()

    def next_due(self) -> int | None:
        """When the first timer is due, ms; None when nothing waits."""
        while self._heap and not self._live(self._heap[0]):
            heappop(self._heap)
        return self._heap[0].due if self._heap else None

    def due(self, clock: int, limit: int = 1000) -> list[Timer]:
        """Take out up to `limit` timers that are due at `clock`, in order."""
        found: list[Timer] = []
        while len(found) < limit and (first := self.next_due()) is not None and first <= clock:
            timer = heappop(self._heap)
            del self._due[timer[1:]]
            found.append(timer)
        return found

    def _live(self, timer: Timer) -> bool:
        return self._due.get(timer[1:]) == timer.due

    def _compact(self) -> None:
        """Rebuild the heap when cancelled entries outnumber the live ones."""
        if len(self._heap) > 2 * len(self._due) + _SLACK:
            self._heap = [Timer(due, *rest) for rest, due in self._due.items()]
            heapify(self._heap)
