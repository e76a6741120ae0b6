"""What the decoder claims of every input, and what the encoder claims of every answer."""

import json
from datetime import datetime, tzinfo
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.answers import Anomaly, FundFlow
from topics.card_numbers import may_hold_card_number
from topics.catalogue import topic
from topics.codec import (
    MAX_AHEAD_MS,
    MAX_BEHIND_MS,
    MAX_DEPTH,
    MAX_VALUE_BYTES,
    MESSAGE_TYPES,
    decode,
    decode_answer,
    encode,
)
from topics.currencies import MINOR_DIGITS
from topics.instants import event_time_ms, instant, milliseconds, rfc3339
from topics.keys import entity_key
from topics.refusals import Reason, Refused
from topics.transfers import TransferRequest

KEY = b"c-1001"
EXAMPLE: dict[str, Any] = json.loads(topic("transfers").valid[0].value)
NOW = 1_772_416_800_000
EVERY_EXAMPLE = [
    pytest.param(t, e.key, e.value, id=f"{t}: {e.name}") for t in MESSAGE_TYPES for e in topic(t).valid if e.key
]


def value_of(**changes: object) -> bytes:
    return json.dumps(EXAMPLE | changes).encode()


def reason_of(value: bytes, append_time_ms: int = NOW) -> Reason | None:
    try:
        decode("transfers", KEY, value, append_time_ms)
    except Refused as refused:
        return refused.reason
    return None


@given(st.sampled_from(sorted(MESSAGE_TYPES)), st.binary() | st.none(), st.binary() | st.none())
def test_any_bytes_are_a_message_or_refused(name: str, key: bytes | None, value: bytes | None) -> None:
    with pytest.raises(Refused):
        decode(name, key, value, NOW)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5)


@given(st.sampled_from(sorted(EXAMPLE)), JSON)
def test_any_json_in_any_field_is_a_message_or_refused(name: str, content: object) -> None:
    value = json.dumps(EXAMPLE | {name: content}).encode()
    assert reason_of(value) is None or reason_of(value) in set(Reason)


@given(st.sampled_from(sorted(EXAMPLE)), st.text("§¶", min_size=4, max_size=8))
def test_the_detail_of_a_refusal_never_contains_a_value(name: str, marker: str) -> None:
    for content in (marker, [marker], {marker: marker}, 1.5, marker * 50):
        try:
            decode("transfers", KEY, value_of(**{name: content}), NOW)
        except Refused as refused:
            detail = refused.detail
            assert "§" not in detail
            assert "¶" not in detail


@pytest.mark.parametrize("written", ["1.0", "1e2", "1E2", "-0.0", "1.5", "1e400"])
def test_money_is_never_read_from_a_float_however_whole(written: str) -> None:
    value = value_of(amount=1).replace(b'"amount": 1', b'"amount": ' + written.encode())
    assert reason_of(value) is Reason.FLOAT_MONEY


@pytest.mark.parametrize("name", ["event_id", "payment_id", "amount", "currency", "debtor_account", "type"])
def test_a_missing_required_field_is_named(name: str) -> None:
    value = json.dumps({k: v for k, v in EXAMPLE.items() if k != name}).encode()
    with pytest.raises(Refused, match=f"MISSING_FIELD: {name} is missing"):
        decode("transfers", KEY, value, NOW)


def test_unknown_fields_change_nothing() -> None:
    assert decode("transfers", KEY, value_of(colour={"of": ["money"]}), NOW) == decode(
        "transfers", KEY, value_of(), NOW
    )


@pytest.mark.parametrize(
    ("behind_ms", "reason"),
    [
        (-MAX_AHEAD_MS, None),
        (-MAX_AHEAD_MS - 1, Reason.TIME_AHEAD),
        (MAX_BEHIND_MS, None),
        (MAX_BEHIND_MS + 1, Reason.TIME_TOO_OLD),
    ],
)
def test_the_bounds_of_event_time_are_exact(behind_ms: int, reason: Reason | None) -> None:
    assert reason_of(value_of(), append_time_ms=NOW + behind_ms) is reason


def test_a_value_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    room = MAX_VALUE_BYTES - len(value_of(more=""))
    assert reason_of(value_of(more="x" * room)) is None
    assert reason_of(value_of(more="x" * (room + 1))) is Reason.TOO_LARGE


@pytest.mark.parametrize(("extra", "reason"), [(-1, None), (0, Reason.TOO_DEEP)])
def test_the_deepest_nesting_is_exact(extra: int, reason: Reason | None) -> None:
    depth = MAX_DEPTH + extra
    value = value_of()[:-1] + b', "more": ' + b"[" * depth + b"]" * depth + b"}"
    assert reason_of(value) is reason


