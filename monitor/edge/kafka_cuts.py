"""Publishes cuts: one transactional producer per partition, so that the broker fences a frozen former owner.

Its stale records would otherwise overwrite newer ones, and compaction would keep them for ever.
"""

from collections.abc import Mapping
from time import sleep

from confluent_kafka import KafkaError, KafkaException, Producer

from monitor.edge.config import EdgeConfig
from monitor.edge.entries import Marker, encode
from monitor.edge.faults import Faults
from monitor.edge.seams import FencedError, TransientError
from monitor.edge.snapshot_load import ENTRY_PREFIX, MARKER_KEY, stamped

FENCED = {
    KafkaError._FENCED,  # noqa: SLF001  # the client's public constants
    KafkaError.PRODUCER_FENCED,
    KafkaError.INVALID_PRODUCER_EPOCH,
    KafkaError._FATAL,  # noqa: SLF001
}
OPEN_SECONDS = 30.0
COMMIT_SECONDS = 20.0
BREATH = 50  # entries between two pauses: the event loop shares this interpreter


class KafkaCutWriter:
    """Implements `CutWriter`."""

    def __init__(self, config: EdgeConfig, partition: int, faults: Faults) -> None:
        self._topic = config.topics.physical(config.topics.state)
        self._partition = partition
        self._faults = faults
        self._producer: Producer | None = Producer(
            config.client(
                transactional_id=f"{config.group}-state-{partition}",
                transaction_timeout_ms=int(COMMIT_SECONDS * 1000),
                linger_ms=5,
                retry_backoff_ms=10,
                retry_backoff_max_ms=50,
                message_max_bytes=8_000_000,
            )
        )
        try:
            self._producer.init_transactions(OPEN_SECONDS)
        except KafkaException as error:
            raise _meaning(error) from error

    def publish(self, entries: Mapping[bytes, bytes | None], marker: Marker) -> None:
        """Entries and marker in one transaction."""
        producer = self._producer
        if producer is None:
            raise FencedError("closed")
        try:
            producer.begin_transaction()
            self._write(producer, entries, marker)
            self._faults.reach("in_snapshot")
            producer.commit_transaction(COMMIT_SECONDS)
        except (KafkaException, BufferError) as error:
            self._abort(producer, error)
            raise _meaning(error) from error
        self._faults.reach("after_snapshot")

    def _write(self, producer: Producer, entries: Mapping[bytes, bytes | None], marker: Marker) -> None:
        for number, (key, value) in enumerate(entries.items(), 1):
            content = None if value is None else stamped(marker.journal, value)
            producer.produce(self._topic, content, ENTRY_PREFIX + key, self._partition)
            if number % BREATH == 0:
                producer.poll(0)
                sleep(0.0005)
        producer.produce(self._topic, encode(marker), MARKER_KEY, self._partition)

    def _abort(self, producer: Producer, error: Exception) -> None:
        if isinstance(_meaning(error), FencedError):
            return
        try:
            producer.abort_transaction(COMMIT_SECONDS)
        except KafkaException as failure:
            raise FencedError(f"a snapshot can be neither committed nor aborted: {failure}") from failure

    def close(self) -> None:
        """Let go of the producer; an open transaction is aborted by the successor's or by its time-out."""
        self._producer = None


def _meaning(error: Exception) -> Exception:
    if isinstance(error, KafkaException) and (error.args[0].fatal() or error.args[0].code() in FENCED):
        return FencedError(str(error))
    return TransientError(str(error))
