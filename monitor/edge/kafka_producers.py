"""The journal and the outputs on Kafka: two librdkafka producers and the thread that serves their reports."""

import logging
from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import Any

from confluent_kafka import KafkaException, Producer

from monitor.edge.config import EdgeConfig
from monitor.edge.seams import Delivered, Reported, TransientError
from monitor.edge.stats import EdgeStats
from monitor.engine.api import OWN_PARTITION, Output

log = logging.getLogger(__name__)
CLAIM_SECONDS = 30.0
POLL_SECONDS = 0.02
Clock = Callable[[], float]


def producer_settings(config: EdgeConfig) -> dict[str, Any]:
    """Both producers: idempotent, no time-out, no gap.

    Without a time-out an append waits for the broker as long as it takes, instead of failing with an unknown outcome.
    Without gaps a record that can never be written ends the producer, so a later one is never written in its place.
    """
    return config.client(
        linger_ms=0,
        acks="all",
        enable_idempotence=True,
        enable_gapless_guarantee=True,
        message_timeout_ms=0,
        message_max_bytes=8_000_000,
        queue_buffering_max_messages=2_000_000,
        queue_buffering_max_kbytes=1_048_576,
    )


class KafkaProducers:
    """Implements `Journal` and `Outputs`. Two connections: an append never queues behind outputs."""

    def __init__(
        self, config: EdgeConfig, stats: EdgeStats, clock: Clock, crash: Callable[[BaseException], None]
    ) -> None:
        self._config = config
        self._stats = stats
        self._clock = clock
        self._crash = crash
        self._journal_topic = config.topics.physical(config.topics.journal)
        self._names = {topic: config.topics.physical(topic) for topic in config.topics.outputs}
        settings = producer_settings(config)
        self._journal = Producer(settings | {"error_cb": self._on_error})
        self._outputs = Producer(settings | {"error_cb": self._on_error})
        self._stopped = Event()
        self._thread = Thread(target=self._serve, name="reports", daemon=True)
        self._thread.start()

    # -- Journal

    def append(self, partition: int, value: bytes, reported: Reported) -> None:
        """Append one record; `reported` runs in the report thread."""
        sent = self._clock()

        def on_delivery(error: Any, message: Any) -> None:
            self._stats.append_seconds.observe(self._clock() - sent)
            reported(-1 if error is not None else message.offset(), None if error is None else str(error))

        self._journal.produce(self._journal_topic, value, None, partition, on_delivery)

    def claim(self, partition: int, value: bytes) -> int:
        """Append a claim and wait for its offset."""
        done, results = Event(), []

        def reported(offset: int, error: str | None) -> None:
            results.append((offset, error))
            done.set()

        self.append(partition, value, reported)
        if not done.wait(CLAIM_SECONDS):
            raise TransientError("the claim was not acknowledged in time")
        offset, error = results[0]
        if error is not None or offset < 0:
            raise TransientError(f"the claim has no known offset: {error}")
        return offset

    # -- Outputs

    def send(self, partition: int, outputs: Sequence[Output], delivered: Delivered) -> None:
        """Send a batch's outputs with one report per topic and partition: the last one's proves all before it there."""
        there = [partition if output.partition == OWN_PARTITION else output.partition for output in outputs]
        last = {(output.topic, there[place]): place for place, output in enumerate(outputs)}
        unknown = {topic for topic, _ in last} - self._names.keys()
        if unknown:
            raise LookupError(f"the engine sends to {sorted(unknown)}, which no one configured")
        report = _Report(len(last), delivered).on_delivery
        produce, names = self._outputs.produce, self._names
        for place, output in enumerate(outputs):
            on_delivery = report if last[output.topic, there[place]] == place else None
            arguments = names[output.topic], output.value, output.key, there[place], on_delivery
            try:
                produce(*arguments, headers=list(output.headers))
            except BufferError:
                self._produce_patiently(*arguments, headers=list(output.headers))

    def _produce_patiently(self, *arguments: Any, **headers: Any) -> None:
        while not self._stopped.is_set():
            self._outputs.poll(0.01)
            try:
                self._outputs.produce(*arguments, **headers)
            except BufferError:
                continue
            return

    # -- reports

    def _serve(self) -> None:
        # The journal first and waiting: the delay of a decision hangs on it. Reports of outputs only gate commits.
        try:
            while not self._stopped.is_set():
                self._journal.poll(POLL_SECONDS)
                self._outputs.poll(0)
        except BaseException as error:  # a dead report thread would be a silent stall
            log.critical("the report thread died", exc_info=error)
            self._crash(error)

    def _on_error(self, error: Any) -> None:
        if error.fatal():
            self._crash(KafkaException(error))
        else:
            log.info("producer: %s", error)

    def close(self) -> None:
        """Stop serving reports. What is not acknowledged by now is the successor's to send again."""
        self._stopped.set()
        self._thread.join(5.0)


class _Report:
    """Waits for the reports of several topics and partitions."""

    __slots__ = ("_delivered", "_left")

    def __init__(self, left: int, delivered: Delivered) -> None:
        self._left = left
        self._delivered: Delivered | None = delivered

    def on_delivery(self, error: Any, _message: Any) -> None:
        self._left -= 1
        if self._delivered is not None and (error is not None or self._left == 0):
            delivered, self._delivered = self._delivered, None
            delivered(None if error is None else str(error))
