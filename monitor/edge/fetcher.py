"""The fetch thread: one librdkafka consumer in assign mode for all inputs. It joins no group and commits nothing."""

import logging
from collections import deque
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from monitor.edge.config import EdgeConfig
from monitor.edge.kafka_reader import to_record
from monitor.edge.merge import Chunk

log = logging.getLogger(__name__)
POLL_SECONDS = 0.05
REST_SECONDS = 0.0005
WATERMARK_SECONDS = 0.05
FATAL = {KafkaError._AUTO_OFFSET_RESET, KafkaError.TOPIC_AUTHORIZATION_FAILED}  # noqa: SLF001  # others heal

Deliver = Callable[[list[Chunk]], None]
Highs = Callable[[dict[tuple[str, int], int]], None]
Command = tuple[Callable[..., None], tuple[Any, ...]]


def fetcher_settings(config: EdgeConfig) -> dict[str, Any]:
    """Never reset an offset by itself: a position that is gone is missing input, not a reason to skip."""
    return config.client(
        group_id=config.group,
        enable_auto_commit=False,
        enable_auto_offset_store=False,
        auto_offset_reset="error",
        isolation_level="read_committed",
        fetch_wait_max_ms=100,
        fetch_min_bytes=1,
        queued_min_messages=20_000,
        queued_max_messages_kbytes=16_384,
        fetch_queue_backoff_ms=5,  # the default of 1 s makes a sawtooth of 1 s
    )


class Fetcher(Thread):
    """Implements `Fetching`. Its callbacks run in this thread."""

    def __init__(
        self,
        config: EdgeConfig,
        *,
        may_fetch: Callable[[], bool],
        deliver: Deliver,
        highs: Highs,
        crash: Callable[[BaseException], None],
    ) -> None:
        super().__init__(name="fetch", daemon=True)
        self._inputs = {config.topics.physical(topic): topic for topic in config.topics.inputs}
        self._batch = config.limits.batch_records
        self._may_fetch = may_fetch
        self._deliver = deliver
        self._highs = highs
        self._crash = crash
        self._consumer = Consumer(fetcher_settings(config))
        self._commands: deque[Command] = deque()
        self._wake = Event()
        self._closed = False
        self._positions: dict[tuple[str, int], int] = {}  # next offset to fetch; names on the broker
        self._tokens: dict[int, int] = {}
        self._next_watermarks = 0.0

    # -- called from the event loop

    def add(self, partition: int, positions: dict[str, int], token: int) -> None:
        """Start, or start anew, at `positions`."""
        self._command(self._add, partition, positions, token)

    def remove(self, partition: int) -> None:
        """Stop a partition."""
        self._command(self._remove, partition)

    def pause(self, topic: str, partition: int, *, paused: bool) -> None:
        """Hold one topic of a partition back, or let it go on from where it was."""
        self._command(self._pause, topic, partition, paused)

    def close(self) -> None:
        """End the thread."""
        self._command(self._close)
        if self.is_alive():
            self.join(5.0)

    def _command(self, function: Callable[..., None], *arguments: Any) -> None:
        self._commands.append((function, arguments))
        self._wake.set()

    # -- this thread

    def run(self) -> None:
        """Fetch until closed. Whatever ends it otherwise ends the worker: an idle worker would look healthy."""
        try:
            while not self._closed:
                self._step()
        except BaseException as error:  # noqa: BLE001  # handed to the worker, which stops
            self._crash(error)
        finally:
            self._consumer.close()

    def _step(self) -> None:
        while self._commands:
            function, arguments = self._commands.popleft()
            function(*arguments)
        if self._closed:
            return
        if not self._positions:
            self._rest(1.0)
        elif not self._may_fetch():
            self._rest(REST_SECONDS)
        else:
            self._fetch()
            self._note_watermarks()

    def _rest(self, seconds: float) -> None:
        self._wake.clear()
        if not self._commands:
            self._wake.wait(seconds)

    def _fetch(self) -> None:
        first = self._consumer.poll(POLL_SECONDS)  # consume(n, t) alone would wait to fill n
        if first is None:
            return
        by_place: dict[tuple[str, int], list[Any]] = {}
        for message in (first, *self._consumer.consume(self._batch - 1, 0)):
            if message.error() is not None:
                self._on_error(message.error())
                continue
            by_place.setdefault((message.topic(), message.partition()), []).append(message)
        chunks = [chunk for place, messages in by_place.items() if (chunk := self._chunk(place, messages)) is not None]
        if chunks:
            self._deliver(chunks)

    def _chunk(self, place: tuple[str, int], messages: list[Any]) -> Chunk | None:
        begin = self._positions.get(place)
        if begin is None:
            return None
        name, partition = place
        topic = self._inputs[name]
        records = [to_record(topic, message) for message in messages if message.offset() >= begin]
        if not records:
            return None
        end = self._positions[place] = records[-1].offset + 1
        size = sum(len(record.value or b"") for record in records)
        return Chunk(topic, partition, begin, end, size, records, self._tokens[partition])

    def _on_error(self, error: Any) -> None:
        if error.fatal() or error.code() in FATAL:
            raise KafkaException(error)
        log.warning("fetch: %s", error)

    def _note_watermarks(self) -> None:
        now = monotonic()
        if now < self._next_watermarks:
            return
        self._next_watermarks = now + WATERMARK_SECONDS
        highs = {}
        for name, partition in self._positions:
            _, high = self._consumer.get_watermark_offsets(TopicPartition(name, partition), cached=True)
            if high >= 0:
                highs[self._inputs[name], partition] = high
        self._highs(highs)

    # -- commands, in this thread

    def _add(self, partition: int, positions: dict[str, int], token: int) -> None:
        self._remove(partition)
        self._tokens[partition] = token
        places = [TopicPartition(name, partition, positions[topic]) for name, topic in self._inputs.items()]
        self._positions |= {(place.topic, partition): place.offset for place in places}
        self._consumer.incremental_assign(places)

    def _remove(self, partition: int) -> None:
        names = [name for name, number in self._positions if number == partition]
        for name in names:
            del self._positions[name, partition]
        self._tokens.pop(partition, None)
        if names:
            self._consumer.incremental_unassign([TopicPartition(name, partition) for name in names])

    def _pause(self, topic: str, partition: int, paused: bool) -> None:
        for name, logical in self._inputs.items():
            if logical == topic and (name, partition) in self._positions:
                place = [TopicPartition(name, partition)]
                (self._consumer.pause if paused else self._consumer.resume)(place)

    def _close(self) -> None:
        self._closed = True
