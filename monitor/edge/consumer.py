"""Faust's consumer, with fetching and commit positions of the inputs taken out of its hands."""

import os
from collections import deque
from threading import Timer
from typing import TYPE_CHECKING, Any

from aiokafka.structs import OffsetAndMetadata
from faust.events import Event
from faust.exceptions import ImproperlyConfigured
from faust.transport.drivers import aiokafka as driver
from faust.types import ConsumerMessage
from faust.types.tuples import TP

from monitor.edge.merge import Chunk

if TYPE_CHECKING:
    from monitor.edge.worker import Edge

REVOKE_DRAIN_SECONDS = 2.0
CRASH_SECONDS = 15.0
EXIT_CRASHED = 70


class EdgeConsumerThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]  # Faust is untyped here
    """aiokafka's own thread: heartbeats go on while the event loop works."""

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        """Pause the inputs: every rebalance makes fresh, unpaused states in aiokafka, but librdkafka fetches them."""
        inputs = [driver.ensure_aiokafka_TP(tp) for tp in assigned if self.consumer.is_input(tp)]
        self._ensure_consumer().pause(*inputs)
        await super().on_partitions_assigned(assigned, generation_id)


class EdgeConsumer(driver.Consumer):  # type: ignore[misc]  # Faust is untyped here
    """Membership and commits by aiokafka; records by the fetch thread; positions by the journal."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.in_transaction:
            raise ImproperlyConfigured("the journal is the transaction: processing_guarantee must be at_least_once")
        self._edge: Edge = self.transport.edge
        self._mail: deque[list[Chunk]] = deque()
        self._armed = False
        self._queues: tuple[Any, ...] = ()  # of the agents' channels

    def _new_consumer_thread(self) -> Any:
        return EdgeConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def is_input(self, tp: Any) -> bool:
        """Whether the journal owns this topic's positions."""
        return tp.topic in self._edge.inputs

    async def on_start(self) -> None:
        """The loop runs: the worker's threads may start."""
        await super().on_start()
        self._edge.open(self)

    # -- records: from the fetch thread to the agents

    def post(self, chunks: list[Chunk]) -> None:
        """Fetch thread: hand chunks over with one wake-up for all that come before the loop gets to them."""
        self._mail.append(chunks)
        if not self._armed:
            self._armed = True
            self.loop.call_soon_threadsafe(self._deliver)

    def queued(self) -> int:
        """Chunks on their way to the agents. Any thread."""
        queued: int = sum(queue.qsize() for queue in self._queues)
        return len(self._mail) + queued

    def _deliver(self) -> None:
        """Straight into the agents' channels; Faust's own way costs several loop turns a record."""
        self._armed = False
        index = self.app.topics._tp_index  # noqa: SLF001  # Faust has no public way to a partition's channels
        while self._mail:
            for chunk in self._mail.popleft():
                tp = TP(self._edge.config.topics.physical(chunk.topic), chunk.partition)
                event = self._event(tp, chunk)
                for channel in index.get(tp, ()):
                    channel.queue.force_put_nowait(event)

    def _event(self, tp: TP, chunk: Chunk) -> Any:
        message = ConsumerMessage(
            tp.topic,
            tp.partition,
            chunk.end - 1,
            chunk.records[-1].timestamp / 1000,
            1,
            headers=None,
            key=None,
            value=None,
            checksum=None,
            serialized_key_size=0,
            serialized_value_size=0,
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )
        message.refcount = 1
        return Event(self.app, None, chunk, {}, message)

    # -- flow: what the group gives and takes

    def resume_flow(self) -> None:
        """Faust lets records flow: after each assignment, once its own recovery is over."""
        super().resume_flow()
        index = self.app.topics._tp_index  # noqa: SLF001  # as in _deliver
        channels = {id(channel): channel for channels in index.values() for channel in channels}
        self._queues = tuple(channel.queue for channel in channels.values())
        self._edge.assigned(self._whole_partitions())

    def stop_flow(self) -> None:
        """Faust stops the flow: before a rebalance, and at the end."""
        self._edge.halt()
        self._mail.clear()
        super().stop_flow()

    def _whole_partitions(self) -> set[int]:
        """Partitions of which every input is ours: all topics of a partition live in one place, or nowhere."""
        places = {(tp.topic, tp.partition) for tp in self.assignment() if self.is_input(tp)}
        numbers = {partition for _, partition in places}
        whole = {p for p in numbers if all((topic, p) in places for topic in self._edge.inputs)}
        if whole != numbers:
            self.log.error(
                "partitions %r are assigned in part only: the workers subscribe differently", numbers - whole
            )
        for tp in self.assignment():
            if tp.partition in whole and self.is_input(tp):
                self._acked[tp]  # Faust commits only what has an entry here
        return whole

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Drain and commit while the old generation is still valid; the state is kept until the next assignment."""
        self._edge.halt()
        await self._edge.drain(REVOKE_DRAIN_SECONDS)
        await self.commit() or await self.commit()  # the first may only have waited for a commit under way
        await super().on_partitions_revoked(revoked)

    async def on_stop(self) -> None:
        """Drain, last snapshots, last commit, and only then let go."""
        await self._edge.finish()
        await super().on_stop()
        await self._edge.close()

    async def _getmany(self, active_partitions: Any, timeout: float) -> Any:  # noqa: ASYNC109  # Faust's signature
        """Aiokafka may have one fetch of the inputs under way when they are paused.

        The loop that calls this must live though it brings nothing: it feeds the idle time by which aiokafka leaves
        the group.
        """
        records = await super()._getmany(active_partitions, timeout)
        return {tp: batch for tp, batch in records.items() if not self.is_input(tp)} if records else records

    async def _seek(self, partition: Any, offset: int) -> None:
        if not self.is_input(partition):
            await super()._seek(partition, offset)

    # -- commits

    def _new_offset(self, tp: Any) -> int | None:
        """What may be committed is what the journal says, whatever Faust believes to be acknowledged."""
        if not self.is_input(tp):
            return super()._new_offset(tp)  # type: ignore[no-any-return]  # Faust is untyped here
        return self._edge.committable(tp.topic, tp.partition)

    async def _commit_offsets(self, offsets: Any, start_new_transaction: bool = True) -> bool:  # noqa: ARG002
        """Faust's version draws a table of the offsets at every commit: milliseconds of stall. Otherwise the same."""
        assignment = self.assignment()
        ours = {tp: offset for tp, offset in offsets.items() if tp in assignment}
        if not ours or self.crashed:  # after a crash the thread that commits is gone: waiting for it never ends
            return False
        done = await self._commit(ours)
        self._committed_offset.update(ours)
        return bool(done)

    async def accepts_commit(self, partition: int) -> bool:
        """Whether the group regards us as the owner: only a member of the current generation may commit."""
        places = [tp for tp in self.assignment() if self.is_input(tp) and tp.partition == partition]
        if not places or self.should_stop:
            return False
        place = driver.ensure_aiokafka_TP(places[0])
        consumer, call = self._thread._ensure_consumer(), self._thread.call_thread  # noqa: SLF001
        try:
            offset = await call(consumer.committed, place)
            await call(consumer.commit, {place: OffsetAndMetadata(offset or 0, "")})
        except Exception as error:  # noqa: BLE001  # any refusal means: not now
            self.log.info("partition %d: the group refuses a commit: %r", partition, error)
            return False
        return True

    def crash_soon(self, error: BaseException) -> None:
        """Any thread: stop the worker. It ends even if stopping hangs: a worker half dead would keep its partitions."""
        last_resort = Timer(CRASH_SECONDS, os._exit, (EXIT_CRASHED,))
        last_resort.daemon = True
        last_resort.start()
        self.loop.call_soon_threadsafe(lambda: self.add_future(self.crash(error)))

    # -- things that read aiokafka's fetch state, which stays empty for the inputs

    async def position(self, tp: Any) -> int | None:
        """Next offset to fetch; Faust asks only for its own topics."""
        return None if self.is_input(tp) else await super().position(tp)

    def highwater(self, tp: Any) -> int | None:
        """End of the partition; the lag of inputs is in the worker's own numbers."""
        return None if self.is_input(tp) else super().highwater(tp)

    def verify_event_path(self, now: float, tp: Any) -> None:
        """Faust's stall detector would cry at inputs it does not fetch."""
        if not self.is_input(tp):
            super().verify_event_path(now, tp)
