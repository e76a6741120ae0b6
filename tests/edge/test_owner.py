"""One partition: batches, clock, ticks, floods, limits, cuts. On the cluster in memory."""

from dataclasses import replace

import pytest

from monitor.edge.entries import Applied, decode_journal, encode
from monitor.edge.merge import Chunk, InputGapError
from monitor.edge.owner import PartitionOwner, Progress
from monitor.edge.seams import FencedError
from monitor.edge.snapshot_load import load_snapshot
from tests.edge.memory import CONFIG, Cluster, Host, MemoryBroadcast, MemoryReader
from tests.edge.toy_engine import FLOOD, RESUME, SHARED, TIMER_EVERY, TIMER_MS, Controls, ToyEngine


class Case:
    """An owner with a cluster around it."""

    def __init__(self) -> None:
        self.cluster = Cluster()
        self.controls = Controls()
        self.broadcast = MemoryBroadcast()
        self.host = self.process()
        self.owner = self.host.take_over()

    def process(self) -> Host:
        return Host(self.cluster, lambda partition: ToyEngine(partition, self.controls), self.broadcast)

    def produce(self, count: int, topic: str = "cards", key: bytes = b"k") -> None:
        for _ in range(count):
            number = len(self.cluster.logs[topic, 0])
            self.cluster.append(topic, 0, key, b"%b%d:x" % (topic.encode(), number))

    def journalled(self) -> list[Applied]:
        records = self.cluster.logs["journal", 0]
        entries = [decode_journal(record.value, 0, record.offset) for record in records]
        return [entry for entry in entries if isinstance(entry, Applied)]

    def fetched(self, count: int, topic: str = "cards") -> None:
        self.produce(count, topic)
        self.host.fetch(topic, 1000)

    def settle(self) -> None:
        self.host.producers.settle("journal", "outputs")


def finish_cut(owner: PartitionOwner) -> None:
    """Take the pieces of an open cut."""
    while owner.cut is not None and not owner.cut.complete:
        owner.pump()


def test_a_batch_names_its_ranges_clock_epoch_and_sequence() -> None:
    case = Case()
    case.produce(2)
    case.produce(3, "transfers")
    case.host.settle()
    entry = case.journalled()[0]
    assert (entry.epoch, entry.sequence, entry.clock) == (0, 1, case.cluster.clock)
    assert (entry.ranges, entry.count) == ({"cards": (0, 1), "transfers": (0, 2)}, 5)


def test_batches_are_cut_to_the_limit() -> None:
    case = Case()
    case.produce(17)
    case.host.settle()
    assert [entry.count for entry in case.journalled()] == [7, 7, 3]


def test_no_more_than_the_limit_is_in_flight_and_an_acknowledgement_lets_it_go_on() -> None:
    case = Case()
    case.fetched(40)
    progress = [case.owner.pump() for _ in range(4)]
    assert progress == [Progress.MORE, Progress.MORE, Progress.MORE, Progress.BLOCKED]
    assert case.owner.blocked
    case.settle()
    assert not case.owner.blocked
    assert case.owner.pump() is Progress.MORE


def test_the_clock_never_runs_backwards() -> None:
    case = Case()
    for step in (0, -500, 200):
        case.cluster.clock += step
        case.fetched(1)
        case.owner.pump()
    case.settle()
    assert [entry.clock for entry in case.journalled()] == [1_000_000, 1_000_000, 1_000_000]


def test_a_silent_partition_gets_a_tick_when_a_timer_is_due_and_not_before() -> None:
    case = Case()
    case.produce(TIMER_EVERY)
    case.host.settle()
    before = len(case.journalled())
    case.cluster.clock += TIMER_MS - 1
    case.owner.tick()
    case.cluster.clock += 1
    case.owner.tick()
    case.owner.tick()
    case.settle()
    ticks = case.journalled()[before:]
    assert [(entry.ranges, entry.count) for entry in ticks] == [({}, 0)]
    assert len(case.cluster.logs["alerts", 0]) == 1
    assert case.host.stats.ticks == 1


def test_reference_or_controls_that_move_cause_a_tick_and_are_journalled() -> None:
    case = Case()
    case.broadcast.reference, case.broadcast.controls = 3, 2
    case.owner.tick()
    case.owner.tick()
    case.settle()
    assert [(entry.reference_offset, entry.controls_offset) for entry in case.journalled()] == [(3, 2)]


