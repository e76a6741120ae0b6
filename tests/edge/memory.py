"""The cluster in memory: logs, a group's commits, fenced cuts. Twins of `seams.py`, stepped by hand.

What is sent first lands in the log and is reported later, so a test may let a process die between any two steps.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from monitor.edge.config import EdgeConfig, Limits, Topics
from monitor.edge.effects import Reach, make_owner
from monitor.edge.entries import Marker, encode
from monitor.edge.faults import Faults
from monitor.edge.merge import Chunk
from monitor.edge.owner import PartitionOwner, Surroundings
from monitor.edge.seams import Delivered, FencedError, Reported
from monitor.edge.snapshot_load import ENTRY_PREFIX, MARKER_KEY, stamped
from monitor.edge.stats import EdgeStats
from monitor.edge.take_over import Means, Report, TakeOver
from monitor.engine.api import Output, PartitionEngine, Record

INPUTS = ("cards", "transfers")
CONFIG = EdgeConfig(
    bootstrap="nowhere",
    group="test",
    topics=Topics(inputs=INPUTS, outputs=("decisions", "alerts")),
    engine_version="1.2.0",
    limits=Limits(batch_records=7, in_flight=3, cut_piece=2),
)


class Cluster:
    """Logs by topic and partition, commits by topic and partition, the clock."""

    def __init__(self) -> None:
        self.logs: dict[tuple[str, int], list[Record]] = defaultdict(list)
        self.low: dict[tuple[str, int], int] = defaultdict(int)
        self.headers: dict[tuple[str, int], list[tuple[tuple[str, bytes], ...]]] = defaultdict(list)
        self.commits: dict[tuple[str, int], int] = {}
        self.writers: dict[int, object] = {}
        self.clock = 1_000_000

    def append(self, topic: str, partition: int, key: bytes | None, value: bytes | None) -> int:
        """Append one record; its offset."""
        log = self.logs[topic, partition]
        log.append(Record(topic, len(log), self.clock, key, value))
        return len(log) - 1

    def send_output(self, partition: int, output: Output) -> None:
        """Append one output."""
        self.append(output.topic, partition if output.partition < 0 else output.partition, output.key, output.value)
        self.headers[output.topic, partition].append(output.headers)


class MemoryReader:
    """Implements `LogReader`."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """Low and high."""
        return self._cluster.low[topic, partition], len(self._cluster.logs[topic, partition])

    def read(self, topic: str, partition: int, start: int, end: int) -> Iterator[Record]:
        """A slice."""
        yield from self._cluster.logs[topic, partition][max(start, self._cluster.low[topic, partition]) : end]

    def follow(self, partition: int, starts: Mapping[str, int]) -> Callable[[str, int], list[Record]]:
        """Slices, going on."""
        places = dict(starts)

        def take(topic: str, last: int) -> list[Record]:
            start, places[topic] = places[topic], last + 1
            return self._cluster.logs[topic, partition][start : last + 1]

        return take

    def committed(self, partition: int, topics: Sequence[str]) -> dict[str, int]:
        """What was committed."""
        commits = self._cluster.commits
        return {topic: commits[topic, partition] for topic in topics if (topic, partition) in commits}

    def close(self) -> None:
        """Nothing to do."""


class MemoryCutWriter:
    """Implements `CutWriter`; opening one fences the older ones of the partition."""

    def __init__(self, cluster: Cluster, partition: int) -> None:
        self._cluster = cluster
        self._partition = partition
        cluster.writers[partition] = self

    def publish(self, entries: Mapping[bytes, bytes | None], marker: Marker) -> None:
        """All at once."""
        if self._cluster.writers[self._partition] is not self:
            raise FencedError("a newer owner exists")
        for key, value in entries.items():
            content = None if value is None else stamped(marker.journal, value)
            self._cluster.append("customer-state", self._partition, ENTRY_PREFIX + key, content)
        self._cluster.append("customer-state", self._partition, MARKER_KEY, encode(marker))

    def close(self) -> None:
        """Nothing to do."""


@dataclass
class MemoryBroadcast:
    """Implements `Broadcast`."""

    reference: int = 0
    controls: int = 0

    def known(self) -> tuple[int, int]:
        """As set."""
        return self.reference, self.controls

    def ready(self) -> bool:
        """Always."""
        return True


class MemoryProducers:
    """Implements `Journal` and `Outputs` of one process: `land` and `report` move what was sent, in order."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._sent: dict[str, deque[tuple[Callable[[], int], Callable[[int], None]]]] = defaultdict(deque)
        self._landed: dict[str, deque[tuple[int, Callable[[int], None]]]] = defaultdict(deque)

    def append(self, partition: int, value: bytes, reported: Reported) -> None:
        """Send a journal record."""
        land = lambda: self._cluster.append("journal", partition, None, value)  # noqa: E731
        self._sent["journal"].append((land, lambda offset: reported(offset, None)))

    def claim(self, partition: int, value: bytes) -> int:
        """At once; behind everything this process sent before."""
        self.settle("journal")
        return self._cluster.append("journal", partition, None, value)

    def send(self, partition: int, outputs: Sequence[Output], delivered: Delivered) -> None:
        """Send outputs."""

        def land() -> int:
            for output in outputs:
                self._cluster.send_output(partition, output)
            return 0

        self._sent["outputs"].append((land, lambda _: delivered(None)))

    def land(self, kind: str) -> None:
        """The oldest record sent reaches the log."""
        if self._sent[kind]:
            land, report = self._sent[kind].popleft()
            self._landed[kind].append((land(), report))

    def report(self, kind: str) -> None:
        """The oldest record landed is reported."""
        if self._landed[kind]:
            offset, report = self._landed[kind].popleft()
            report(offset)

    def settle(self, *kinds: str) -> None:
        """Land and report all of it, and what follows from it."""
        while any(self._sent[kind] or self._landed[kind] for kind in kinds):
            for kind in kinds:
                self.land(kind)
                self.report(kind)


