"""Topics read whole: from their start to where they end now, with no group that anybody would remember."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from time import monotonic
from typing import Any, Final
from uuid import uuid4

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message

from monitor.errors import UserError
from monitor.kafka.clients import librdkafka
from monitor.kafka.partitions import partitions, required
from monitor.kafka.reachable import answering
from monitor.settings import Kafka
from monitor.trail.reading import Record

_PATIENCE_S: Final = 30.0
_AT_ONCE: Final = 5_000
_SETTINGS: Final = {"enable.auto.commit": False, "enable.partition.eof": True, "log_level": 0}


@contextmanager
def whole(kafka: Kafka, topics: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Iterable[Record]]:
    """Open `topics`, bare names, and those of `optional` that exist. UserError: no Kafka, or a topic is missing."""
    with (
        answering(kafka),
        closing(Consumer(librdkafka(kafka) | _SETTINGS | {"group.id": f"whole-{uuid4()}"})) as opened,
    ):
        places = [place for topic in topics for place in required(opened, kafka.topic_prefix + topic)]
        places += [place for topic in optional for place in partitions(opened, kafka.topic_prefix + topic)]
        for place in places:
            place.offset = OFFSET_BEGINNING
        opened.assign(places)
        yield _records(opened, len(places), len(kafka.topic_prefix))


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
