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
    """One timer for each (key, kind, ref). Not part of the snapshot: customers know theirs and schedule them again.

    Each timer has an entry in the heap at its due time or before. Moving it to later, as every event of a customer
    does, costs nothing: the entry is moved when it comes up.
    """

    def __init__(self, timers: Iterable[Timer] = ()) -> None:
        self._due: dict[tuple[bytes, int, str], int] = {}
        self._heap: list[Timer] = []
        for timer in timers:
            self.schedule(timer)

    def __len__(self) -> int:
        return len(self._due)

    def schedule(self, timer: Timer) -> None:
        """Set the timer, in place of the one with the same key, kind and ref."""
        name = timer[1:]
        before = self._due.get(name)
        self._due[name] = timer.due
        if before is None or timer.due < before:
            heappush(self._heap, timer)
            self._compact()

    def cancel(self, key: bytes, kind: int, ref: str = "") -> None:
        """Take the timer away; nothing happens when there is none."""
        self._due.pop((key, kind, ref), None)
        self._compact()

    def next_due(self) -> int | None:
        """When the first timer is due, ms; None when nothing waits."""
        while self._heap:
            first = self._heap[0]
            due = self._due.get(first[1:])
            if due == first.due:
                return due
            heappop(self._heap)
            if due is not None and due > first.due:
                heappush(self._heap, first._replace(due=due))
        return None

    def due(self, clock: int, limit: int = 1000) -> list[Timer]:
        """Take out up to `limit` timers that are due at `clock`, in order."""
        found: list[Timer] = []
        while len(found) < limit and (first := self.next_due()) is not None and first <= clock:
            timer = heappop(self._heap)
            del self._due[timer[1:]]
            found.append(timer)
        return found

    def _compact(self) -> None:
        """Rebuild the heap when entries of no use outnumber the timers."""
        if len(self._heap) > 2 * len(self._due) + _SLACK:
            self._heap = [Timer(due, *name) for name, due in self._due.items()]
            heapify(self._heap)
