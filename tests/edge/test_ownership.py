"""The life of partitions: wanted, taken over, live, paused, lost, claimed again, kept, refused. On one event loop."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest

from monitor.edge.config import EdgeConfig
from monitor.edge.faults import Faults
from monitor.edge.merge import Chunk, InputGapError
from monitor.edge.owner import Surroundings
from monitor.edge.ownership import Ownership
from monitor.edge.seams import Reported, TransientError
from monitor.edge.snapshot_load import load_snapshot
from monitor.edge.stats import EdgeStats
from monitor.edge.take_over import Means
from monitor.engine.api import Batch, Output
from tests.edge.memory import CONFIG, AtOnce, Cluster, MemoryBroadcast, MemoryCutWriter, MemoryReader
from tests.edge.toy_engine import FLOOD, RESUME, Controls, ToyEngine

SECONDS = 10.0


class Immediate(AtOnce):
    """Everything is acknowledged when sent."""

    def append(self, partition: int, value: bytes, reported: Reported) -> None:
        super().append(partition, value, reported)
        self.settle("journal")


class Failing(ToyEngine):
    """Has a bug."""

    def apply(self, batch: Batch) -> list[Output]:
        raise ZeroDivisionError("a bug")


class World:
    """An ownership and everything it talks to."""

    def __init__(self, config: EdgeConfig = CONFIG, engine: type[ToyEngine] = ToyEngine) -> None:
        self.cluster = Cluster()
        self.controls = Controls()
        self.broadcast = MemoryBroadcast()
        self.stats = EdgeStats()
        self.config = config
        self.fetching: dict[int, tuple[dict[str, int], int]] = {}
        self.crashes: list[BaseException] = []
        self.ours = True
        self.asked = 0
        self.failures = 0
        producers = Immediate(self.cluster)
        around = Surroundings(config, producers, self.broadcast, self.stats, Faults(), lambda: self.cluster.clock)
        means = Means(
            engine_factory=lambda partition: engine(partition, self.controls),
            outputs=producers,
            open_reader=lambda _: self._reader(),
            open_writer=lambda partition: MemoryCutWriter(self.cluster, partition),
            owner_name="test",
        )
        self.ownership = Ownership(around, means, self, still_owner=self.still_owner, crash=self.crashes.append)

    def _reader(self) -> MemoryReader:
        if self.failures:
            self.failures -= 1
            raise TransientError("the broker is away")
        return MemoryReader(self.cluster)

    async def still_owner(self, _: int) -> bool:
        self.asked += 1
        return self.ours

    def add(self, partition: int, positions: dict[str, int], token: int) -> None:
        self.fetching[partition] = positions, token

    def remove(self, partition: int) -> None:
        self.fetching.pop(partition, None)

    def pause(self, topic: str, partition: int, *, paused: bool) -> None:
        raise AssertionError("nothing here is large")

    def claims(self, partition: int = 0) -> int:
        return sum((record.value or b"")[1:4] == b"\x94\xa1c" for record in self.cluster.logs["journal", partition])

    def produce(self, count: int, topic: str = "cards", value: bytes = b"e:x") -> None:
        for _ in range(count):
            self.cluster.append(topic, 0, b"k", value)
        self.deliver(topic)

    def deliver(self, topic: str = "cards") -> None:
        """What the fetch thread and an agent do."""
        if 0 in self.fetching:
            positions, token = self.fetching[0]
            begin = positions[topic]
            records = self.cluster.logs[topic, 0][begin:]
            positions[topic] += len(records)
            self.ownership.receive(Chunk(topic, 0, begin, positions[topic], 1, records, token))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Tick until it holds."""
        async with asyncio.timeout(SECONDS):
            while not condition():
                self.ownership.tick()
                await asyncio.sleep(0.005)

    async def live(self, *partitions: int) -> None:
        """Assign partitions and wait for them."""
        self.ownership.assign(partitions)
        await self.until(lambda: set(partitions) <= self.ownership.owners.keys())


