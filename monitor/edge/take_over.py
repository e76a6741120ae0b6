"""Taking a partition over: claim, load, replay, send again, and only then go live. Refuses rather than guesses."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from threading import Event
from time import monotonic, sleep

from monitor.edge.cut import Place
from monitor.edge.entries import Applied, Claim, encode
from monitor.edge.owner import Recovered, Surroundings
from monitor.edge.refusal import Refusal, Superseded
from monitor.edge.replay import Rules, Step, await_broadcast, place_after, read_journal, starting_points, steps, valid
from monitor.edge.seams import CutWriter, LogReader, Outputs, TransientError
from monitor.edge.snapshot_load import Snapshot, load_snapshot
from monitor.edge.versions import check_engine
from monitor.engine.api import Output, PartitionEngine

EngineFactory = Callable[[int], PartitionEngine]
Wanted = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Report:
    """What a take-over did; logged, and read by the proofs. Times in seconds."""

    partition: int
    epoch: int
    snapshot: int
    entries: int
    batches: int
    records: int
    resent: int
    mismatches: int
    claim_seconds: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Means:
    """What a take-over needs beyond the surroundings of the owners."""

    engine_factory: EngineFactory
    outputs: Outputs
    open_reader: Callable[[Wanted], LogReader]
    open_writer: Callable[[int], CutWriter]
    owner_name: str


class TakeOver:
    """One attempt at one partition; `run` blocks and belongs in a thread of its own."""

    def __init__(self, partition: int, means: Means, around: Surroundings, wanted: Wanted) -> None:
        self.partition = partition
        self._means = means
        self._around = around
        self._wanted = wanted
        self._mismatches = 0

    def run(self) -> tuple[Recovered, Report]:
        """Claim and recover. Raises Refusal by name, Superseded when no longer wanted, TransientError to try again."""
        self._await_broadcast()
        begun = monotonic()
        epoch = self._claim()
        self._around.faults.reach("after_claim")
        writer = self._means.open_writer(self.partition)  # fences the snapshots of every older owner
        claimed = monotonic()
        try:
            recovered, report = self._recover(epoch, writer)
        except BaseException:
            writer.close()
            raise
        now = monotonic()
        return recovered, Report(**report, claim_seconds=claimed - begun, seconds=now - begun)

    def _await_broadcast(self) -> None:
        while not self._around.broadcast.ready():
            self._check_wanted()
            sleep(0.01)

    def _check_wanted(self) -> None:
        if not self._wanted():
            raise Superseded(f"partition {self.partition} is no longer wanted")

    def _claim(self) -> int:
        self._check_wanted()
        claim = Claim(
            clock=self._around.now_ms(),
            owner=self._means.owner_name,
            engine_version=self._around.config.engine_version,
        )
        self._around.stats.claims += 1
        return self._around.journal.claim(self.partition, encode(claim))

    def _recover(self, epoch: int, writer: CutWriter) -> tuple[Recovered, dict[str, int]]:
        with (
            closing(self._means.open_reader(self._wanted)) as reader,
            closing(self._means.open_reader(self._wanted)) as inputs,
        ):
            snapshot = load_snapshot(reader, self._around.config.topics.state, self.partition)
            batches = self._journalled(reader, snapshot, epoch)
            place = self._start_place(snapshot, epoch)
            starts = starting_points(inputs, self._around.config.topics.inputs, self.partition, place.positions)
            committed = inputs.committed(self.partition, self._around.config.topics.inputs)
            engine = self._means.engine_factory(self.partition)
            if snapshot is not None:
                await_broadcast(self.partition, snapshot.marker, self._around.broadcast.known)
                engine.restore(snapshot.entries)
            replayed = self._replay(engine, batches, place, starts, committed, inputs)
            place = replayed.place
            self._check_commits(committed, place)
            self._check_wanted()
            resent = self._send_again(replayed.outputs)
            self._around.faults.reach("after_resend_before_live")
            highs = {topic: inputs.bounds(topic, self.partition)[1] for topic in starts}
        live = {key for key, _ in snapshot.entries} if snapshot else set()
        recovered = Recovered(self.partition, engine, place, highs, live, writer, len(batches))
        return recovered, {
            "partition": self.partition,
            "epoch": epoch,
            "snapshot": snapshot.marker.journal if snapshot else -1,
            "entries": len(live),
            "batches": len(batches),
            "records": sum(entry.count for _, entry in batches),
            "resent": resent,
            "mismatches": self._mismatches,
        }

    # -- what was journalled behind the snapshot

    def _journalled(self, reader: LogReader, snapshot: Snapshot | None, epoch: int) -> list[tuple[int, Applied]]:
        topic, partition = self._around.config.topics.journal, self.partition
        low, _ = reader.bounds(topic, partition)
        if snapshot is None:
            if low > 0:
                raise Refusal("JOURNAL_TRUNCATED", partition, f"the journal starts at {low} and there is no snapshot")
            return list(valid(read_journal(reader, topic, partition, 0, epoch), partition, -1, 0))
        marker = snapshot.marker
        if not self._around.config.accept_foreign_versions:
            check_engine(partition, "the snapshot", marker.engine_version, self._around.config.engine_version)
        if epoch <= marker.journal:
            raise Refusal(
                "JOURNAL_LOST", partition, f"the journal ends at {epoch}, the snapshot is of {marker.journal}"
            )
        if low > marker.journal + 1:
            raise Refusal(
                "JOURNAL_TRUNCATED", partition, f"the journal starts at {low}, needed from {marker.journal + 1}"
            )
        self._check_anchor(reader, snapshot, low)
        entries = read_journal(reader, topic, partition, marker.journal + 1, epoch)
        return list(valid(entries, partition, marker.epoch, marker.sequence))

    def _check_anchor(self, reader: LogReader, snapshot: Snapshot, low: int) -> None:
        """The record the snapshot stands on must be the one it names: else this is another journal."""
        marker = snapshot.marker
        if low > marker.journal:
            return
        topic = self._around.config.topics.journal
        for _, entry in read_journal(reader, topic, self.partition, marker.journal, marker.journal + 1):
            if isinstance(entry, Applied):
                same = (entry.epoch, entry.sequence) == (marker.epoch, marker.sequence)
            else:
                same = marker.journal == marker.epoch
            if not same:
                raise Refusal(
                    "JOURNAL_FOREIGN", self.partition, f"offset {marker.journal} is not what the snapshot saw"
                )

    def _start_place(self, snapshot: Snapshot | None, epoch: int) -> Place:
        if snapshot is None:
            return Place(epoch, 0, 0, {}, 0, 0, b"")
        marker = snapshot.marker
        return Place(
            epoch,
            marker.sequence,
            marker.clock,
            dict(marker.positions),
            marker.reference_offset,
            marker.controls_offset,
            marker.rule_set,
        )

    # -- replay

    def _replay(
        self,
        engine: PartitionEngine,
        batches: Sequence[tuple[int, Applied]],
        place: Place,
        starts: dict[str, int],
        committed: dict[str, int],
        inputs: LogReader,
    ) -> "_Replayed":
        self._check_inputs_reach(inputs, batches)
        first_unsent = first_uncommitted(batches, committed)
        unsent: list[Output] = []
        positions = dict(place.positions)
        config = self._around.config
        rules = Rules(config.engine_version, self._around.broadcast.known, config.accept_foreign_versions)
        walk = steps(
            batches,
            partition=self.partition,
            engine=engine,
            positions=positions,
            take=inputs.follow(self.partition, starts),
            rules=rules,
        )
        for number, step in enumerate(walk):
            self._check_wanted()
            self._count(step)
            place = place_after(place, step.entry)
            if number >= first_unsent:
                unsent += step.outputs
        place.positions = starts | place.positions
        return _Replayed(place, unsent)

    def _check_inputs_reach(self, inputs: LogReader, batches: Sequence[tuple[int, Applied]]) -> None:
        last: dict[str, int] = {}
        for _, entry in batches:
            last |= {topic: end for topic, (_, end) in entry.ranges.items()}
        for topic, offset in last.items():
            high = inputs.bounds(topic, self.partition)[1]
            if high <= offset:
                raise Refusal("INPUT_MISSING", self.partition, f"{topic} ends at {high}, the journal names {offset}")

    def _count(self, step: Step) -> None:
        self._around.faults.reach("in_replay")
        self._around.stats.replayed += step.entry.count
        if not step.matches:
            self._mismatches += 1
            self._around.stats.replay_mismatch += 1

    def _check_commits(self, committed: dict[str, int], place: Place) -> None:
        for topic, offset in committed.items():
            if offset > place.positions[topic]:
                raise Refusal(
                    "JOURNAL_BEHIND_COMMIT",
                    self.partition,
                    f"{topic} is committed up to {offset}, the journal knows {place.positions[topic]}",
                )

    # -- outputs that may never have left

    def _send_again(self, outputs: list[Output]) -> int:
        if not outputs:
            return 0
        settled, errors = Event(), []

        def delivered(error: str | None) -> None:
            errors.append(error)
            settled.set()

        self._means.outputs.send(self.partition, outputs, delivered)
        while not settled.wait(0.05):
            self._check_wanted()
        if errors[0] is not None:
            raise TransientError(f"outputs sent again were not delivered: {errors[0]}")
        self._around.stats.resent += len(outputs)
        return len(outputs)


@dataclass(frozen=True, slots=True)
class _Replayed:
    place: Place
    outputs: list[Output]


def first_uncommitted(batches: Sequence[tuple[int, Applied]], committed: dict[str, int]) -> int:
    """Index of the first batch whose outputs may not have been acknowledged.

    Positions are committed only after the outputs are acknowledged, in journal order: a batch with a committed range
    proves itself and all before it, ticks without a range included.
    """
    for index in range(len(batches) - 1, -1, -1):
        if any(last < committed.get(topic, -1) for topic, (_, last) in batches[index][1].ranges.items()):
            return index + 1
    return 0
