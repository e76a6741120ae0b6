"""Asks the broker where the inputs of this worker's partitions end, once a second, in a thread of its own."""

import logging
from collections.abc import Callable
from threading import Event, Thread

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from monitor.edge.config import EdgeConfig

log = logging.getLogger(__name__)
EVERY_SECONDS = 1.0
PATIENCE_SECONDS = 5.0

Tell = Callable[[dict[int, dict[str, int]], int], None]  # partition -> topic -> end; asked at, ms


class Ends(Thread):
    """A broker that does not answer only delays what is cleared: payments between customers stay provisional longer."""

    def __init__(
        self, config: EdgeConfig, *, partitions: Callable[[], list[int]], tell: Tell, now_ms: Callable[[], int]
    ) -> None:
        super().__init__(name="ends", daemon=True)
        self._topics = {config.topics.physical(topic): topic for topic in config.topics.inputs}
        self._partitions = partitions
        self._tell = tell
        self._now_ms = now_ms
        self._admin = AdminClient(config.client())
        self._stopped = Event()

    def run(self) -> None:
        """Ask until closed."""
        while not self._stopped.wait(EVERY_SECONDS):
            try:
                self._ask(self._partitions())
            except (KafkaException, TimeoutError) as error:
                log.warning("the ends of the inputs are not known: %s", error)

    def _ask(self, partitions: list[int]) -> None:
        if not partitions:
            return
        asked_at = self._now_ms()
        latest = OffsetSpec.latest()
        places = {TopicPartition(name, partition): latest for name in self._topics for partition in partitions}
        answers = self._admin.list_offsets(places, request_timeout=PATIENCE_SECONDS)
        ends: dict[int, dict[str, int]] = {partition: {} for partition in partitions}
        for place, answer in answers.items():
            ends[place.partition][self._topics[place.topic]] = answer.result(PATIENCE_SECONDS).offset
        self._tell(ends, asked_at)

    def close(self) -> None:
        """End the thread."""
        self._stopped.set()
        if self.is_alive():
            self.join(PATIENCE_SECONDS + EVERY_SECONDS)
