"""Ways to Kafka for the sub-commands, by name. Each opens when it is entered and closes behind the command."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from monitor.cli.rule_publisher import Controls
from monitor.errors import UserError
from monitor.kafka.clients import librdkafka
from monitor.kafka.reachable import check_reachable
from monitor.kafka.whole import whole
from monitor.live.tail import Tail
from monitor.live.tail import tail as open_tail
from monitor.settings import Kafka, Settings
from monitor.simulator.listening import Listening
from monitor.trail import proceeds
from monitor.trail.reading import TOPICS, Record
from topics import names
from topics.answers import Block, Decision
from topics.codec import decode_answer

Send = Callable[[str, bytes, bytes], None]
_WAIT_S = 30.0


def controls(settings: Settings) -> Callable[[], AbstractContextManager[Controls]]:
    """Open the way to the workers: controls out, acknowledgements in."""
    return lambda: _controls(settings.kafka)


def bank(settings: Settings) -> Callable[[Listening | None], AbstractContextManager[Send]]:
    """Open the way of core banking: events out, and decisions and blocks in when somebody listens."""
    return lambda listening: _bank(settings.kafka, listening)


def tail(settings: Settings) -> Callable[[Iterable[str], Collection[str]], AbstractContextManager[Tail]]:
    """Open a look at topics as they grow; those of the second argument are read from their start."""
    return lambda topics, whole: open_tail(settings.kafka, topics, whole)


def history(settings: Settings) -> Callable[[], AbstractContextManager[Iterable[Record]]]:
    """Open what the topics of the bank hold by now, from their start, and what the monitor said of each loan."""
    return lambda: whole(settings.kafka, TOPICS, optional=(proceeds.TOPIC,))


CONNECTIONS: Mapping[str, Callable[[Settings], Any]] = {
    "controls": controls,
    "bank": bank,
    "tail": tail,
    "history": history,
}


@contextmanager
def _controls(kafka: Kafka) -> Iterator[Controls]:
    check_reachable(kafka)
    with _consumer(kafka, (names.CONTROL_ACKS,)) as consumer, _producer(kafka) as producer:

        def send(topic: str, key: bytes, value: bytes) -> None:
            producer.produce(kafka.topic_prefix + topic, value, key)
            _flush(producer)

        def partitions() -> int:
            return len(consumer.assignment())

        yield Controls(
            send, lambda seconds: (message.value() or b"" for message in _until(consumer, seconds)), partitions
        )


@contextmanager
def _bank(kafka: Kafka, listening: Listening | None) -> Iterator[Send]:
    check_reachable(kafka)
    with _producer(kafka) as producer, _heard(kafka, listening):

        def send(topic: str, key: bytes, value: bytes) -> None:
            while True:
                try:
                    producer.produce(kafka.topic_prefix + topic, value, key)
                except BufferError:  # the broker is slower than the bank
                    producer.poll(0.1)
                else:
                    break
            producer.poll(0)

        yield send
        _flush(producer)


@contextmanager
def _heard(kafka: Kafka, listening: Listening | None) -> Iterator[None]:
    if listening is None:
        yield
        return
    stop = Event()
    with _consumer(kafka, (names.DECISIONS, names.BLOCKS)) as consumer:
        thread = Thread(target=_listen, args=(consumer, len(kafka.topic_prefix), listening, stop), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(_WAIT_S)


def _listen(consumer: Consumer, prefix: int, listening: Listening, stop: Event) -> None:
    while not stop.is_set():
        message = consumer.poll(0.1)
        value = message.value() if message is not None and message.error() is None else None
        if message is not None and value is not None:  # a tombstone of a block says nothing new
            answer = decode_answer((message.topic() or "")[prefix:], value)
            if isinstance(answer, Decision | Block):
                listening.hear(answer)


def _until(consumer: Consumer, seconds: float) -> Iterator[Message]:
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        message = consumer.poll(min(left, 0.2))
        if message is not None and message.error() is None:
            yield message


@contextmanager
def _producer(kafka: Kafka) -> Iterator[Producer]:
    # murmur2, as the bank's Java producers: all inputs of a customer must meet on one partition.
    producer = Producer(
        {
            **librdkafka(kafka),
            "partitioner": "murmur2_random",
            "enable.idempotence": True,
            "linger.ms": 2,
            "log_level": 0,  # what matters is raised; a command's output stays readable
        }
    )
    try:
        yield producer
    finally:
        producer.purge()


def _flush(producer: Producer) -> None:
    if producer.flush(_WAIT_S):
        raise UserError("Kafka does not take the messages", "Check the address in `monitor config`, or the topics.")


@contextmanager
def _consumer(kafka: Kafka, topics: tuple[str, ...]) -> Iterator[Consumer]:
    """Read every partition of the topics from where they end now; no group remembers it."""
    consumer = Consumer(
        {**librdkafka(kafka), "group.id": f"cli-{uuid4()}", "enable.auto.commit": False, "log_level": 0}
    )
    try:
        consumer.assign([end for topic in topics for end in _ends(consumer, kafka.topic_prefix + topic)])
        yield consumer
    except KafkaException as error:
        raise UserError(
            f"Kafka at {kafka.bootstrap} does not answer: {error.args[0].str()}", "Start one with: monitor kafka up."
        ) from error
    finally:
        consumer.close()


def _ends(consumer: Consumer, topic: str) -> Iterator[TopicPartition]:
    found = consumer.list_topics(topic, timeout=10).topics[topic]
    if not found.partitions:
        raise UserError(f"topic {topic} does not exist", "Create it with: monitor topics apply.")
    for partition in sorted(found.partitions):
        yield TopicPartition(topic, partition, _end(consumer, TopicPartition(topic, partition)))


def _end(consumer: Consumer, at: TopicPartition) -> int:
    """Ask until somebody leads the partition: a topic created just now has no leader for some moments."""
    deadline = time.monotonic() + _WAIT_S
    while True:
        try:
            return int(consumer.get_watermark_offsets(at, timeout=10)[1])
        except KafkaException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
