"""`monitor rules publish --wait` on a real broker, with a stand-in for the workers that answers as they do."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from monitor.cli.main import run
from rules.catalogue import packaged
from rules.rule_set import document_hash
from topics.answers import ControlAck
from topics.codec import decode, encode
from topics.instants import instant
from topics.names import CONTROL_ACKS, CONTROLS
from topics.operations import RuleSetPublished

pytestmark = pytest.mark.kafka

PARTITIONS = 4
SECONDS = 30.0


@pytest.fixture
def base(kafka_bootstrap: str, topic_prefix: str) -> list[str]:
    """The command line up to the sub-command, on topics of its own."""
    base = ["--bootstrap", kafka_bootstrap, "--set", f"kafka.topic_prefix={topic_prefix}"]
    assert run([*base, "topics", "apply"]) == 0
    _await_leaders(kafka_bootstrap, topic_prefix)
    return base


def _await_leaders(bootstrap: str, prefix: str) -> None:
    """New topics take a moment until their partitions can be read."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": prefix})
    waiting = [TopicPartition(prefix + CONTROL_ACKS, partition) for partition in range(PARTITIONS)]
    waiting.append(TopicPartition(prefix + CONTROLS, 0))
    deadline = time.monotonic() + SECONDS
    while waiting and time.monotonic() < deadline:
        try:
            consumer.get_watermark_offsets(waiting[0], timeout=1)
        except KafkaException:
            consumer.poll(0.05)
            continue
        waiting.pop(0)
    consumer.close()
    assert not waiting


@pytest.fixture
def published(kafka_bootstrap: str, topic_prefix: str, base: list[str]) -> Iterator[Future[Message | None]]:
    """The next control message, answered for every partition but those a test leaves out."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(_answer_one, kafka_bootstrap, topic_prefix)


def _answer_one(bootstrap: str, prefix: str) -> Message | None:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": prefix, "enable.auto.commit": False})
    consumer.assign([TopicPartition(prefix + CONTROLS, 0, 0)])
    message = consumer.poll(SECONDS)
    producer = Producer({"bootstrap.servers": bootstrap})
    for partition in range(PARTITIONS):
        producer.produce(prefix + CONTROL_ACKS, encode(_ack(partition)), b"ack", partition)
    producer.flush(SECONDS)
    consumer.close()
    return message


def _ack(partition: int) -> ControlAck:
    return ControlAck(
        schema_version=1,
        partition=partition,
        controls_offset=0,
        accepted=True,
        reason=None,
        rule_set=document_hash(packaged("enforce_all")),
        enforcement="enforce",
        batch_clock=instant(0),
    )


def test_a_published_rule_set_reaches_the_workers_whole_and_their_word_comes_back(
    base: list[str], published: Future[Message | None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*base, "rules", "publish", "enforce_all", "--by", "Li Wei", "--wait", str(SECONDS)]) == 0
    assert f"in force in all {PARTITIONS} partitions" in capsys.readouterr().out
    message = published.result(SECONDS)
    assert message is not None
    _, append_time = message.timestamp()
    decoded = decode(CONTROLS, message.key(), message.value(), append_time)
    assert isinstance(decoded, RuleSetPublished)
    assert decoded.document == packaged("enforce_all")


def test_silence_is_an_error_that_says_how_many_answered(base: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*base, "rules", "publish", "enforce_all", "--by", "Li Wei", "--wait", "1"]) == 1
    assert "0 of 4 partitions have it in force" in capsys.readouterr().err
