"""One answer per event, whatever is sent again and whatever dies in between."""

from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, Consumer, TopicPartition
from kafka.partitioner.default import murmur2

from tests.end_to_end.customer import LiveCustomer
from tests.end_to_end.stand import PARTITIONS, REPLIES, Stand
from tests.end_to_end.worker import WorkerProcess
from tests.engine.scene import ACCOUNT
from topics import names
from topics.cards import CardAuthorization
from topics.fields import Request
from topics.loans import DrawRequest

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def worker(stand: Stand) -> Iterator[WorkerProcess]:
    """A worker; whichever runs at the end must end in order."""
    yield stand.worker()
    stand.stop()


def requests(customer: LiveCustomer, **fields: Any) -> list[Request]:
    """One request on each of the three lanes."""
    money = {"amount": 100_00, "currency": "CNY"} | fields
    card = {
        "payment_id": "pay-card",
        "mti": "0100",
        "pan_token": "token-1",
        "account": ACCOUNT,
        "account_kind": "deposit",
        "processing_code": "00",
        "merchant_category_code": "5411",
        "card_acceptor_id": "shop-1",
    }
    draw = {"payment_id": "pay-draw", "loan_id": "loan-1", "draw_id": "draw-9", "disbursement_account": ACCOUNT}
    return [
        customer.make(CardAuthorization, **(money | card)),
        customer.request(100_00, payment_id="pay-transfer", **fields),
        customer.make(DrawRequest, **(money | draw)),
    ]


@pytest.fixture
def customer(stand: Stand, worker: WorkerProcess, request: pytest.FixtureRequest) -> LiveCustomer:
    """A customer with an account and a loan, of one test only."""
    customer = LiveCustomer(stand, f"c-{request.node.name[:40]}")
    customer.open(1_000_00)
    customer.loan()
    return customer


def test_a_request_on_every_lane_gets_one_decision_on_both_topics(stand: Stand, customer: LiveCustomer) -> None:
    asked = requests(customer, reply_to=REPLIES)
    for message in asked:
        decision = customer.decision(customer.send(message))
        assert (decision.event_id, decision.customer_id) == (message.event_id, customer.customer_id)
        assert decision.payment_id == message.payment_id
        assert decision.action == "ALLOW"
    stand.until_applied()
    for message in asked:
        (on_decisions,) = stand.decisions(message.event_id)
        (on_replies,) = stand.decisions(message.event_id, topic=REPLIES)
        assert on_decisions._replace(topic=REPLIES) == on_replies


def test_a_reply_topic_the_worker_does_not_allow_gets_nothing(stand: Stand, customer: LiveCustomer) -> None:
    (_, asked, _) = requests(customer, reply_to=names.CONTROLS)
    customer.send(asked)
    stand.until_applied()
    assert len(stand.decisions(asked.event_id)) == 1
    assert stand.broker_end(names.CONTROLS) == 0


def test_the_same_event_gets_the_same_bytes_again_also_after_a_kill(stand: Stand, customer: LiveCustomer) -> None:
    asked = requests(customer)
    for message in asked:
        customer.send(message)
        customer.again(message.event_id)
        assert_same_bytes(stand, message.event_id, 2)
    stand.kill()
    stand.worker()
    for message in asked:
        customer.again(message.event_id)
        assert_same_bytes(stand, message.event_id, 3)


def assert_same_bytes(stand: Stand, event_id: str, count: int) -> None:
    """So many answers came, and all are one."""
    answers = stand.decisions(event_id, count)
    assert len({(heard.partition, heard.key, heard.value) for heard in answers}) == 1


def test_a_customers_messages_and_answers_share_the_partition_of_the_key(stand: Stand, worker: WorkerProcess) -> None:
    for number in range(12):
        customer = LiveCustomer(stand, f"c-partition-{number}")
        customer.open(1_000_00)
        customer.loan()
        asked = requests(customer)
        for message in asked:
            customer.send(message)
        wanted = (murmur2(customer.customer_id.encode()) & 0x7FFFFFFF) % PARTITIONS
        assert {place.partition for place in customer.places} == {wanted}
        assert {stand.decisions(message.event_id)[0].partition for message in asked} == {wanted}


def test_the_broker_stamps_every_input(stand: Stand, customer: LiveCustomer) -> None:
    for message in requests(customer):
        customer.send(message)
    reader = Consumer({"bootstrap.servers": stand.bootstrap, "group.id": f"{stand.prefix}reader"})
    for place in customer.places:
        reader.assign([TopicPartition(stand.prefix + place.topic, place.partition, place.offset)])
        (record,) = reader.consume(1, 30)
        assert record.timestamp()[0] == TIMESTAMP_LOG_APPEND_TIME
    reader.close()
