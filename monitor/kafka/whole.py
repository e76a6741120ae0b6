"""Topics read whole: from their start to where they end now, with no group that anybody would remember."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final
from uuid import uuid4

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from monitor.errors import UserError
from monitor.kafka.clients import librdkafka
from monitor.kafka.reachable import check_reachable
from monitor.settings import Kafka
from monitor.trail.reading import Record

_ANSWER_S: Final = 10.0
_PATIENCE_S: Final = 30.0
_AT_ONCE: Final = 5_000
_SETTINGS: Final = {"enable.auto.commit": False, "enable.partition.eof": True, "log_level": 0}


@contextmanager
def whole(kafka: Kafka, topics: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Iterable[Record]]:
    """Open `topics`, bare names, and those of `optional` that exist. UserError: no Kafka, or a topic is missing."""
    check_reachable(kafka)
    consumer = Consumer(librdkafka(kafka) | _SETTINGS | {"group.id": f"whole-{uuid4()}"})
    try:
        there = [topic for topic in optional if _partitions(consumer, kafka.topic_prefix + topic)]
        places = [place for topic in (*topics, *there) for place in _places(consumer, kafka.topic_prefix + topic)]
        consumer.assign(places)
        yield _records(consumer, len(places), len(kafka.topic_prefix))
    except KafkaException as error:
        raise UserError(
            f"Kafka at {kafka.bootstrap} does not answer: {error.args[0].str()}", "Start one with: monitor kafka up."
        ) from error
    finally:
        consumer.close()


def _places(consumer: Consumer, topic: str) -> list[TopicPartition]:
    found = _partitions(consumer, topic)
    if not found:
        raise UserError(f"topic {topic} does not exist", "Create it with: monitor topics apply.")
    return [TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in found]


def _partitions(consumer: Consumer, topic: str) -> list[int]:
    return sorted(consumer.list_topics(topic, timeout=_ANSWER_S).topics[topic].partitions)


def _records(consumer: Consumer, partitions: int, prefix: int) -> Iterator[Record]:
    """Every record up to the end of each partition; raises UserError when Kafka falls silent before that."""
    ended, deadline = set[tuple[str | None, int | None]](), monotonic() + _PATIENCE_S
    while len(ended) < partitions:
        messages = consumer.consume(_AT_ONCE, 0.2)
        if messages:
            deadline = monotonic() + _PATIENCE_S
        elif monotonic() > deadline:
            raise UserError(
                f"Kafka sent nothing for {_PATIENCE_S:.0f} s", "See whether all its partitions have a leader"
            )
        for message in messages:
            if _is_end(message):
                ended.add((message.topic(), message.partition()))
            else:
                yield _record(message, prefix)


def _is_end(message: Message) -> bool:
    error = message.error()
    if error is None:
        return False
    if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - the client's public constant
        return True
    raise KafkaException(error)


def _record(message: Message, prefix: int) -> Record:
    _, at = message.timestamp()
    return Record((message.topic() or "")[prefix:], _raw(message.key()), at, message.value())


def _raw(key: Any) -> bytes | None:
    return key.encode() if isinstance(key, str) else key
