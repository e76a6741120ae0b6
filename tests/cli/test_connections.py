"""The bank's way to Kafka: events land on the partition Java producers use, answers are heard while it is open."""

from typing import Any, cast

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from monitor.cli.connections import bank
from monitor.cli.main import run
from monitor.errors import UserError
from monitor.kafka.partitions import end
from monitor.settings import Kafka, Settings
from monitor.simulator.listening import Listening
from tests.infrastructure.waiting import until
from topics import names
from topics.answers import Decision
from topics.catalogue import topic
from topics.codec import decode_answer

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka_bootstrap: str, topic_prefix: str) -> Settings:
    return Settings(kafka=Kafka(bootstrap=kafka_bootstrap, topic_prefix=topic_prefix))


@pytest.fixture
def _topics(settings: Settings) -> None:
    kafka = settings.kafka
    assert (
        run(["--bootstrap", kafka.bootstrap, "--set", f"kafka.topic_prefix={kafka.topic_prefix}", "topics", "apply"])
        == 0
    )


def _decision() -> tuple[bytes, Decision]:
    value = topic(names.DECISIONS).valid[0].value.encode()
    return value, cast("Decision", decode_answer(names.DECISIONS, value))


@pytest.mark.usefixtures("_topics")
def test_an_event_goes_where_java_producers_put_its_key(settings: Settings) -> None:
    with bank(settings)(None) as send:
        send(names.TRANSFERS, b"21", b"{}")
    consumer = Consumer({"bootstrap.servers": settings.kafka.bootstrap, "group.id": "reader"})
    name = settings.kafka.topic_prefix + names.TRANSFERS
    counts = [end(consumer, TopicPartition(name, partition)) for partition in range(4)]
    consumer.close()
    murmur2_of_21 = -973932308  # the value Kafka's own tests fix for this key
    expected = (murmur2_of_21 & 0x7FFFFFFF) % 4
    assert counts == [int(partition == expected) for partition in range(4)]


@pytest.mark.usefixtures("_topics")
def test_decisions_are_heard_while_it_is_open(settings: Settings) -> None:
    value, decision = _decision()
    heard: list[Any] = []

    class Ear(Listening):
        def hear(self, answer: Any) -> None:
            heard.append(answer)

    with bank(settings)(Ear(lambda: 0)):
        producer = Producer({"bootstrap.servers": settings.kafka.bootstrap})
        producer.produce(settings.kafka.topic_prefix + names.DECISIONS, value)
        assert producer.flush(30) == 0
        until(lambda: heard, "the decision is heard")
    assert heard == [decision]


def test_missing_topics_are_named_with_the_command_that_creates_them(settings: Settings) -> None:
    with (
        pytest.raises(UserError, match=r"does not exist\. Create it with: monitor topics apply"),
        bank(settings)(Listening(lambda: 0)),
    ):
        pytest.fail("opened without topics")