def test_brackets_in_text_are_not_nesting() -> None:
    assert reason_of(value_of(remittance_information="[" * 400, creditor_name='"[{' * 100)) is None


def test_half_a_character_is_malformed_text() -> None:
    assert reason_of(value_of(payment_id="\ud800")) is Reason.NOT_JSON


@pytest.mark.parametrize(("value", "reason"), [(b"no", Reason.NOT_JSON), (b"[]", Reason.NOT_AN_OBJECT)])
def test_an_answer_that_is_none_is_refused_too(value: bytes, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        decode_answer("blocks", value)
    assert refused.value.reason is reason


def test_an_ordinary_message_is_not_searched_for_card_numbers() -> None:
    ordinary = value_of(event_id="019cac8e-3c00-7f0a-8b1c-0e5d9a7c42f1")
    assert not may_hold_card_number(ordinary)
    assert reason_of(ordinary) is None


def test_the_first_fault_is_reported_in_a_fixed_order() -> None:
    assert reason_of(value_of(schema_version=2, amount=1.5, event_time=None)) is Reason.UNKNOWN_VERSION
    assert reason_of(value_of(amount=1.5, event_time=None)) is Reason.TIME_ABSENT
    assert reason_of(value_of(amount=1.5, currency="RMB")) is Reason.FLOAT_MONEY


def test_currencies_have_the_digits_of_iso_4217() -> None:
    assert [MINOR_DIGITS[code] for code in ("CNY", "JPY", "KWD")] == [2, 0, 3]
    assert not {"XAU", "XXX", "XTS", "RMB", "CNH"} & set(MINOR_DIGITS)


@pytest.mark.parametrize(("name", "key", "value"), EVERY_EXAMPLE)
def test_what_is_decoded_and_encoded_again_is_the_same_message(name: str, key: str, value: str) -> None:
    message = decode(name, key.encode(), value.encode(), NOW)
    assert decode(name, key.encode(), encode(message), NOW) == message


@pytest.mark.parametrize(("name", "key", "value"), EVERY_EXAMPLE)
def test_the_key_of_a_message_is_the_one_it_came_with(name: str, key: str, value: str) -> None:
    assert entity_key(decode(name, key.encode(), value.encode(), NOW)) == key.encode()


@pytest.mark.parametrize(("name", "key", "value"), EVERY_EXAMPLE)
def test_any_other_key_is_refused(name: str, key: str, value: str) -> None:
    with pytest.raises(Refused, match="KEY_MISMATCH"):
        decode(name, key.encode() + b"0", value.encode(), NOW)


@given(st.datetimes(timezones=st.timezones()))
def test_event_time_is_exact_to_the_millisecond(moment: Any) -> None:
    ms = milliseconds(moment)
    assert instant(ms) <= moment
    assert milliseconds(instant(ms)) == ms


@given(st.integers(-62_000_000_000_000, 253_000_000_000_000).map(instant), st.timezones())
def test_an_instant_is_written_in_utc_with_milliseconds(moment: datetime, zone: tzinfo) -> None:
    assert rfc3339(moment.astimezone(zone)) == moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@given(st.integers(0, 4_102_444_800_000))
def test_an_instant_survives_being_written(ms: int) -> None:
    message = decode("transfers", KEY, value_of(event_time=rfc3339(instant(ms))), ms)
    assert event_time_ms(message) == ms


def test_free_mappings_are_written_by_name() -> None:
    one = {"loan-2": [1, 2, 1], "loan-1": [0, 1, 0]}
    flow = [
        FundFlow(certain=1, possible=3, point=1, destination_class="CASH", confidence=0.5, loans=loans)
        for loans in (one, dict(reversed(one.items())))
    ]
    assert encode(flow[0]) == encode(flow[1])
    assert encode(Anomaly(quantile=None)) == b'{"quantile":null,"drivers":[],"warm_up":false}'


def test_a_message_is_immutable() -> None:
    message = decode("transfers", KEY, value_of(), NOW)
    assert isinstance(message, TransferRequest)
    with pytest.raises(AttributeError):
        message.amount = 1  # type: ignore[misc]


def _integer_fields() -> list[object]:
    found: list[object] = []
    for name in MESSAGE_TYPES:
        for example in topic(name).valid:
            document = json.loads(example.value)
            integers = [f for f, v in document.items() if type(v) is int and f != "schema_version"]
            found += [pytest.param(name, example.key, document, f, id=f"{document['type']} {f}") for f in integers]
    return found


@pytest.mark.parametrize(("name", "key", "document", "field"), _integer_fields())
def test_no_integer_may_be_larger_than_the_state_can_hold(name: str, key: bytes, document: Any, field: str) -> None:
    with pytest.raises(Refused):
        decode(name, key, json.dumps(document | {field: 10**30}).encode(), NOW)
