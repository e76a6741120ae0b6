"""Proofs on Kafka: inputs and decisions in, proofs out. No group is joined; one keeps the place in `decisions`."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaError, KafkaException, Producer, TopicPartition

from monitor.errors import UserError
from monitor.kafka.clients import librdkafka
from monitor.kafka.partitions import required
from monitor.kafka.reachable import answering
from monitor.live.seen import Seen
from monitor.proofs.keeping import SIGNS
from monitor.settings import Kafka
from topics import names
from topics.codec import encode
from topics.proofs import Proof

ANSWER_S: Final = 10.0
PATIENCE_S: Final = 30.0
AT_ONCE: Final = 5_000
MARGIN_MS: Final = 1_000
"""A partition read to its end holds nothing older than this: what is on its way to us, and clocks that differ."""
LARGEST: Final = 8_000_000
DAY_MS: Final = 86_400_000


class Topics:
    """What arrives on the inputs and on `decisions`, and how far the inputs have been read."""

    def __init__(self, kafka: Kafka, now: Callable[[], int]) -> None:
        self._kafka, self._now = kafka, now
        self._consumer = Consumer(_reading(kafka))
        self._producer = Producer(_writing(kafka))
        self._passed: dict[tuple[str, int], int] = {}  # append time up to which an input partition was read
        self._ended: set[tuple[str, int]] = set()
        self._next: dict[int, int] = {}  # in `decisions`
        self._refused: list[KafkaError] = []

    def history(self, days: float) -> Iterator[Seen]:
        """The topics that say where loan money is, from `days` ago to their ends."""
        topics = [topic for topic in SIGNS if topic in names.INPUT_TOPICS]
        self._consumer.assign(places := self._from(topics, days))
        left = {(place.topic, place.partition) for place in places}
        while left:
            for message in self._consumer.consume(AT_ONCE, 0.2):
                if message.error() is None:
                    yield self._seen(message)
                elif _at_end(message.error()):
                    left.discard((message.topic(), message.partition()))

    def begin(self, days: float) -> None:
        """Read the inputs from `days` ago, and decisions from where the last one left off."""
        inputs = self._from(names.INPUT_TOPICS, days)
        self._passed = {(place.topic, place.partition): 0 for place in inputs}
        self._consumer.assign(inputs + self._decisions())

    def read(self, seconds: float) -> list[Seen]:
        """What arrives within `seconds`."""
        found = []
        for message in self._consumer.consume(AT_ONCE, seconds):
            place = message.topic(), message.partition()
            if message.error() is None:
                found.append(seen := self._seen(message))
                self._note(place, seen)
            elif _at_end(message.error()):
                self._ended.add(place)
        return found

    def _note(self, place: tuple[str, int], seen: Seen) -> None:
        if seen.topic == names.DECISIONS:
            self._next[seen.partition] = seen.offset + 1
        else:
            self._ended.discard(place)
            self._passed[place] = max(self._passed[place], seen.at)

    def reached(self) -> int:
        """Append time, ms, up to which every input has been read."""
        end = self._now() - MARGIN_MS
        return min((end if place in self._ended else passed for place, passed in self._passed.items()), default=0)

    def publish(self, proof: Proof, partition: int) -> None:
        """Send a proof to the partition of its decision."""
        topic = self._kafka.topic_prefix + names.PROOFS
        self._producer.produce(topic, encode(proof), proof.event_id, partition, on_delivery=self._delivered)

    def _delivered(self, error: KafkaError | None, _: Any) -> None:
        if error is not None:
            self._refused.append(error)

    def settle(self, waiting: Iterable[Seen]) -> None:
        """Wait until the broker keeps what was sent; then decisions are done with, up to the first that still waits."""
        if self._producer.flush(ANSWER_S) or self._refused:
            raise UserError(f"proofs are not taken: {self._refused or 'no answer'}", "See: monitor topics show.")
        done = dict(self._next)
        for seen in waiting:
            done[seen.partition] = min(done.get(seen.partition, seen.offset), seen.offset)
        places = [TopicPartition(self._kafka.topic_prefix + names.DECISIONS, p, at) for p, at in sorted(done.items())]
        if places:
            self._consumer.commit(offsets=places, asynchronous=False)

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()

    # -- places ----------------------------------------------------------------------------------------

    def _from(self, topics: Iterable[str], days: float) -> list[TopicPartition]:
        since = self._now() - int(days * DAY_MS)
        asked = [TopicPartition(place.topic, place.partition, since) for place in self._partitions(topics)]
        found = self._offsets(asked)
        for place in found:
            place.offset = OFFSET_END if place.offset < 0 else place.offset
        return found

    def _offsets(self, asked: list[TopicPartition]) -> list[TopicPartition]:
        """Ask until somebody leads each partition: a topic created just now has no leader for some moments."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                found: list[TopicPartition] = self._consumer.offsets_for_times(asked, ANSWER_S)
            except KafkaException:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return found

    def _decisions(self) -> list[TopicPartition]:
        places: list[TopicPartition] = self._consumer.committed(list(self._partitions([names.DECISIONS])), ANSWER_S)
        for place in places:
            place.offset = OFFSET_BEGINNING if place.offset < 0 else place.offset
        return places

    def _partitions(self, topics: Iterable[str]) -> Iterator[TopicPartition]:
        for name in (self._kafka.topic_prefix + topic for topic in topics):
            yield from required(self._consumer, name)

    def _seen(self, message: Any) -> Seen:
        topic = message.topic()[len(self._kafka.topic_prefix) :]
        return Seen(
            topic, message.partition(), message.offset(), message.timestamp()[1], message.key(), message.value()
        )


def _reading(kafka: Kafka) -> dict[str, Any]:
    return librdkafka(kafka) | {
        "group.id": f"{kafka.group}-proofs",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "auto.offset.reset": "earliest",
        "log_level": 0,
    }


def _writing(kafka: Kafka) -> dict[str, Any]:
    return librdkafka(kafka) | {
        "enable.idempotence": True,
        "compression.type": "gzip",  # a proof is text that repeats itself, and the broker limits what it takes
        "message.max.bytes": LARGEST,
        "linger.ms": 2,
        "log_level": 0,
    }


def _at_end(error: KafkaError) -> bool:
    if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's own name for it
        return True
    if error.retriable() or not error.fatal():
        return False
    raise KafkaException(error)


@contextmanager
def topics(kafka: Kafka, now: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> Iterator[Topics]:
    """Open the topics. Raises UserError when Kafka does not answer or a topic is missing."""
    with answering(kafka), closing(Topics(kafka, now)) as opened:
        yield opened
