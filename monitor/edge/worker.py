"""One worker's edge: everything it is made of, and the few doors through which Faust's consumer reaches it."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from monitor.edge.broadcast import KafkaBroadcast, Sink
from monitor.edge.config import EdgeConfig
from monitor.edge.ends import Ends
from monitor.edge.faults import Faults
from monitor.edge.fetcher import Fetcher
from monitor.edge.kafka_cuts import KafkaCutWriter
from monitor.edge.kafka_producers import KafkaProducers
from monitor.edge.kafka_reader import KafkaReader
from monitor.edge.merge import Chunk
from monitor.edge.owner import Surroundings
from monitor.edge.ownership import Ownership
from monitor.edge.stats import EdgeStats
from monitor.edge.take_over import EngineFactory, Means

log = logging.getLogger(__name__)
MAX_QUEUED = 8  # chunks on their way to the agents before the fetch thread rests


class Consumer(Protocol):
    """What the edge needs of Faust's consumer, which is made with the edge in hand."""

    loop: asyncio.AbstractEventLoop

    def post(self, chunks: list[Chunk]) -> None:
        """Fetch thread: hand chunks over."""

    def queued(self) -> int:
        """Chunks on their way to the agents."""

    async def accepts_commit(self, partition: int) -> bool:
        """Whether the group regards us as the owner."""

    def crash_soon(self, error: BaseException) -> None:
        """Any thread: stop the worker."""


def now_ms() -> int:
    """The wall clock; read once a batch and journalled."""
    return time.time_ns() // 1_000_000


class Edge:
    """Made before the Faust app, opened when its loop runs."""

    def __init__(self, config: EdgeConfig, engine_factory: EngineFactory, sinks: Mapping[str, Sink]) -> None:
        self.config = config
        self.stats = EdgeStats()
        self.inputs = frozenset(config.topics.physical(topic) for topic in config.topics.inputs)
        self._logical = {config.topics.physical(topic): topic for topic in config.topics.inputs}
        self._engine_factory = engine_factory
        self._sinks = sinks
        self._consumer: Consumer | None = None
        self._ownership: Ownership | None = None
        self._broadcast: KafkaBroadcast | None = None
        self._closing: list[Callable[[], None]] = []
        self._ticks: asyncio.Task[None] | None = None

    # -- life

    def open(self, consumer: Consumer) -> None:
        """Start producers, readers and the fetch thread. On the event loop."""
        config, faults = self.config, Faults(self.config.fault)
        self._consumer = consumer
        crash = consumer.crash_soon
        producers = KafkaProducers(config, self.stats, time.perf_counter, crash)
        broadcast = self._broadcast = KafkaBroadcast(config, self._sinks, crash)
        fetcher = Fetcher(config, may_fetch=self._may_fetch, deliver=consumer.post, highs=self._post_highs, crash=crash)
        means = Means(
            engine_factory=self._engine_factory,
            outputs=producers,
            open_reader=lambda wanted: KafkaReader(config, wanted),
            open_writer=lambda partition: KafkaCutWriter(config, partition, faults),
            owner_name=f"{socket.gethostname()}:{os.getpid()}",
        )
        around = Surroundings(config, producers, broadcast, self.stats, faults, now_ms)
        self._ownership = Ownership(around, means, fetcher, still_owner=consumer.accepts_commit, crash=crash)
        ends = Ends(config, partitions=self._partitions, tell=self._post_ends, now_ms=now_ms)
        self._closing = [fetcher.close, ends.close, broadcast.close, producers.close]
        broadcast.start()
        fetcher.start()
        ends.start()
        self._ticks = asyncio.get_running_loop().create_task(self._tick())

    async def _tick(self) -> None:
        while self._ownership is not None:
            try:
                self._ownership.tick()
            except Exception as error:
                log.critical("the ticks failed", exc_info=error)
                self._crash(error)  # without ticks timers and snapshots would stand still unseen
                return
            await asyncio.sleep(self.config.limits.tick_seconds)

    def _crash(self, error: BaseException) -> None:
        if self._consumer is not None:
            self._consumer.crash_soon(error)

    async def finish(self) -> None:
        """Drain and leave last snapshots."""
        if self._ownership is not None:
            await self._ownership.finish()

    async def close(self) -> None:
        """After the last commit."""
        ownership, self._ownership = self._ownership, None
        if ownership is None:
            return
        if self._ticks is not None:
            self._ticks.cancel()
        for close in self._closing:
            await asyncio.get_running_loop().run_in_executor(None, close)
        await ownership.close()

    @property
    def lists_loaded(self) -> bool:
        """Whether reference and controls were read up to where they ended at the start."""
        return self._broadcast is not None and self._broadcast.ready()

    # -- the fetch thread's questions

    def _may_fetch(self) -> bool:
        ownership, consumer = self._ownership, self._consumer
        if ownership is None or consumer is None or consumer.queued() >= MAX_QUEUED:
            return False
        return ownership.starving or ownership.backlog() < self.config.limits.backlog_records

    def _partitions(self) -> list[int]:
        return [] if self._ownership is None else sorted(self._ownership.owners)

    def _post_ends(self, ends: dict[int, dict[str, int]], asked_at: int) -> None:
        if self._consumer is not None:
            self._consumer.loop.call_soon_threadsafe(self._note_ends, ends, asked_at)

    def _note_ends(self, ends: dict[int, dict[str, int]], asked_at: int) -> None:
        if self._ownership is not None:
            for partition, by_topic in ends.items():
                self._ownership.note_ends(partition, by_topic, asked_at)

    def _post_highs(self, highs: dict[tuple[str, int], int]) -> None:
        if self._consumer is not None:
            self._consumer.loop.call_soon_threadsafe(self._note_highs, highs)

    def _note_highs(self, highs: dict[tuple[str, int], int]) -> None:
        if self._ownership is not None:
            for (topic, partition), high in highs.items():
                self._ownership.note_high(topic, partition, high)

    # -- the consumer's and the agents' doors

    def receive(self, chunk: Chunk) -> None:
        """What an agent got."""
        if self._ownership is not None:
            self._ownership.receive(chunk)

    def assigned(self, partitions: set[int]) -> None:
        """The group gave us these."""
        if self._ownership is not None:
            self._ownership.assign(partitions)

    def halt(self) -> None:
        """The group, or the end, takes them."""
        if self._ownership is not None:
            self._ownership.halt()

    async def drain(self, seconds: float) -> None:
        """Wait for acknowledgements."""
        if self._ownership is not None:
            await self._ownership.drain(seconds)

    def committable(self, topic: str, partition: int) -> int | None:
        """Next offset that may be committed; `topic` as the broker knows it."""
        return None if self._ownership is None else self._ownership.committable(self._logical[topic], partition)
