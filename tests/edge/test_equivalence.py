"""Any interleaving of work, acknowledgement, snapshots, crashes and frozen former owners comes to one history.

The real owner, pipeline, cuts and take-over on the cluster in memory; hypothesis looks for the interleaving that does
not. What only a broker can show is in `test_crash_equivalence.py`.
"""

from collections import defaultdict
from collections.abc import Iterable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.edge.entries import Applied, decode_journal, encode
from monitor.edge.replay import JournalTopics, Rules, replay
from monitor.edge.snapshot_load import load_snapshot
from monitor.engine.api import Output
from tests.edge.memory import CONFIG, INPUTS, Cluster, Host, MemoryBroadcast, MemoryReader
from tests.edge.toy_engine import RESUME, Controls, ToyEngine

TOPICS = JournalTopics(INPUTS, "journal", "customer-state")


def replayed(cluster: Cluster, controls: Controls, known: tuple[int, int]) -> tuple[ToyEngine, list[Output], bool]:
    """The partition as its journal tells it: engine, outputs, and whether every digest agrees."""
    engine, reader = ToyEngine(0, controls), MemoryReader(cluster)
    steps = list(replay(reader, reader, TOPICS, 0, engine, Rules("1.9.9", lambda: known)))
    return engine, [output for step in steps for output in step.outputs], all(step.matches for step in steps)


def on_topics(cluster: Cluster) -> dict[bytes, set[bytes]]:
    """Distinct values by event id."""
    found: dict[bytes, set[bytes]] = defaultdict(set)
    for topic in CONFIG.topics.outputs:
        for record, headers in zip(cluster.logs[topic, 0], cluster.headers[topic, 0], strict=True):
            found[topic.encode() + dict(headers)["event_id"]].add(record.value or b"")
    return found


def by_event(outputs: Iterable[Output]) -> dict[bytes, set[bytes]]:
    """The same of outputs not sent."""
    found: dict[bytes, set[bytes]] = defaultdict(set)
    for output in outputs:
        found[output.topic.encode() + dict(output.headers)["event_id"]].add(output.value or b"")
    return found


