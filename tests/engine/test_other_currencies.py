"""Amounts in another currency are never added to, or compared with, sums of CNY."""

from typing import Any

import pytest

from monitor.engine.measures import ATTEMPTS, CASH, MONEY_IN, MONEY_OUT
from monitor.engine.state.windows import Window
from tests.engine.scene import MINUTE, Scene, codes
from tests.engine.test_between_customers import town
from topics import names, transfers
from topics.fields import MOST_MONEY
from topics.loans import LoanDisbursed

WON: dict[str, Any] = {"currency": "KRW"}


def with_won() -> Scene:
    """A customer with CNY 100,000 and an account in won, of long standing."""
    scene = Scene().with_past()
    scene.open(100_000_00)
    scene.open(5_000_000, account="won-1", currency="KRW")
    return scene


def pay_won(scene: Scene, change: int, to: str = "payee-won") -> None:
    fields = {"counterparty_account": to, "counterparty_agent": "OTHER", **WON}
    scene.post(transfers.TransferPosting, change, "won-1", **fields)


def test_won_in_and_out_are_no_sums_of_yuan() -> None:
    scene = with_won()
    scene.ask(990_000, account="won-1", **WON)
    pay_won(scene, -990_000)
    pay_won(scene, 10_000)
    customer = scene.engine._customers.get(b"customer-1")
    assert customer is not None
    sums = [customer.windows.total(measure, Window.H24, scene.now) for measure in (ATTEMPTS, MONEY_OUT, MONEY_IN, CASH)]
    assert sums == [0, 0, 0, 0]
    assert customer.windows.count(ATTEMPTS, Window.H24, scene.now) == 1
    assert customer.draw is None
    assert customer.amounts.quantile(95, scene.now) < 990_000


def test_won_that_went_to_a_new_payee_drains_no_draw() -> None:
    scene = with_won()
    scene.loan()
    scene.draw(10_000_00)
    pay_won(scene, -990_000)
    scene.ask(990_000, "payee-won-2", account="won-1", **WON)
    assert scene.ask(100_00, "payee-2").action == "ALLOW"


def test_a_credit_of_yuan_returns_no_won() -> None:
    scene = with_won()
    pay_won(scene, -990_000, to="friend")
    scene.wait(30 * MINUTE)
    back = {"counterparty_account": "friend", "counterparty_agent": "OTHER"}
    assert codes(scene.post(transfers.TransferPosting, 985_000, **back)) == []


def test_a_refund_of_won_is_of_a_payment_that_is_known() -> None:
    scene = with_won()
    fields = {"counterparty_account": "shop-won", "counterparty_agent": "OTHER", **WON}
    scene.post(transfers.TransferPosting, -990_000, "won-1", payment_id="bought", **fields)
    fields |= {"posting_kind": "refund", "original_payment_id": "bought"}
    scene.post(transfers.TransferPosting, 990_000, "won-1", payment_id="refunded", **fields)
    assert not [labels for labels in scene.engine.counters() if labels[0] == "tolerated"]


def test_a_draw_in_dollars_opens_no_ledger_of_yuan() -> None:
    scene = Scene().with_past()
    scene.open(0, currency="USD")
    scene.loan()
    where = {"loan_id": "loan-1", "draw_id": "draw-1", "payment_id": "pay-draw-1", "currency": "USD"}
    scene.post(LoanDisbursed, 10_000_00, **where)
    assert scene.read(names.USE_OF_PROCEEDS) == []
    customer = scene.engine._customers.get(b"customer-1")
    assert customer is not None
    assert (customer.draw, customer.loans["loan-1"].owed) == (None, 10_000_00)


@pytest.mark.parametrize(
    ("amount", "into", "same_name"), [(0, 100_000, False), (1, MOST_MONEY, True), (1, MOST_MONEY, False)]
)
def test_an_absurd_rate_of_exchange_breaks_nothing(amount: int, into: int, same_name: bool) -> None:
    here = town("bob")
    where = {"counterparty_currency": "USD", "counterparty_amount": into, "same_name": same_name}
    here.leg("ann", "bob", -amount or 0, "pay-fx", credit_debit="DBIT", **where)
    here.leg("bob", "ann", into, "pay-fx", currency="USD")
    here.restart_all()
    here.pay("bob", "ann", 1_00, currency="USD")
    assert here.use("ann").trail_ended.possible == amount
    assert here.read(names.DEAD_LETTERS) == []
