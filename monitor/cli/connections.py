"""Ways to Kafka for the sub-commands, by name. Each opens when it is entered and closes behind the command."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, Message, Producer

from monitor.cli.rule_publisher import Controls
from monitor.errors import UserError
from monitor.kafka.clients import librdkafka
from monitor.kafka.partitions import end, required
from monitor.kafka.reachable import answering
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
    with answering(kafka), _consumer(kafka, (names.CONTROL_ACKS,)) as consumer, _producer(kafka) as producer:

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
    with answering(kafka), _producer(kafka) as producer, _heard(kafka, listening):

        def send(topic: str, key: bytes, value: bytes) -> None:
            """Hand one event to the client; wait while its queue is full."""
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
    settings = {"group.id": f"cli-{uuid4()}", "enable.auto.commit": False, "log_level": 0}
    with closing(Consumer(librdkafka(kafka) | settings)) as consumer:
        places = [place for topic in topics for place in required(consumer, kafka.topic_prefix + topic)]
        for place in places:
            place.offset = end(consumer, place)
        consumer.assign(places)
        yield consumer
