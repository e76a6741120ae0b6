"""One partition owned under one claim: apply, journal, send, commit, and its cuts. One thread applies."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial

from monitor.edge.config import EdgeConfig
from monitor.edge.cut import Cut, Place
from monitor.edge.entries import RULE_SET_BYTES, Applied, digest, encode
from monitor.edge.faults import Faults
from monitor.edge.merge import Chunk, Inbox
from monitor.edge.pipeline import Effects, InFlight, Pipeline
from monitor.edge.seams import Broadcast, CutWriter, Journal
from monitor.edge.stats import EdgeStats
from monitor.edge.through import Through
from monitor.engine.api import Batch, PartitionEngine, Record

Ranges = dict[str, tuple[int, int]]


class Progress(Enum):
    """What a pump came to."""

    MORE = auto()  # call again at once
    IDLE = auto()
    BLOCKED = auto()  # too much in flight; an acknowledgement wakes it
    WAITING = auto()  # a topic is behind; look again in a moment


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a take-over hands over: the state, and where it stands."""

    partition: int
    engine: PartitionEngine
    place: Place
    highs: dict[str, int]
    live_keys: set[bytes]
    writer: CutWriter
    replayed_batches: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every owner of a process shares."""

    config: EdgeConfig
    journal: Journal
    broadcast: Broadcast
    stats: EdgeStats
    faults: Faults
    now_ms: Callable[[], int]


class PartitionOwner:
    """Applies batches and takes cuts. `token` changes each time fetching (re)starts; older chunks are dropped."""

    def __init__(self, recovered: Recovered, around: Surroundings, effects: Effects) -> None:
        self.partition = recovered.partition
        self.engine = recovered.engine
        self.place = recovered.place
        self.writer = recovered.writer
        self.live_keys = recovered.live_keys
        self.inbox = Inbox(recovered.place.positions, around.config.limits.patience_ms)
        self.inbox.high.update(recovered.highs)
        self.pipeline = Pipeline(recovered.place.epoch, recovered.place.positions, effects)
        self.through = Through()
        self.token = 0
        self.blocked = False
        self.cut: Cut | None = None
        self.publishing = False
        self._carried: dict[bytes, bytes | None] = {}  # of a cut that could not be published
        self._changed = recovered.replayed_batches > 0  # anything since the last cut?
        self._last: InFlight | None = None
        self._around = around

    def receive(self, chunk: Chunk) -> None:
        """Take a chunk in, unless it was fetched for an earlier ownership."""
        if chunk.token == self.token and self.pipeline.void is None:
            self.inbox.put(chunk)

    def pump(self) -> Progress:
        """Apply one batch of what waits, or go on with the open cut."""
        limits = self._around.config.limits
        if self.pipeline.void is not None:
            return Progress.IDLE
        if self._full():
            return Progress.BLOCKED
        if self.engine.paused() is not None or not len(self.inbox):
            return self._go_on_with_cut()
        if self.inbox.must_wait(self._around.now_ms()):
            return Progress.WAITING
        self._apply(*self.inbox.take(limits.batch_records))
        self._go_on_with_cut()
        return Progress.MORE

    def _full(self) -> bool:
        limit = self._around.config.limits.in_flight
        self.blocked = len(self.pipeline) >= limit
        # Looked at again after the flag is up: the acknowledgement in between would not have seen it.
        return self.blocked and len(self.pipeline) >= limit

    def tick(self) -> None:
        """Apply a batch without records when a timer is due or reference data or controls moved."""
        if self.pipeline.void is not None or self._full():
            return
        if len(self.inbox) and self.engine.paused() is None:
            return  # the next batch does it
        timer = self.engine.next_timer()
        due = timer is not None and timer <= max(self.place.clock, self._around.now_ms())
        if due or self._in_force() != (self.place.reference_offset, self.place.controls_offset):
            self._apply((), {})
            self._around.stats.ticks += 1

    def _in_force(self) -> tuple[int, int]:
        reference, controls = self._around.broadcast.known()
        return max(reference, self.place.reference_offset), max(controls, self.place.controls_offset)

    def _apply(self, records: tuple[Record, ...], ranges: Ranges) -> None:
        reference, controls = self._in_force()
        self.place = place = Place(
            epoch=self.place.epoch,
            sequence=self.place.sequence + 1,
            clock=max(self.place.clock, self._around.now_ms()),
            positions=self.place.positions | {topic: last + 1 for topic, (_, last) in ranges.items()},
            reference_offset=reference,
            controls_offset=controls,
            rule_set=b"",
        )
        through = self.through.reached(place.positions)
        batch_in = Batch(place.epoch, place.sequence, place.clock, reference, controls, records, through)
        outputs = self.engine.apply(batch_in)
        place.rule_set = self.engine.rule_set()[:RULE_SET_BYTES]
        self._around.faults.reach("after_apply_before_journal")
        batch = InFlight(
            sequence=place.sequence,
            clock=place.clock,
            count=len(records),
            ends={topic: last + 1 for topic, (_, last) in ranges.items()},
            outputs=outputs,
            rule_set=place.rule_set,
            oldest=min((record.timestamp for record in records), default=0),
        )
        self._last, self._changed = batch, True
        self._append(batch, ranges, through)

    def _append(self, batch: InFlight, ranges: Ranges, through: int) -> None:
        place, stats = self.place, self._around.stats
        value = encode(
            Applied(
                epoch=place.epoch,
                sequence=place.sequence,
                clock=place.clock,
                reference_offset=place.reference_offset,
                controls_offset=place.controls_offset,
                ranges=ranges,
                count=batch.count,
                digest=digest(batch.outputs),
                rule_set=place.rule_set,
                engine_version=self._around.config.engine_version,
                through=through,
            )
        )
        stats.batches += 1
        stats.records += batch.count
        stats.outputs += len(batch.outputs)
        stats.journal_bytes += len(value)
        self.pipeline.add(batch)
        self._around.journal.append(self.partition, value, partial(self.pipeline.journalled, batch))
        self._around.faults.reach("after_journal_send_before_ack")

    # -- cuts

    def begin_cut(self) -> bool:
        """Freeze what changed since the last cut, as of the last batch; False when nothing did or one is under way."""
        if self.cut is not None or self.publishing or not self._changed or self.pipeline.void is not None:
            return False
        self.engine.begin_cut()
        self.cut = Cut(after=self._last, place=self.place, entries=self._carried)
        self._carried, self._changed = {}, False
        return True

    def _go_on_with_cut(self) -> Progress:
        if self.cut is None or self.cut.complete:
            return Progress.IDLE
        self.cut.take_piece(self.engine, self._around.config.limits.cut_piece)
        return Progress.IDLE if self.cut.complete else Progress.MORE

    def final_cut(self) -> None:
        """Complete what is open and add what changed after it: one cut as of the last batch."""
        while self.cut is not None and not self.cut.complete:
            self._go_on_with_cut()
        if self._changed and self.cut is not None:
            self._carried, self.cut = self.cut.entries, None
        self.begin_cut()
        while self.cut is not None and not self.cut.complete:
            self._go_on_with_cut()

    def take_publishable(self) -> Cut | None:
        """The finished cut, once everything in it is acknowledged; the caller publishes it and says how it went."""
        cut = self.cut
        if cut is None or self.publishing or not cut.publishable(self.pipeline.void):
            return None
        self.cut, self.publishing = None, True
        return cut

    def published(self, cut: Cut, *, success: bool) -> None:
        """The outcome of a publication: what could not be written goes into the next cut."""
        self.publishing = False
        if success:
            cut.settle(self.live_keys)
        else:
            self._carried = cut.entries | self._carried
            self._changed = True
