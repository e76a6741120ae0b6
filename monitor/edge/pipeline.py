"""The order of acknowledgement: journal record, then outputs, then input position. And the fence.

Pure: no thread, no client, no clock. What must be done outside is asked through `Effects`.
Called by the thread that serves delivery reports, by the one that applies and by the one that reads gaps; a lock per
partition makes each call one step.
"""

from collections import deque
from collections.abc import Callable
from threading import RLock
from typing import Protocol

from monitor.engine.api import Output


class InFlight:
    """A batch between its application and the acknowledgement of its outputs."""

    __slots__ = ("clock", "count", "done", "ends", "finished", "offset", "oldest", "outputs", "rule_set", "sequence")

    def __init__(
        self,
        *,
        sequence: int,
        clock: int,
        count: int,
        ends: dict[str, int],
        outputs: list[Output],
        rule_set: bytes = b"",
        oldest: int = 0,
    ) -> None:
        self.sequence = sequence
        self.clock = clock
        self.count = count
        self.ends = ends
        self.outputs = outputs
        self.rule_set = rule_set
        self.oldest = oldest  # append time of its oldest record, ms
        self.offset = -1
        self.done = False  # its own outputs are acknowledged
        self.finished = False  # and those of all before it


class Effects(Protocol):
    """What the pipeline asks of the outside."""

    def send(self, batch: InFlight, done: Callable[[str | None], None]) -> None:
        """Send the batch's outputs; call `done` once, with the error or None, when all are acknowledged or failed."""

    def read_gap(self, first: int, last: int, done: Callable[[bool], None]) -> None:
        """Read journal offsets `first`..`last` elsewhere and tell `done` whether a claim is among them."""

    def lost(self, why: str) -> None:
        """Nothing of this ownership becomes visible any more."""

    def moved(self, batch: InFlight) -> None:
        """All outputs up to and with `batch` are acknowledged."""


class Pipeline:
    """Batches of one partition under one claim, in the order of application."""

    def __init__(self, epoch: int, positions: dict[str, int], effects: Effects) -> None:
        self.void: str | None = None
        self.shifts = 0
        self.committable = dict(positions)  # topic -> next offset that may be committed
        self.done_offset = epoch
        self._next = epoch + 1
        self._effects = effects
        self._unacknowledged: deque[InFlight] = deque()
        self._in_flight: deque[InFlight] = deque()
        self._held: deque[tuple[InFlight, int]] | None = None  # not None: a gap is being read
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._in_flight)

    def add(self, batch: InFlight) -> None:
        """Register a batch just before its journal record is sent."""
        with self._lock:
            self._unacknowledged.append(batch)
            self._in_flight.append(batch)

    def journalled(self, batch: InFlight, offset: int, error: str | None) -> None:
        """Delivery report of a journal record. `offset` < 0 or an error: nobody knows where it is, or whether."""
        with self._lock:
            if self.void is not None:
                return
            if error is not None or offset < 0:
                self.abandon(f"outcome of journal record {batch.sequence} unknown: {error or 'no offset'}")
            elif self._held is not None:
                self._held.append((batch, offset))
            else:
                self._place(batch, offset)

    def _place(self, batch: InFlight, offset: int) -> None:
        if offset < self._next or self._unacknowledged[0] is not batch:
            self.abandon(f"journal record {batch.sequence} acknowledged out of order at {offset}")
        elif offset > self._next:
            self._held = deque([(batch, offset)])
            self._effects.read_gap(self._next, offset - 1, lambda claimed: self.gap_read(offset, claimed=claimed))
        else:
            self._accept(batch, offset)

    def _accept(self, batch: InFlight, offset: int) -> None:
        self._unacknowledged.popleft()
        batch.offset = offset
        self._next = offset + 1
        if batch.outputs:
            self._effects.send(batch, lambda error: self.sent(batch, error))
        else:
            self.sent(batch, None)

    def gap_read(self, offset: int, *, claimed: bool) -> None:
        """Somebody else's records lie before ours: a claim supersedes, anything else only shifts."""
        with self._lock:
            held, self._held = self._held, None
            if self.void is not None or held is None:
                return
            if claimed:
                self.abandon(f"superseded: a claim precedes journal offset {offset}")
                return
            self.shifts += 1
            self._next = offset
            self._release(held)

    def _release(self, held: deque[tuple[InFlight, int]]) -> None:
        while held and self.void is None:
            self._place(*held.popleft())
            if self._held is not None:  # another gap
                self._held.extend(held)
                return

    def sent(self, batch: InFlight, error: str | None) -> None:
        """All outputs of `batch` are acknowledged, or one failed."""
        with self._lock:
            if self.void is not None:
                return
            if error is not None:
                self.abandon(f"outputs of batch {batch.sequence} not delivered: {error}")
                return
            batch.done = True
            while self._in_flight and self._in_flight[0].done:
                self._finish(self._in_flight.popleft())

    def _finish(self, batch: InFlight) -> None:
        self.done_offset = batch.offset
        batch.finished = True
        self.committable.update(batch.ends)
        batch.outputs = []
        self._effects.moved(batch)

    def abandon(self, why: str) -> None:
        """From here on nothing of this ownership becomes visible. Only the first reason counts."""
        with self._lock:
            if self.void is None:
                self.void = why
                self._effects.lost(why)