def test_a_partition_with_work_needs_no_tick() -> None:
    case = Case()
    case.broadcast.controls = 2
    case.fetched(1)
    case.owner.tick()
    assert case.owner.pump() is Progress.MORE
    case.settle()
    assert [(entry.count, entry.controls_offset) for entry in case.journalled()] == [(1, 2)]


def test_a_flood_stops_records_and_a_tick_can_lift_it() -> None:
    case = Case()
    case.cluster.append("cards", 0, b"k", FLOOD)
    case.host.settle()
    case.fetched(3)
    assert case.owner.pump() is Progress.IDLE
    case.controls.by_offset[0] = RESUME
    case.broadcast.controls = 1
    case.owner.tick()
    assert case.owner.engine.paused() is None
    assert case.owner.pump() is Progress.MORE


def test_a_flood_is_still_there_after_a_take_over() -> None:
    case = Case()
    case.cluster.append("cards", 0, b"k", FLOOD)
    case.host.settle()
    assert case.process().take_over().engine.paused() == "flood"


def test_chunks_of_an_earlier_ownership_are_dropped() -> None:
    case = Case()
    case.produce(1)
    case.owner.receive(Chunk("cards", 0, 0, 1, 1, case.cluster.logs["cards", 0], token=99))
    assert len(case.owner.inbox) == 0


def test_a_chunk_with_a_gap_is_an_error_and_not_applied() -> None:
    case = Case()
    with pytest.raises(InputGapError):
        case.owner.receive(Chunk("cards", 0, 5, 6, 1, [], token=1))


def test_a_void_owner_does_nothing_any_more() -> None:
    case = Case()
    case.fetched(3)
    case.owner.pipeline.abandon("superseded")
    case.owner.tick()
    assert case.owner.pump() is Progress.IDLE
    assert not case.owner.begin_cut()
    assert case.journalled() == []
    assert case.host.lost == ["superseded"]


# -- cuts


def test_a_cut_waits_for_the_acknowledgement_of_all_outputs_in_it() -> None:
    case = Case()
    case.fetched(3)
    case.owner.pump()
    case.owner.begin_cut()
    finish_cut(case.owner)
    assert case.owner.take_publishable() is None
    case.host.producers.land("journal")
    case.host.producers.report("journal")
    assert case.owner.take_publishable() is None
    case.settle()
    assert case.owner.take_publishable() is not None


def test_a_cut_after_a_silent_batch_waits_for_the_outputs_of_the_batches_before_it() -> None:
    case = Case()
    case.fetched(3)
    case.owner.pump()
    case.broadcast.reference = 3
    case.owner.tick()
    case.owner.begin_cut()
    finish_cut(case.owner)
    for _ in range(2):
        case.host.producers.land("journal")
        case.host.producers.report("journal")
    assert case.owner.take_publishable() is None
    case.settle()
    assert case.owner.take_publishable() is not None


def test_a_cut_of_a_lost_claim_is_never_published() -> None:
    case = Case()
    case.produce(3)
    case.host.settle()
    case.owner.final_cut()
    case.owner.pipeline.abandon("superseded")
    assert case.owner.take_publishable() is None


def test_a_customer_changed_after_the_cut_began_is_stored_as_it_was() -> None:
    case = Case()
    case.produce(3)
    case.host.settle()
    as_it_was = list(case.owner.engine.state())
    case.owner.begin_cut()
    case.fetched(5)
    case.owner.pump()
    finish_cut(case.owner)
    case.settle()
    assert case.host.publish()
    snapshot = load_snapshot(MemoryReader(case.cluster), "customer-state", 0)
    assert snapshot is not None
    assert list(snapshot.entries) == as_it_was
    assert snapshot.marker.positions == {"cards": 3, "transfers": 0}
    assert snapshot.marker.sequence == 1


def test_a_cut_that_could_not_be_published_is_part_of_the_next() -> None:
    case = Case()
    case.produce(3)
    case.host.settle()
    case.owner.final_cut()
    cut = case.owner.take_publishable()
    assert cut is not None
    case.owner.published(cut, success=False)
    case.produce(1, key=b"another")
    case.host.settle()
    case.owner.final_cut()
    assert case.host.publish()
    snapshot = load_snapshot(MemoryReader(case.cluster), "customer-state", 0)
    assert snapshot is not None
    assert [key for key, _ in snapshot.entries] == [SHARED, b"canother", b"ck"]


