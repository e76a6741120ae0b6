"""Reads journal, snapshots and input ranges during a take-over or a replay: a consumer in assign mode, in no group."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any

from confluent_kafka import OFFSET_INVALID, Consumer, KafkaError, KafkaException, TopicPartition

from monitor.edge.config import EdgeConfig
from monitor.edge.refusal import Refusal, Superseded
from monitor.edge.seams import TransientError
from monitor.engine.api import Record

TIMEOUT_SECONDS = 10.0
POLL_SECONDS = 0.1
FETCH = 1000
PATIENCE_SECONDS = 30.0


def reader_settings(config: EdgeConfig) -> dict[str, Any]:
    """Short waits: by default each end of a partition and each new assignment would cost half a second."""
    return config.client(
        group_id=config.group,  # only to ask for its committed offsets; it never joins
        enable_auto_commit=False,
        enable_auto_offset_store=False,
        auto_offset_reset="error",
        enable_partition_eof=True,
        isolation_level="read_committed",
        fetch_queue_backoff_ms=5,
        fetch_wait_max_ms=5,
        fetch_message_max_bytes=8_000_000,
        queued_max_messages_kbytes=65_536,
    )


def to_record(topic: str, message: Any) -> Record:
    """A client's message as the engine knows it, under the topic's logical name."""
    return Record(topic, message.offset(), message.timestamp()[1], message.key(), message.value())


class KafkaReader:
    """Implements `LogReader`. `wanted` is asked while waiting."""

    def __init__(self, config: EdgeConfig, wanted: Callable[[], bool]) -> None:
        self._config = config
        self._wanted = wanted
        self._consumer = Consumer(reader_settings(config))
        self._closed = False
        self._patience_ends = 0.0

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """Low and high watermark, asked of the broker."""
        try:
            low, high = self._consumer.get_watermark_offsets(self._place(topic, partition), timeout=TIMEOUT_SECONDS)
        except KafkaException as error:
            raise TransientError(f"{topic}/{partition}: {error}") from error
        return low, high

    def committed(self, partition: int, topics: Sequence[str]) -> dict[str, int]:
        """Committed next offsets of the group."""
        asked = {self._config.topics.physical(topic): topic for topic in topics}
        try:
            answer = self._consumer.committed([TopicPartition(name, partition) for name in asked], TIMEOUT_SECONDS)
        except KafkaException as error:
            raise TransientError(f"committed offsets: {error}") from error
        failed = [place for place in answer if place.error is not None]
        if failed:
            raise TransientError(f"committed offsets: {failed[0].error}")
        return {asked[place.topic]: place.offset for place in answer if place.offset != OFFSET_INVALID}

    def read(self, topic: str, partition: int, start: int, end: int) -> Iterator[Record]:
        """All records in [start, end)."""
        if start >= end:
            return
        self._assign([self._place(topic, partition, start)])
        while True:
            for message in self._some():
                if message.error() is not None:
                    if message.offset() >= end:  # the end of the partition: only markers of transactions were left
                        return
                    continue
                if message.offset() >= end:
                    return
                yield to_record(topic, message)
                if message.offset() == end - 1:
                    return

    def follow(self, partition: int, starts: Mapping[str, int]) -> Callable[[str, int], list[Record]]:
        """Several topics at once; opened at the first use."""
        names = {self._config.topics.physical(topic): topic for topic in starts}
        buffers: dict[str, deque[Record]] = {topic: deque() for topic in starts}
        opened = False

        def fill() -> None:
            """Read on, into the buffers of all topics."""
            nonlocal opened
            if not opened:
                self._assign([self._place(topic, partition, start) for topic, start in starts.items()])
                opened = True
            for message in self._some():
                if message.error() is None:
                    topic = names[message.topic()]
                    buffers[topic].append(to_record(topic, message))

        def take(topic: str, last: int) -> list[Record]:
            """Records of a topic up to offset `last`."""
            buffer = buffers[topic]
            while not buffer or buffer[-1].offset < last:
                fill()
            taken = []
            while buffer and buffer[0].offset <= last:
                taken.append(buffer.popleft())
            return taken

        return take

    def _place(self, topic: str, partition: int, offset: int = OFFSET_INVALID) -> TopicPartition:
        return TopicPartition(self._config.topics.physical(topic), partition, offset)

    def _assign(self, places: list[TopicPartition]) -> None:
        self._consumer.assign(places)
        self._patience_ends = monotonic() + PATIENCE_SECONDS

    def _some(self) -> list[Any]:
        """What is there, at the latest after a moment. `consume(n, t)` alone would wait to fill `n`."""
        if self._closed or not self._wanted():
            raise Superseded("the reading was given up")
        first = self._consumer.poll(POLL_SECONDS)
        if first is None:
            if monotonic() > self._patience_ends:
                raise TransientError(f"nothing could be read for {PATIENCE_SECONDS:.0f} s")
            return []
        self._patience_ends = monotonic() + PATIENCE_SECONDS
        messages = [first, *self._consumer.consume(FETCH - 1, 0)]
        for message in messages:
            _check(message)
        return messages

    def close(self) -> None:
        """Leave."""
        self._closed = True
        self._consumer.close()


def _check(message: Any) -> None:
    error = message.error()
    if error is None or error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  # the client's public constant
        return
    if error.code() == KafkaError._AUTO_OFFSET_RESET:  # noqa: SLF001
        raise Refusal("INPUT_TRUNCATED", message.partition(), f"{message.topic()}: {error}")
    raise TransientError(str(error))
