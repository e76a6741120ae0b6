"""Setting up: topics, a worker that is live, the rule set that enforces, a past that has been decided."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from confluent_kafka import Consumer, TopicPartition

from monitor.cli import connections, rule_publisher
from monitor.cli.rule_publisher import Controls
from monitor.errors import UserError
from monitor.kafka import topics
from monitor.kafka.clients import kafka_python, librdkafka
from monitor.kafka.partitions import end
from monitor.settings import Kafka, Settings
from rules import catalogue
from rules.rule_set import document_hash
from topics.catalogue import catalogue as topic_files
from topics.names import INPUT_TOPICS

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

RULE_SET = "enforce_all"
_LIVE_S = 90.0
_CAUGHT_UP_S = 120.0
_LOOK_S = 0.2
Check = Callable[[], None]


def create_topics(kafka: Kafka) -> None:
    """Create every topic."""
    wanted = topics.layouts(topic_files(), kafka.partitions, kafka.replication_factor, kafka.topic_prefix)
    topics.apply(kafka_python(kafka), wanted, kafka.topic_prefix)


def publish_rules(settings: Settings, start_worker: Callable[[], None], check: Check) -> str:
    """Publish the enforcing rule set, start the worker, and wait until every partition applies it; its hash."""
    document = catalogue.packaged(RULE_SET)
    message = rule_publisher.rule_set_message(
        document, document_hash(document), "the demo", datetime.now(UTC), str(uuid4())
    )
    connect: Callable[[], AbstractContextManager[Controls]] = connections.controls(settings)
    with connect() as controls:
        rule_publisher.publish(message, controls.send)
        start_worker()
        patient = Controls(controls.send, lambda seconds: _checked(controls, seconds, check), controls.partitions)
        answers = rule_publisher.gather(patient, message.document_hash, _LIVE_S)
    if answers.refused or not answers.complete:
        raise UserError(f"the worker was not live within {_LIVE_S:g} s", "Its log is beside the demo's data.")
    return message.document_hash


def _checked(controls: Controls, seconds: float, check: Check) -> Iterable[bytes]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        check()
        yield from controls.acks(_LOOK_S)


def wait_for_the_past(kafka: Kafka, look: Callable[[float], None]) -> None:
    """Wait until the worker has committed every input; `look` is called meanwhile and takes the seconds it is given.

    Raises UserError after two minutes.
    """
    deadline = time.monotonic() + _CAUGHT_UP_S
    consumer = Consumer(librdkafka(kafka) | {"group.id": kafka.group, "enable.auto.commit": False, "log_level": 0})
    try:
        while (behind := _behind(consumer, kafka)) > 0:
            if time.monotonic() > deadline:
                raise UserError(f"the worker is still {behind:,} events behind", "This machine is too busy for a demo.")
            look(_LOOK_S)
    finally:
        consumer.close()


def _behind(consumer: Consumer, kafka: Kafka) -> int:
    """Count the input records that are not committed yet."""
    places = [
        TopicPartition(kafka.topic_prefix + topic, partition)
        for topic in INPUT_TOPICS
        for partition in range(kafka.partitions)
    ]
    committed = consumer.committed(places, timeout=10)
    return sum(end(consumer, place) - max(0, place.offset) for place in committed)