def test_only_what_changed_is_in_the_next_cut() -> None:
    case = Case()
    case.produce(2, key=b"one")
    case.produce(2, key=b"two")
    case.host.settle()
    case.owner.final_cut()
    assert case.host.publish()
    assert not case.owner.begin_cut()
    case.produce(1, key=b"two")
    case.host.settle()
    case.owner.final_cut()
    assert case.owner.cut is not None
    assert sorted(case.owner.cut.entries) == [SHARED, b"ctwo"]


def test_a_last_cut_holds_what_an_open_one_had_and_what_came_after() -> None:
    case = Case()
    case.produce(2, key=b"one")
    case.host.settle()
    case.owner.begin_cut()
    case.produce(2, key=b"two")
    case.host.settle()
    case.owner.final_cut()
    assert case.host.publish()
    snapshot = load_snapshot(MemoryReader(case.cluster), "customer-state", 0)
    assert snapshot is not None
    assert list(snapshot.entries) == sorted(case.owner.engine.state())


def test_a_former_owners_snapshot_is_fenced_and_ends_its_claim() -> None:
    case = Case()
    case.produce(3)
    case.host.settle()
    case.owner.final_cut()
    case.process().take_over()
    assert not case.host.publish()
    assert case.owner.pipeline.void == "a newer owner exists"


def test_what_a_take_over_replayed_is_in_its_first_cut() -> None:
    case = Case()
    case.produce(3)
    case.host.settle()
    successor = case.process()
    successor.take_over()
    successor.owner.final_cut()
    assert successor.publish()
    snapshot = load_snapshot(MemoryReader(case.cluster), "customer-state", 0)
    assert snapshot is not None
    assert snapshot.marker.journal == successor.owner.place.epoch
    assert list(snapshot.entries) == sorted(case.owner.engine.state())


def test_tombstones_leave_with_the_cut_and_are_counted_out() -> None:
    case = Case()
    case.produce(2)
    case.host.settle()
    case.owner.final_cut()
    assert case.host.publish()
    writer, engine_version = case.owner.writer, CONFIG.engine_version
    case.produce(1)
    case.host.settle()
    case.owner.final_cut()
    cut = case.owner.take_publishable()
    assert cut is not None
    cut.entries[b"ck"] = None
    writer.publish(cut.entries, cut.marker(case.owner.live_keys, engine_version))
    case.owner.published(cut, success=True)
    snapshot = load_snapshot(MemoryReader(case.cluster), "customer-state", 0)
    assert snapshot is not None
    assert [key for key, _ in snapshot.entries] == [SHARED]
    assert case.owner.live_keys == {SHARED}


def test_a_fenced_writer_says_so() -> None:
    case = Case()
    case.produce(1)
    case.host.settle()
    case.owner.final_cut()
    case.process().take_over()
    cut = case.owner.cut
    assert cut is not None
    with pytest.raises(FencedError):
        case.owner.writer.publish(cut.entries, cut.marker(set(), "1"))


def test_a_gap_with_a_claim_supersedes_and_a_stray_record_only_shifts() -> None:
    case = Case()
    case.cluster.append("journal", 0, None, encode(Applied(-9, 1, 0, 0, 0, {}, 0, b"", b"", "1")))
    case.fetched(2)
    case.owner.pump()
    case.settle()
    assert case.owner.pipeline.void is None
    assert case.host.stats.shifts == 1
    case.host.commit()
    case.process().take_over()
    case.fetched(2)
    case.owner.pump()
    case.settle()
    assert case.host.lost == ["superseded: a claim precedes journal offset 4"]
    assert len(case.cluster.logs["decisions", 0]) == 2


def test_more_topics_do_not_change_the_order() -> None:
    topics = replace(CONFIG.topics, inputs=("cards", "transfers", "loans"))
    cluster = Cluster()
    host = Host(cluster, ToyEngine, MemoryBroadcast(), replace(CONFIG, topics=topics))
    host.take_over()
    for number, topic in enumerate(("transfers", "loans", "cards", "loans")):
        cluster.clock += 1
        cluster.append(topic, 0, b"k", b"e%d:x" % number)
    host.settle()
    order = [dict(headers)["event_id"] for headers in cluster.headers["decisions", 0]]
    assert order == [b"e0", b"e1", b"e2", b"e3"]