def run(story: Callable[[World], Coroutine[Any, Any, None]], **options: Any) -> None:
    """Run a story on a loop of its own."""

    async def scene() -> None:
        world = World(**options)
        try:
            await story(world)
        finally:
            await world.ownership.finish()
            await world.ownership.close()

    asyncio.run(scene())


def test_an_assigned_partition_is_claimed_and_fetched_from_where_the_journal_says() -> None:
    async def story(world: World) -> None:
        assert world.stats.not_ready() == "no assignment yet"
        world.ownership.assign([0, 1])
        assert "recovering" in (world.stats.not_ready() or "")
        await world.live(0, 1)
        assert world.stats.not_ready() is None
        assert world.fetching[0][0] == world.fetching[1][0] == {"cards": 0, "transfers": 0}
        assert world.claims() == 1

    run(story)


def test_records_are_applied_and_their_position_may_be_committed() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        world.produce(20)
        await world.until(lambda: world.ownership.committable("cards", 0) == 20)
        assert len(world.cluster.logs["decisions", 0]) == 20
        assert world.ownership.committable("cards", 5) is None

    run(story)


def test_state_that_comes_back_after_a_rebalance_is_kept_and_not_claimed_again() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        world.produce(5)
        await world.until(lambda: world.ownership.committable("cards", 0) == 5)
        owner = world.ownership.owners[0]
        stale = world.fetching[0][1]
        world.ownership.halt()
        world.ownership.assign([0])
        assert world.ownership.owners[0] is owner
        assert world.fetching[0] == ({"cards": 5, "transfers": 0}, stale + 1)
        assert world.claims() == 1

    run(story)


def test_a_partition_that_went_elsewhere_is_dropped() -> None:
    async def story(world: World) -> None:
        await world.live(0, 1)
        dropped = world.ownership.owners[1]
        world.ownership.halt()
        world.ownership.assign([0])
        assert set(world.ownership.owners) == {0}
        assert dropped.pipeline.void == "dropped"
        assert set(world.stats.partitions) == {0}

    run(story)


def test_records_fetched_before_a_rebalance_are_not_applied_after_it() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        _, stale = world.fetching[0]
        world.cluster.append("cards", 0, b"k", b"e:x")
        world.ownership.halt()
        world.ownership.assign([0])
        world.ownership.receive(Chunk("cards", 0, 0, 1, 1, world.cluster.logs["cards", 0], stale))
        world.deliver()
        await world.until(lambda: world.ownership.committable("cards", 0) == 1)
        assert len(world.cluster.logs["decisions", 0]) == 1

    run(story)


def test_a_lost_claim_is_renewed_only_when_the_group_still_regards_us_as_owner() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        world.ours = False
        owner = world.ownership.owners[0]
        world.ownership.lost(owner, "superseded")
        await world.until(lambda: world.asked >= 2)
        assert world.ownership.owners == {}
        assert world.fetching == {}
        assert world.claims() == 1
        world.ours = True
        await world.until(lambda: 0 in world.ownership.owners)
        assert world.ownership.owners[0] is not owner
        assert world.claims() == 2
        assert world.stats.lost == 1

    run(story)


def test_a_lost_claim_is_not_renewed_once_the_partition_went_elsewhere() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        world.ownership.lost(world.ownership.owners[0], "superseded")
        world.ownership.halt()
        world.ownership.assign([])
        await asyncio.sleep(0)
        assert world.claims() == 1
        assert world.stats.partitions == {}

    run(story)


def test_a_take_over_the_broker_did_not_serve_is_tried_again() -> None:
    async def story(world: World) -> None:
        world.failures = 1
        await world.live(0)
        assert world.stats.claims == 2

    run(story)


def test_a_refused_partition_stays_down_by_name_and_the_others_go_live() -> None:
    async def story(world: World) -> None:
        world.cluster.append("customer-state", 1, b"\x00marker", b"\x09")
        world.ownership.assign([0, 1])
        await world.until(lambda: world.stats.of(1).phase == "refused" and 0 in world.ownership.owners)
        assert world.stats.of(1).reason.startswith("UNKNOWN_FORMAT")
        assert "UNKNOWN_FORMAT" in (world.stats.not_ready() or "")
        assert world.crashes == []

    run(story)


