"""Who says the same says the same, however it is written."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.catalogue import topic
from topics.codec import MESSAGE_TYPES, decode
from topics.digest import DIGEST_BYTES, content_digest
from topics.fields import CustomerMessage, Message

KEY = b"c-1001"
NOW = 1_772_416_800_000
EXAMPLE: dict[str, Any] = json.loads(topic("transfers").valid[0].value)


def digest(document: dict[str, Any], indent: int | None = None) -> bytes:
    return content_digest(decode("transfers", KEY, json.dumps(document, indent=indent).encode(), NOW))


@given(st.permutations(sorted(EXAMPLE)), st.sampled_from([None, 2]))
def test_order_and_blanks_make_no_difference(order: list[str], indent: int | None) -> None:
    assert digest({name: EXAMPLE[name] for name in order}, indent) == digest(EXAMPLE)


@pytest.mark.parametrize(
    "travel",
    [
        {"event_id": "another"},
        {"event_time": "2026-03-02T02:00:01.000Z"},
        {"trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"},
        {"source": "gateway-2"},
        {"deadline_ms": 3},
        {"reply_to": "decisions-app"},
        {"colour": "red"},
        {"channel": EXAMPLE["channel"], "in_call": False},
    ],
)
def test_how_a_message_travels_makes_no_difference(travel: dict[str, Any]) -> None:
    assert digest(EXAMPLE | travel) == digest(EXAMPLE)


@pytest.mark.parametrize(
    "content",
    [{"amount": 1}, {"currency": "USD"}, {"creditor_account": "acc-x-2"}, {"in_call": True}, {"purpose_code": "CASH"}],
)
def test_what_a_message_says_makes_the_difference(content: dict[str, Any]) -> None:
    assert digest(EXAMPLE | content) != digest(EXAMPLE)


def test_every_example_has_a_digest_of_its_own() -> None:
    read: list[Message] = [
        decode(name, str(e.key).encode(), e.value.encode(), NOW) for name in MESSAGE_TYPES for e in topic(name).valid
    ]
    digests = {content_digest(message) for message in read}
    assert len(digests) == len(read)
    assert {len(d) for d in digests} == {DIGEST_BYTES}
    assert any(isinstance(message, CustomerMessage) for message in read)


def test_the_digest_is_the_same_in_every_process() -> None:
    assert digest(EXAMPLE).hex() == "4f6036d0de976b09"
