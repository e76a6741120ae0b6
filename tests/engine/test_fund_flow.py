"""Loan money on its way to a forbidden use, from draw to block."""

from typing import Any

from tests.engine.scene import ACCOUNT, DAY, HOUR, Scene, codes
from topics import transfers


def borrower(own: int = 0, loan: int = 50_000_00) -> Scene:
    """A customer with own money and a draw of last week in one account, who paid these payees before."""
    scene = Scene()
    scene.open(own + 2_00)
    for payee in ("broker-1", "payee-1"):
        scene.post(transfers.TransferPosting, -1_00, counterparty_account=payee)
    scene.loan()
    scene.draw(loan)
    scene.wait(7 * DAY)
    return scene


def test_a_request_that_surely_takes_loan_money_to_a_broker_is_blocked_with_its_figures() -> None:
    decision = borrower(own=10_000_00).invest(40_000_00)
    assert decision.action == "BLOCK"
    assert codes(decision) == ["FF01"]
    assert decision.enforcement_point == "TRANSFER"
    assert decision.fund_flow is not None
    assert (decision.fund_flow.certain, decision.fund_flow.possible) == (30_000_00, 40_000_00)
    assert decision.fund_flow.loans == {"draw-1": [30_000_00, 40_000_00, 30_000_00]}
    assert decision.reasons[0].figures["certain"] == 30_000_00
    assert "30,000.00" in decision.reasons[0].customer_text.en


def test_own_money_beside_the_loan_may_be_invested() -> None:
    assert borrower(own=60_000_00).invest(4_000_00).action == "ALLOW"


def test_possible_loan_money_alerts_and_does_not_block() -> None:
    scene = borrower(own=60_000_00)
    decision = scene.invest(20_000_00)
    assert decision.action == "ALERT"
    assert decision.block_ids == []
    (alert,) = scene.read("alerts")
    assert alert.family == "fund_flow"
    assert alert.path


def test_a_posting_cannot_be_stopped_so_it_alerts_and_arms_a_block_on_the_next_draw() -> None:
    scene = borrower()
    decision = scene.post(
        transfers.TransferPosting, -40_000_00, counterparty_account="broker-1", product_code="SECURITIES_TRANSFER"
    )
    assert (decision.action, decision.too_late) == ("ALERT", True)
    (block,) = scene.read("blocks")
    assert (block.scope, block.status) == ("next_draw", "ARMED")
    assert decision.block_ids == [block.block_id]


def test_the_armed_block_stops_the_next_draw_and_ends_by_itself() -> None:
    scene = borrower()
    scene.post(
        transfers.TransferPosting, -40_000_00, counterparty_account="broker-1", product_code="SECURITIES_TRANSFER"
    )
    assert scene.ask_draw(5_000_00).action == "BLOCK"
    scene.wait(4 * DAY)
    assert [block.status for block in scene.read("blocks")] == ["ARMED", "EXPIRED"]
    assert scene.ask_draw(5_000_00).action == "ALLOW"


def test_loan_money_is_followed_through_the_customers_own_accounts() -> None:
    scene = borrower()
    scene.open(0, account="account-2")
    own: dict[str, Any] = {"payment_id": "move-1", "same_name": True}
    scene.post(transfers.TransferPosting, -50_000_00, counterparty_account="account-2", **own)
    scene.post(transfers.TransferPosting, 50_000_00, account="account-2", counterparty_account=ACCOUNT, **own)
    decision = scene.invest(20_000_00, account="account-2")
    assert decision.action == "BLOCK"
    assert decision.fund_flow is not None
    assert decision.fund_flow.certain == 20_000_00


def test_repaying_a_mortgage_from_loan_money_never_more_than_alerts() -> None:
    decision = borrower().ask(20_000_00, product_code="MORTGAGE_REPAYMENT")
    assert decision.action == "ALERT"


def test_an_account_with_a_gap_alerts_at_most_until_a_statement_settles_it() -> None:
    scene = borrower()
    scene.posting(transfers.TransferPosting, -1_00)  # never arrives
    scene.posting(transfers.TransferPosting, -1_00)
    scene.post(transfers.TransferPosting, -1_00, counterparty_account="shop")
    scene.wait(HOUR)
    decision = scene.invest(30_000_00)
    assert decision.action == "ALERT"
    assert decision.reasons[0].figures["gap"] is True


def test_open_requests_count_as_gone_and_as_not_gone() -> None:
    scene = borrower(own=50_000_00)
    assert scene.ask(50_000_00).action == "ALLOW"
    decision = scene.invest(50_000_00)
    assert decision.fund_flow is not None
    assert decision.fund_flow.certain == 0
    assert decision.fund_flow.possible == 50_000_00