def test_a_flood_stops_fetching_and_readiness_names_it_until_it_is_lifted() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        world.produce(1, value=FLOOD)
        await world.until(lambda: world.stats.of(0).phase == "paused")
        assert world.fetching == {}
        assert world.stats.not_ready() == "partition 0 is paused: flood"
        world.controls.by_offset[0] = RESUME
        world.broadcast.controls = 1
        await world.until(lambda: world.stats.of(0).phase == "live")
        world.produce(2)
        await world.until(lambda: world.ownership.committable("cards", 0) == 3)
        assert world.crashes == []

    run(story)


def test_a_flood_is_still_one_after_a_rebalance() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        world.produce(1, value=FLOOD)
        await world.until(lambda: world.stats.of(0).phase == "paused")
        world.ownership.halt()
        world.ownership.assign([0])
        assert world.fetching == {}
        assert world.stats.of(0).phase == "paused"

    run(story)


def test_an_engine_that_fails_voids_the_partition_and_stops_the_worker() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        world.produce(3)
        await world.until(lambda: bool(world.crashes))
        assert isinstance(world.crashes[0], ZeroDivisionError)
        await world.until(lambda: world.ownership.owners == {})
        assert world.ownership.committable("cards", 0) is None
        assert world.cluster.logs["decisions", 0] == []
        assert world.claims() == 1

    run(story, engine=Failing)


def test_a_chunk_that_skips_records_stops_the_worker() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        world.cluster.append("cards", 0, b"k", b"e:x")
        with pytest.raises(InputGapError, match="follows 0"):
            world.ownership.receive(Chunk("cards", 0, 7, 8, 1, [], world.fetching[0][1]))
        assert len(world.crashes) == 1

    run(story)


def test_snapshots_are_taken_by_themselves_and_a_last_one_at_the_end() -> None:
    worlds: list[World] = []

    async def story(world: World) -> None:
        worlds.append(world)
        await world.live(0)
        world.produce(5)
        await world.until(lambda: world.stats.snapshots == 1)
        world.produce(5)
        await world.until(lambda: world.ownership.committable("cards", 0) == 10)

    run(story, config=replace(CONFIG, limits=replace(CONFIG.limits, snapshot_seconds=0.05)))
    snapshot = load_snapshot(MemoryReader(worlds[0].cluster), "customer-state", 0)
    assert snapshot is not None
    assert snapshot.marker.positions == {"cards": 10, "transfers": 0}


def test_how_far_back_a_take_over_would_ask_is_known_once_every_partition_here_has_a_snapshot() -> None:
    async def story(world: World) -> None:
        assert world.stats.restart() is None
        world.broadcast.reference, world.broadcast.controls = 5, 2
        await world.live(0, 1)
        world.stats.of(1).restart = (3, 4)
        assert world.stats.restart() is None
        world.produce(5)
        await world.until(lambda: world.stats.of(0).restart is not None)
        assert world.stats.of(0).restart == (5, 2)
        assert world.stats.restart() == (3, 2)

    run(story, config=replace(CONFIG, limits=replace(CONFIG.limits, snapshot_seconds=0.05)))


def test_younger_records_wait_for_a_topic_that_is_behind_and_the_fetch_thread_knows() -> None:
    async def story(world: World) -> None:
        await world.live(0)
        world.ownership.note_high("transfers", 0, 1)
        world.produce(1)
        await world.until(lambda: world.ownership.starving)
        assert world.cluster.logs["decisions", 0] == []
        world.cluster.clock -= 10
        world.produce(1, "transfers")
        await world.until(lambda: len(world.cluster.logs["decisions", 0]) == 2)
        assert not world.ownership.starving
        world.ownership.tick()
        assert world.stats.of(0).lag_records == 0

    run(story)