class Histories(RuleBasedStateMachine):
    """One partition; one rightful owner and any number of former ones that do not know it yet."""

    def __init__(self) -> None:
        super().__init__()
        self.cluster = Cluster()
        self.controls = Controls()
        self.broadcast = MemoryBroadcast()
        self.sent = 0
        self.former: list[Host] = []
        self.host = self.start()

    def start(self) -> Host:
        host = Host(self.cluster, lambda partition: ToyEngine(partition, self.controls), self.broadcast)
        host.take_over()
        self.age = 0
        return host

    @rule(topic=st.sampled_from(INPUTS), count=st.integers(1, 9), customers=st.integers(1, 4))
    def produce(self, topic: str, count: int, customers: int) -> None:
        for _ in range(count):
            self.cluster.append(topic, 0, b"k%d" % (self.sent % customers), b"e%d:x" % self.sent)
            self.sent += 1

    @rule(step=st.integers(-50, 400))
    def pass_time(self, step: int) -> None:
        self.cluster.clock += step  # backwards too: hosts differ

    @rule(topic=st.sampled_from(INPUTS), limit=st.integers(1, 9))
    def fetch(self, topic: str, limit: int) -> None:
        self.host.fetch(topic, limit)

    @rule()
    def pump(self) -> None:
        self.host.owner.pump()

    @rule()
    def tick(self) -> None:
        self.host.owner.tick()

    @rule(kind=st.sampled_from(("journal", "outputs")), count=st.integers(1, 3))
    def land(self, kind: str, count: int) -> None:
        for _ in range(count):
            self.host.producers.land(kind)

    @rule(kind=st.sampled_from(("journal", "outputs")), count=st.integers(1, 3))
    def report(self, kind: str, count: int) -> None:
        for _ in range(count):
            self.host.producers.report(kind)

    @rule()
    def commit(self) -> None:
        self.host.commit()

    @rule()
    def acknowledge_all(self) -> None:
        self.host.producers.settle("journal", "outputs")

    @rule(pieces=st.integers(0, 6))
    def cut(self, pieces: int) -> None:
        """Begin one, or go on with it; work may come in between."""
        self.host.owner.begin_cut()
        for _ in range(pieces):
            self.host.owner._go_on_with_cut()

    @rule(success=st.booleans(), acknowledged=st.sampled_from((("journal", "outputs"), ("journal",), ())))
    def snapshot(self, success: bool, acknowledged: tuple[str, ...]) -> None:
        """The ordinary case in one step: finish what is begun, or begin, and publish if that may be."""
        self.cut(9)
        self.host.producers.settle(*acknowledged)
        self.publish(success)

    @rule(success=st.booleans())
    def publish(self, success: bool) -> None:
        """Publish a finished cut, or fail to: it must not be forgotten then."""
        cut = self.host.owner.cut
        if success:
            self.host.publish()
        elif cut is not None and self.host.owner.take_publishable() is cut:
            self.host.owner.published(cut, success=False)

    @rule(topic=st.sampled_from(INPUTS), limit=st.integers(1, 9))
    def work(self, topic: str, limit: int) -> None:
        """The ordinary case in one step, so that histories get long."""
        self.produce(topic, limit, 3)
        self.host.fetch(topic, limit)
        self.host.owner.pump()
        self.host.producers.land("journal")
        self.host.producers.report("journal")

    @rule()
    def control(self) -> None:
        offset = self.broadcast.controls
        self.controls.by_offset[offset] = RESUME if offset % 2 else b"rules %d" % offset
        self.broadcast.controls = offset + 1

    @rule()
    def stray_record(self) -> None:
        """Somebody without any right repeats the newest batch, of this or an older epoch."""
        records = self.cluster.logs["journal", 0]
        entries = [decode_journal(record.value, 0, record.offset) for record in records]
        batches = [entry for entry in entries if isinstance(entry, Applied)]
        if batches:
            self.cluster.append("journal", 0, None, encode(batches[-1]))

    @precondition(lambda self: self.age > 8)
    @rule()
    def crash(self) -> None:
        """What was sent and had not landed is gone; what landed stays, reported or not."""
        self.host = self.start()

    @precondition(lambda self: self.age > 8)
    @rule(snapshot_ready=st.booleans())
    def freeze_and_replace(self, snapshot_ready: bool) -> None:
        """The former owner lives on and believes it owns."""
        if snapshot_ready:
            self.cut(9)
            self.acknowledge_all()
        self.former.append(self.host)
        self.host = self.start()

    @precondition(lambda self: self.former)
    @rule(data=st.data())
    def former_owner_goes_on(self, data: st.DataObject) -> None:
        host = data.draw(st.sampled_from(self.former))
        host.publish()  # what it had finished before it was frozen
        host.fetch(data.draw(st.sampled_from(INPUTS)))
        host.owner.pump()
        host.owner.final_cut()
        host.producers.settle("journal", "outputs")
        host.publish()

    @precondition(lambda self: self.host.owner.pipeline.void is not None)
    @rule()
    def claim_again(self) -> None:
        self.host = self.start()

    @invariant()
    def grow_older(self) -> None:
        """Owners live long enough to leave snapshots."""
        self.age += 1

    @invariant()
    def no_event_has_two_decisions(self) -> None:
        assert all(len(values) == 1 for values in on_topics(self.cluster).values())

    def teardown(self) -> None:
        """Run to rest, then compare everything with the replay."""
        self.host = self.start()
        self.host.settle()
        assert self.host.owner.pipeline.void is None
        engine, outputs, matches = replayed(self.cluster, self.controls, self.broadcast.known())
        assert matches
        assert list(self.host.owner.engine.state()) == list(engine.state())
        assert by_event(outputs) == on_topics(self.cluster)
        assert {f"decisionse{n}".encode() for n in range(self.sent)} <= by_event(outputs).keys()
        self.host.owner.final_cut()
        self.host.publish()
        snapshot = load_snapshot(MemoryReader(self.cluster), "customer-state", 0)
        if self.host.owner.place.sequence:
            assert snapshot is not None
            assert list(snapshot.entries) == sorted(engine.state())
        assert self.host.stats.replay_mismatch == 0


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
