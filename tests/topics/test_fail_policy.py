"""What core does without an answer: the table of the contract."""

from datetime import UTC, datetime

import pytest

from topics.answers import FailAction
from topics.cards import CardAuthorization
from topics.fail_policy import FAIL_POLICY, fail_action, fail_policy
from topics.loans import DrawRequest
from topics.transfers import TransferRequest


@pytest.mark.parametrize(
    ("lane", "amount", "expected"),
    [
        ("AUTH", 0, "open"),
        ("AUTH", 1_000_00 - 1, "open"),
        ("AUTH", 1_000_00, "hold"),
        ("TRANSFER", 50_000_00 - 1, "open"),
        ("TRANSFER", 50_000_00, "hold"),
        ("DRAW", 1_00, "hold"),
        ("LIMIT", 1_00, "hold"),
    ],
)
def test_the_table_goes_by_lane_and_amount(lane: str, amount: int, expected: FailAction) -> None:
    assert fail_action(lane, amount, "CNY") == expected


def test_an_amount_in_another_currency_is_held() -> None:
    assert fail_action("AUTH", 100, "JPY") == "hold"


def test_the_last_line_of_every_lane_fits_every_amount() -> None:
    last = {rule.lane: rule for rule in FAIL_POLICY}
    assert [rule.below for rule in last.values()] == [None] * 3


def test_each_kind_of_request_has_its_lane() -> None:
    base = {
        "schema_version": 1,
        "event_id": "e",
        "event_time": datetime(2026, 3, 2, tzinfo=UTC),
        "customer_id": "c",
        "payment_id": "p",
        "amount": 1_00,
        "currency": "CNY",
    }
    card = {
        "mti": "0100",
        "pan_token": "t",
        "account": "a",
        "account_kind": "deposit",
        "processing_code": "00",
        "merchant_category_code": "5411",
        "card_acceptor_id": "m",
    }
    authorization = CardAuthorization(**base, **card)  # type: ignore[arg-type]
    transfer = TransferRequest(**base, debtor_account="a", creditor_account="b")  # type: ignore[arg-type]
    draw = DrawRequest(**base, loan_id="l", draw_id="d", disbursement_account="a")  # type: ignore[arg-type]
    assert [fail_policy(request) for request in (authorization, transfer, draw)] == ["open", "open", "hold"]
