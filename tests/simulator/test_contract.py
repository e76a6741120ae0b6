"""What the bank publishes keeps the contracts."""

from collections import defaultdict

import msgspec
import pytest

from tests.simulator.banks import month
from topics.cards import CardAuthorization, CardPosting
from topics.codec import MESSAGE_TYPES, decode
from topics.customers import AccountClosed
from topics.fields import Message, OutcomeMessage, Posting, Request
from topics.instants import event_time_ms
from topics.names import CUSTOMERS, REFERENCE
from topics.reference import TrustEntry
from topics.transfers import TransferPosting

_NOT_SIMULATED = {AccountClosed, TrustEntry}


def test_every_message_of_a_month_decodes_to_itself() -> None:
    """The codec accepts all of it, under its key, at its append time."""
    deliveries, _ = month()
    for delivery in deliveries:
        value = msgspec.json.encode(delivery.message)
        assert decode(delivery.topic, delivery.key, value, delivery.append_time) == delivery.message


def test_messages_come_in_order_of_append_time_and_never_before_their_event() -> None:
    """Append time never goes back."""
    deliveries, _ = month()
    times = [delivery.append_time for delivery in deliveries]
    assert times == sorted(times)
    assert all(event_time_ms(d.message) <= d.append_time for d in deliveries)


def test_event_ids_are_unique() -> None:
    """One id, one message."""
    deliveries, _ = month()
    assert len({d.message.event_id for d in deliveries}) == len(deliveries)


@pytest.mark.parametrize("topic", ["card-transactions", "transfers", "loans", CUSTOMERS, REFERENCE])
def test_every_kind_of_message_occurs(topic: str) -> None:
    """Nothing the engine must handle is missing, but what is named above."""
    seen: set[type[Message]] = {type(d.message) for d in month()[0] if d.topic == topic}
    assert set(MESSAGE_TYPES[topic]) - _NOT_SIMULATED <= seen


def test_a_request_has_one_outcome_and_an_accepted_one_a_posting_of_the_same_payment() -> None:
    """Request, outcome and posting follow each other."""
    stages: dict[str, list[str]] = defaultdict(list)
    requests = set()
    for message in (d.message for d in month()[0]):
        if isinstance(message, Request):
            requests.add(message.payment_id)
            stages[message.payment_id].append("request")
        elif isinstance(message, OutcomeMessage):
            stages[message.payment_id].append(message.outcome)
        elif isinstance(message, Posting):
            stages[message.payment_id].append("posting")
    for payment in requests:
        assert stages[payment] in (
            ["request", "accepted", "posting"],
            ["request", "accepted", "posting", "posting"],
            ["request", "declined"],
        )


def test_inside_the_bank_the_debit_leg_comes_no_later_than_the_credit_leg() -> None:
    """Both legs are there, in that order, of one amount."""
    legs: dict[str, list[tuple[int, TransferPosting]]] = defaultdict(list)
    for delivery in month()[0]:
        if isinstance(delivery.message, TransferPosting) and delivery.message.counterparty_customer_id:
            legs[delivery.message.payment_id].append((delivery.append_time, delivery.message))
    assert legs
    for (debited_at, debit), (credited_at, credit) in legs.values():
        assert (debit.credit_debit, credit.credit_debit) == ("DBIT", "CRDT")
        assert debited_at <= credited_at
        assert debit.amount == credit.amount


def test_a_refund_names_an_earlier_payment_of_no_smaller_amount() -> None:
    """Nothing is given back that was not paid."""
    paid: dict[str, int] = {}
    refunds = 0
    for message in (d.message for d in month()[0]):
        if isinstance(message, CardAuthorization):
            paid[message.payment_id] = message.amount
        if isinstance(message, CardPosting) and message.posting_kind == "refund":
            refunds += 1
            assert message.amount <= paid[message.original_payment_id or ""]
    assert refunds


def test_nobody_spends_more_than_he_has() -> None:
    """A deposit account is never overdrawn."""
    for message in (d.message for d in month()[0]):
        if isinstance(message, Posting) and getattr(message, "account_kind", "deposit") == "deposit":
            assert message.balance_after >= 0
