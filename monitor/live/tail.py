"""Reads topics as they grow, with no group that anybody would remember."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, TopicPartition

from monitor.kafka.clients import librdkafka
from monitor.kafka.partitions import end, required
from monitor.kafka.reachable import answering
from monitor.live.seen import Seen
from monitor.settings import Kafka

_AT_ONCE = 5_000


class Tail:
    """What arrives on some topics. `trouble` says what is wrong with the connection; empty while nothing is."""

    def __init__(self, kafka: Kafka) -> None:
        self.trouble = ""
        self._prefix = len(kafka.topic_prefix)
        self._bootstrap = kafka.bootstrap
        settings = {"group.id": f"tail-{uuid4()}", "enable.auto.commit": False, "log_level": 0}
        self._consumer = Consumer(librdkafka(kafka) | settings | {"error_cb": self._on_error})

    def assign(self, topics: Iterable[str], whole: Collection[str]) -> None:
        """Begin at the ends of `topics`; at the start of those that are in `whole`. Full names."""
        self._consumer.assign([place for topic in topics for place in self._places(topic, from_start=topic in whole)])

    def read(self, seconds: float) -> list[Seen]:
        """Collect what arrives within `seconds`."""
        seen = [self._seen(message) for message in self._consumer.consume(_AT_ONCE, seconds) if not message.error()]
        if seen:
            self.trouble = ""
        return seen

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()

    def _places(self, topic: str, *, from_start: bool) -> Iterator[TopicPartition]:
        for place in required(self._consumer, topic):
            place.offset = OFFSET_BEGINNING if from_start else end(self._consumer, place)
            yield place

    def _seen(self, message: Message) -> Seen:
        _, at = message.timestamp()
        topic = (message.topic() or "")[self._prefix :]
        return Seen(topic, message.partition() or 0, message.offset() or 0, at, _raw(message.key()), message.value())

    def _on_error(self, error: KafkaError) -> None:
        if error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001 - librdkafka's own name for it
            self.trouble = f"Kafka at {self._bootstrap} does not answer"


def _raw(key: Any) -> bytes | None:
    return key.encode() if isinstance(key, str) else key


@contextmanager
def tail(kafka: Kafka, topics: Iterable[str], whole: Collection[str] = ()) -> Iterator[Tail]:
    """Open a tail of `topics`, bare names. Raises UserError when Kafka does not answer or a topic is missing."""
    prefix = kafka.topic_prefix
    with answering(kafka), closing(Tail(kafka)) as opened:
        opened.assign([prefix + topic for topic in topics], {prefix + topic for topic in whole})
        yield opened
