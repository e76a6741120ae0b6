"""`reference` and `controls`: one partition each, read by every process from the start into the given sinks."""

import logging
from collections.abc import Callable, Mapping
from threading import Event, Thread
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from monitor.edge.config import EdgeConfig
from monitor.edge.kafka_reader import TIMEOUT_SECONDS, to_record
from monitor.engine.api import Record

log = logging.getLogger(__name__)
Sink = Callable[[Record], None]
FATAL = {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError._AUTO_OFFSET_RESET}  # noqa: SLF001  # public constants


class KafkaBroadcast:
    """Implements `Broadcast`. Sinks are called in the reading thread, a record at a time, before its offset is known.

    A sink must therefore only append: engines of several partitions read what it filled, up to an offset of theirs.
    """

    def __init__(self, config: EdgeConfig, sinks: Mapping[str, Sink], crash: Callable[[BaseException], None]) -> None:
        """`sinks`: logical topic name -> sink, for the reference and the controls topic."""
        self._topics = (config.topics.reference, config.topics.controls)
        self._names = {config.topics.physical(topic): topic for topic in self._topics}
        self._sinks = {topic: sinks.get(topic, _ignore) for topic in self._topics}
        self._next = dict.fromkeys(self._topics, 0)
        self._target: dict[str, int] | None = None
        self._crash = crash
        self._stopped = Event()
        self._ready = Event()
        self._consumer = Consumer(
            config.client(
                group_id=config.group,
                enable_auto_commit=False,
                enable_auto_offset_store=False,
                auto_offset_reset="earliest",
                enable_partition_eof=True,
                isolation_level="read_committed",
                fetch_wait_max_ms=100,
                fetch_queue_backoff_ms=5,
            )
        )
        self._thread = Thread(target=self._run, name="broadcast", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def known(self) -> tuple[int, int]:
        """Next offsets the sinks have not got."""
        reference, controls = self._topics
        return self._next[reference], self._next[controls]

    def ready(self) -> bool:
        """Read up to where both topics ended at the start."""
        return self._ready.is_set()

    def wait_ready(self, seconds: float) -> bool:
        """Wait for that; for replays, which have no loop."""
        return self._ready.wait(seconds)

    def close(self) -> None:
        """Stop reading."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(5.0)

    def _run(self) -> None:
        try:
            self._read()
        except BaseException as error:  # noqa: BLE001  # decisions on reference data that stand still are wrong ones
            if not self._stopped.is_set():
                self._crash(error)
        finally:
            self._consumer.close()

    def _read(self) -> None:
        self._consumer.assign([TopicPartition(name, 0, 0) for name in self._names])
        while not self._stopped.is_set():
            if self._target is None:
                self._target = self._ends()
            message = self._consumer.poll(0.1)
            if message is not None:
                self._take(message)
            self._check_ready()

    def _ends(self) -> dict[str, int] | None:
        try:
            return {
                topic: self._consumer.get_watermark_offsets(TopicPartition(name, 0), timeout=TIMEOUT_SECONDS)[1]
                for name, topic in self._names.items()
            }
        except KafkaException as error:
            log.warning("reference and controls: %s", error)
            return None

    def _take(self, message: Any) -> None:
        error = message.error()
        topic = self._names[message.topic()]
        if error is None:
            self._sinks[topic](to_record(topic, message))
            self._next[topic] = message.offset() + 1
        elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  # public constant
            self._next[topic] = max(self._next[topic], message.offset())
        elif error.fatal() or error.code() in FATAL:
            raise KafkaException(error)
        else:
            log.warning("%s: %s", topic, error)

    def _check_ready(self) -> None:
        if self._target is not None and all(self._next[topic] >= end for topic, end in self._target.items()):
            self._ready.set()


def _ignore(_: Record) -> None:
    """Nobody wants it; its offsets still count."""
