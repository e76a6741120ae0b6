"""The clockwork: processes that wait, and messages on their way to the broker, in order of time.

A process is a generator that yields how many ms it waits. Nothing here reads a clock: who drives the kernel decides
how fast time passes, and has handed over every message appended before a step runs.
"""

from collections.abc import Generator
from heapq import heappop, heappush
from typing import NamedTuple, TypeVar

from topics.fields import Message

T = TypeVar("T")
Process = Generator[int, None, T]


class Delivery(NamedTuple):
    """A message as the broker takes it. `append_time`: ms since the epoch."""

    append_time: int
    topic: str
    key: bytes
    message: Message


class Kernel:
    """Runs processes and releases messages, one at a time, earliest first."""

    def __init__(self, now: int) -> None:
        self.now = now
        self._serial = 0
        self._processes: list[tuple[int, int, Process[None]]] = []
        self._outbox: list[tuple[int, int, Delivery]] = []

    def spawn(self, process: Process[None], at: int | None = None) -> None:
        """Start `process` at `at`, or now."""
        heappush(self._processes, (max(self.now, at or 0), self._next_serial(), process))

    def send(self, delivery: Delivery) -> None:
        """Release `delivery` when its append time has come."""
        heappush(self._outbox, (delivery.append_time, self._next_serial(), delivery))

    def next_time(self) -> int | None:
        """Return when `advance` has something to do, or None when everything has ended."""
        due = [queue[0][0] for queue in (self._processes, self._outbox) if queue]
        return min(due, default=None)

    def advance(self) -> Delivery | None:
        """Do the next thing: hand over a message, or run one process up to its next wait."""
        if self._outbox and (not self._processes or self._outbox[0][0] <= self._processes[0][0]):
            return heappop(self._outbox)[2]
        self._run_next()
        return None

    def _run_next(self) -> None:
        at, _, process = heappop(self._processes)
        self.now = at
        wait = next(process, None)
        if wait is not None:
            heappush(self._processes, (at + wait, self._next_serial(), process))

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial
