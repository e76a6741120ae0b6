"""The integrator's client, on a real Kafka; the monitor is played here."""

import ast
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec
import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from docs.client import Client
from topics import names
from topics.answers import Block, BlockStatus, Decision
from topics.catalogue import topic
from topics.codec import decode_answer, encode
from topics.transfers import TransferRequest

pytestmark = pytest.mark.kafka
TOPICS = (names.TRANSFERS, names.DECISIONS, names.BLOCKS)
CLIENT = Path(__file__).resolve().parents[2] / "docs" / "client.py"


def _request(event_id: str, deadline_ms: int, amount: int = 30_000_00) -> TransferRequest:
    return TransferRequest(
        schema_version=1,
        event_id=event_id,
        event_time=datetime.now(UTC),
        customer_id="c-1001",
        payment_id=f"pay-{event_id}",
        amount=amount,
        currency="CNY",
        deadline_ms=deadline_ms,
        debtor_account="acc-1",
        creditor_account="acc-2",
    )


def _decision(event_id: str) -> bytes:
    example = topic(names.DECISIONS).valid[0]
    decision = decode_answer(names.DECISIONS, example.value.encode())
    assert isinstance(decision, Decision)
    return encode(msgspec.structs.replace(decision, event_id=event_id))


@pytest.fixture
def prefix(kafka_bootstrap: str, topic_prefix: str) -> str:
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    new = [NewTopic(topic_prefix + name, 2, 1) for name in TOPICS]
    for future in admin.create_topics(new).values():
        future.result(30)
    for name in TOPICS:
        _wait_for_leaders(kafka_bootstrap, topic_prefix + name)
    return topic_prefix


def _publish(bootstrap: str, topic: str, *blocks: Block) -> None:
    producer = Producer({"bootstrap.servers": bootstrap})
    for block in blocks:
        producer.produce(topic, encode(block), block.block_id.encode())
    assert producer.flush(10) == 0


def _block(block_id: str, *, status: BlockStatus = "ARMED", action: Literal["BLOCK", "HOLD"] = "HOLD") -> Block:
    block = decode_answer(names.BLOCKS, topic(names.BLOCKS).valid[0].value.encode())
    assert isinstance(block, Block)
    changed = {"block_id": block_id, "status": status, "action": action, "scope": "next_transfers"}
    return msgspec.structs.replace(block, until=datetime.now(UTC) + timedelta(hours=1), **changed)


def _wait_for_leaders(bootstrap: str, topic: str) -> None:
    """A topic made just now has no leader for some moments."""
    consumer, deadline = Consumer({"bootstrap.servers": bootstrap, "group.id": "none"}), time.monotonic() + 30
    waiting = [TopicPartition(topic, partition) for partition in range(2)]
    while waiting:
        assert time.monotonic() < deadline
        try:
            consumer.get_watermark_offsets(waiting[-1], 5)
        except KafkaException:
            continue
        waiting.pop()
    consumer.close()


def _monitor(bootstrap: str, prefix: str, answer: Callable[[Producer], None]) -> None:
    """Wait for one request, then answer."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": prefix, "auto.offset.reset": "earliest"})
    consumer.subscribe([prefix + names.TRANSFERS])
    deadline = time.monotonic() + 30
    while (message := consumer.poll(0.2)) is None or message.error() is not None:
        assert time.monotonic() < deadline
    assert message.key() == b"c-1001"
    consumer.close()
    producer = Producer({"bootstrap.servers": bootstrap})
    answer(producer)
    producer.flush(10)


def test_the_decision_of_this_request_is_returned_and_others_are_passed_over(kafka_bootstrap: str, prefix: str) -> None:
    def answer(producer: Producer) -> None:
        for event_id in ("another", "mine"):
            producer.produce(prefix + names.DECISIONS, _decision(event_id), b"c-1001")

    client = Client(kafka_bootstrap, prefix)
    with ThreadPoolExecutor() as pool:
        monitor = pool.submit(_monitor, kafka_bootstrap, prefix, answer)
        decision = client.ask(names.TRANSFERS, _request("mine", deadline_ms=30_000))
        monitor.result(30)
    assert isinstance(decision, Decision)
    assert decision.event_id == "mine"


@pytest.mark.parametrize(("amount", "then"), [(49_999_99, "open"), (50_000_00, "hold")])
def test_without_an_answer_the_fail_policy_speaks(kafka_bootstrap: str, prefix: str, amount: int, then: str) -> None:
    assert Client(kafka_bootstrap, prefix).ask(names.TRANSFERS, _request("lonely", 50, amount)) == then


def test_without_an_answer_a_block_in_force_is_obeyed_and_of_two_the_stricter(
    kafka_bootstrap: str, prefix: str
) -> None:
    blocks = _block("held"), _block("stopped", action="BLOCK"), _block("ended", action="BLOCK")
    _publish(kafka_bootstrap, prefix + names.BLOCKS, *blocks, _block("ended", action="BLOCK", status="EXPIRED"))
    obeyed = Client(kafka_bootstrap, prefix).ask(names.TRANSFERS, _request("lonely", 50))
    assert isinstance(obeyed, Block)
    assert obeyed.block_id == "stopped"


def test_a_block_that_ended_while_the_client_listens_is_no_longer_obeyed(kafka_bootstrap: str, prefix: str) -> None:
    _publish(kafka_bootstrap, prefix + names.BLOCKS, _block("stopped"))
    client = Client(kafka_bootstrap, prefix)
    assert isinstance(client.ask(names.TRANSFERS, _request("first", 50)), Block)
    _publish(kafka_bootstrap, prefix + names.BLOCKS, _block("stopped", status="OBEYED"))
    deadline = time.monotonic() + 30
    while isinstance(client.ask(names.TRANSFERS, _request("again", 200)), Block):
        assert time.monotonic() < deadline


def test_the_client_is_at_most_forty_lines_of_code() -> None:
    """Blank lines and docstrings explain; they are not counted."""
    tree = ast.parse(CLIENT.read_text())
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    docstrings = {
        line
        for node in nodes
        if ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    lines = enumerate(CLIENT.read_text().splitlines(), 1)
    assert len([number for number, line in lines if line.strip() and number not in docstrings]) <= 40