class AtOnce(MemoryProducers):
    """Outputs that are acknowledged when sent, for a take-over, which waits for them."""

    def send(self, partition: int, outputs: Sequence[Output], delivered: Delivered) -> None:
        """Send and report."""
        super().send(partition, outputs, delivered)
        self.settle("outputs")


class Inline:
    """An executor that runs at once."""

    def submit(self, fn: Callable[[], None], /) -> Future[None]:
        """Run."""
        fn()
        return Future()


@dataclass
class Host:
    """One worker process owning one partition."""

    cluster: Cluster
    factory: Callable[[int], PartitionEngine]
    broadcast: MemoryBroadcast
    config: EdgeConfig = CONFIG
    partition: int = 0
    stats: EdgeStats = field(default_factory=EdgeStats)
    lost: list[str] = field(default_factory=list)
    report: Report | None = None

    def __post_init__(self) -> None:
        self.producers = MemoryProducers(self.cluster)
        self.around = Surroundings(
            self.config, self.producers, self.broadcast, self.stats, Faults(), lambda: self.cluster.clock
        )

    def take_over(self) -> PartitionOwner:
        """Claim and recover; raises what a take-over raises."""
        means = Means(
            engine_factory=self.factory,
            outputs=AtOnce(self.cluster),
            open_reader=lambda _: MemoryReader(self.cluster),
            open_writer=lambda partition: MemoryCutWriter(self.cluster, partition),
            owner_name="test",
        )
        recovered, self.report = TakeOver(self.partition, means, self.around, lambda: True).run()
        reach = Reach(
            around=self.around,
            outputs=self.producers,
            open_reader=lambda: MemoryReader(self.cluster),
            pool=Inline(),
            lost=lambda owner, why: self.lost.append(why),
            wake=lambda _: None,
        )
        self.owner = make_owner(recovered, reach)
        self.owner.token = 1
        return self.owner

    def fetch(self, topic: str, limit: int = 5) -> None:
        """Bring records of one topic into the inbox."""
        begin = self.owner.inbox.fetched[topic]
        records = self.cluster.logs[topic, self.partition][begin : begin + limit]
        self.owner.inbox.high[topic] = len(self.cluster.logs[topic, self.partition])
        if records:
            self.owner.receive(Chunk(topic, self.partition, begin, records[-1].offset + 1, 1, records, 1))

    def commit(self) -> None:
        """Commit what may be committed; a fenced owner's commit is refused by the group."""
        if self.owner.pipeline.void is None:
            for topic, offset in self.owner.pipeline.committable.items():
                self.cluster.commits[topic, self.partition] = offset

    def publish(self) -> bool:
        """Publish the cut if it is ready."""
        cut = self.owner.take_publishable()
        if cut is None:
            return False
        try:
            self.owner.writer.publish(cut.entries, cut.marker(self.owner.live_keys, self.config.engine_version))
        except FencedError as error:
            self.owner.pipeline.abandon(str(error))
            self.owner.published(cut, success=False)
            return False
        self.owner.published(cut, success=True)
        return True

    def settle(self) -> None:
        """Fetch, apply and acknowledge everything there is."""
        while self.owner.pipeline.void is None:
            for topic in self.config.topics.inputs:
                self.fetch(topic, 1000)
            self.owner.pump()
            self.producers.settle("journal", "outputs")
            behind = any(
                self.owner.inbox.consumed[topic] < len(self.cluster.logs[topic, self.partition])
                for topic in self.config.topics.inputs
            )
            if not behind and not len(self.owner.pipeline):
                return
