"""The rules that look beyond one customer, through the engine, on several partitions."""

from typing import Any

import pytest

from tests.engine.scene import DAY, HOUR, codes
from tests.engine.town import Town
from topics import customers, loans, names, transfers


def town(*people: str, own: int = 0) -> Town:
    """Ann has a loan of 50,000; the others have `own` each."""
    here = Town()
    for person in ("ann", *people):
        here.arrive(person, own)
    here.borrow("ann", 50_000_00)
    return here


def alerts(here: Town, code: str) -> list[Any]:
    return [alert for alert in here.read(names.ALERTS) if alert.reasons[0].code == code]


def blocks(here: Town, code: str) -> list[tuple[str, str, str]]:
    return [(b.customer_id, b.scope, b.status) for b in here.read(names.BLOCKS) if b.code == code]


def test_an_order_in_the_second_person_s_account_is_stopped_and_says_what_it_rests_on() -> None:
    here = town("bob", "cleo", own=2_000_00)
    here.pay("ann", "bob", 45_000_00)
    last = here.pay("bob", "cleo", 44_000_00)
    here.later(1)
    decision = here.order("cleo", 45_000_00)
    assert decision.action == "BLOCK"
    assert "FF02" in codes(decision)
    assert decision.fund_flow is not None
    basis = decision.fund_flow.basis
    assert basis is not None
    assert (basis.account, basis.acct_seq, basis.transfers) == ("cleo-1", 1, [last])


def test_a_payment_within_the_headroom_is_not_blocked_and_one_above_it_is() -> None:
    for beyond, blocked in ((0, False), (1, True)):
        here = town("bob", own=8_000_00)
        here.pay("ann", "bob", 30_000_00)
        said = here.headroom("bob")
        assert said is not None
        limit = said.classes["SECURITIES"].before_block
        assert limit is not None
        assert (here.order("bob", limit + beyond).action == "BLOCK") is blocked


def test_what_friends_spend_in_small_parts_adds_up_and_stops_the_next_draw() -> None:
    here = town("bob", "cleo", "dan")
    for friend in ("bob", "cleo", "dan"):
        here.pay("ann", friend, 900_00)
        here.spend(friend, 900_00)
    assert ("ann", "next_draw", "ARMED") in blocks(here, "FF02")
    asked = here.make(
        loans.DrawRequest,
        customer_id="ann",
        payment_id="pay-again",
        amount=5_000_00,
        currency="CNY",
        loan_id="loan-ann",
        draw_id="draw-again",
        disbursement_account="ann-1",
    )
    assert here.decision(here.send(asked)).action == "BLOCK"


def test_half_of_a_loan_that_leaves_under_the_own_name_is_alerted_once() -> None:
    here = town()
    for number in range(4):
        here.spend("ann", 9_000_00, product=None, same_name=True, counterparty_account=f"ann-elsewhere-{number}")
        here.later(30)
    assert len(alerts(here, "FF03")) == 1


def test_a_silent_customer_is_asked_after_thirty_days() -> None:
    here = town()
    here.spend("ann", 40_000_00, product=None)
    here.wait(30 * DAY - HOUR)
    assert alerts(here, "FF04") == []
    here.wait(2 * HOUR)
    assert [alert.customer_id for alert in alerts(here, "FF04")] == ["ann"]
    here.wait(70 * DAY)
    assert len(alerts(here, "FF04")) == 1


def test_the_path_of_a_loan_says_of_no_use_more_than_was_drawn() -> None:
    here = Town()
    here.arrive("ann", 20_000_00)
    here.borrow("ann", 10_000_00)
    for amount in (15_000_00, 10_000_00, 5_000_00):
        here.spend("ann", amount, product=None)
    here.wait(31 * DAY)
    (alert,) = alerts(here, "FF04")
    assert "UNKNOWN: between CNY 0.00 and CNY 10,000.00" in alert.path
    use = here.use("ann")
    assert (use.classes["UNKNOWN"].possible, use.unknown.possible) == (10_000_00, 10_000_00)


@pytest.mark.parametrize("ring", [["bob"], ["bob", "cleo"], ["bob", "cleo", "dan"]])
def test_money_that_comes_home_through_a_ring_stops_the_next_draw(ring: list[str]) -> None:
    here = town(*ring)
    for payer, payee in zip(["ann", *ring], [*ring, "ann"], strict=True):
        here.pay(payer, payee, 40_000_00)
        here.later(2)
    (alert,) = alerts(here, "CO13")
    assert alert.customer_id == "ann"
    assert ("ann", "next_draw", "ARMED") in blocks(here, "CO13")


def test_money_that_comes_back_over_one_intermediary_is_a_closed_loop() -> None:
    here = town("shop", "owner")
    here.pay("ann", "shop", 20_000_00)
    here.pay("shop", "owner", 19_800_00)
    here.pay("owner", "ann", 19_700_00)
    told = [r.code for alert in here.read(names.ALERTS) for r in alert.reasons if alert.customer_id == "ann"]
    assert {"CO01", "CO13"} & set(told)


def test_who_pays_the_instalments_of_five_strangers_is_noticed() -> None:
    borrowers = [f"borrower{n}" for n in range(5)]
    here = town("agent", *borrowers, own=50_000_00)
    for borrower in borrowers:
        here.borrow(borrower, 20_000_00)
        here.pay("agent", borrower, 5_000_00)
        here.repay(borrower, 5_000_00, payer="agent")
        here.later(1)
    assert "agent" in {alert.customer_id for alert in alerts(here, "CO10")}


def test_a_loan_drawn_to_repay_what_was_invested_is_noticed() -> None:
    here = Town()
    here.arrive("ann", 60_000_00)
    here.spend("ann", 48_000_00)
    here.later(30)
    here.borrow("ann", 50_000_00)
    assert [alert.customer_id for alert in alerts(here, "CO21")] == ["ann"]


@pytest.mark.parametrize("closed", [False, True])
def test_a_closed_loan_stops_nobody_while_word_of_it_waits_behind_a_credit(closed: bool) -> None:
    """Ann's loan lies in her second account; her first one waits for the other leg of a credit."""
    here = town("bob")
    here.balances["ann-2"] = (0, 0)
    second = {"account": "ann-2", "account_kind": "deposit", "currency": "CNY", "balance": 0, "acct_seq": 0}
    here.send(here.make(customers.AccountOpened, customer_id="ann", **second))
    own = {"counterparty_customer_id": "ann", "payment_id": "own-1", "customer_id": "ann"}
    here.post(transfers.TransferPosting, -50_000_00, account="ann-1", counterparty_account="ann-2", **own)
    here.post(transfers.TransferPosting, 50_000_00, account="ann-2", counterparty_account="ann-1", **own)
    here.settle()
    here.leg("ann", "bob", 1_000_00, "pay-without-a-debit")
    if closed:
        here.close("ann")
    broker = {"product_code": "SECURITIES_TRANSFER", "customer_id": "ann"}
    asked = here.ask(30_000_00, "broker-1", account="ann-2", **broker)
    assert ("FF01" in codes(asked)) is not closed
    assert (asked.fund_flow is None) is closed


def test_moving_money_between_own_accounts_is_not_coming_home() -> None:
    """8,000 of 20,000 came home; then she moves 38,000 from one of her accounts to another."""
    here = town("bob")
    here.balances["ann-2"] = (0, 0)
    second = {"account": "ann-2", "account_kind": "deposit", "currency": "CNY", "balance": 0, "acct_seq": 0}
    here.send(here.make(customers.AccountOpened, customer_id="ann", **second))
    here.pay("ann", "bob", 20_000_00)
    here.pay("bob", "ann", 8_000_00)
    own = {"counterparty_customer_id": "ann", "payment_id": "own-1", "customer_id": "ann"}
    here.post(transfers.TransferPosting, -38_000_00, account="ann-1", counterparty_account="ann-2", **own)
    here.post(transfers.TransferPosting, 38_000_00, account="ann-2", counterparty_account="ann-1", **own)
    here.settle()
    assert alerts(here, "CO13") == []
    assert blocks(here, "CO13") == []


def test_a_block_is_released_when_the_loan_it_rests_on_is_closed() -> None:
    here = town("bob")
    here.pay("ann", "bob", 45_000_00)
    assert here.order("bob", 44_000_00).action == "BLOCK"
    here.close("ann")
    assert ("bob", "payment", "RELEASED") in blocks(here, "FF02")


def test_a_block_is_armed_although_the_desk_heard_of_more_that_was_only_possible() -> None:
    here = Town()
    for person, own in (("ann", 40_000_00), ("bob", 0), ("cleo", 0)):
        here.arrive(person, own)
    here.borrow("ann", 50_000_00)
    here.pay("ann", "bob", 15_000_00)
    here.spend("bob", 15_000_00)
    here.pay("ann", "cleo", 60_000_00)
    assert blocks(here, "FF02") == []
    assert [alert.customer_id for alert in alerts(here, "FF02")].count("ann") == 1
    here.spend("cleo", 46_000_00)
    assert ("ann", "next_draw", "ARMED") in blocks(here, "FF02")


def test_loan_money_that_trickles_away_is_alerted_when_it_adds_up() -> None:
    here = town("bob", "cleo")
    for number in range(11):
        here.pay("ann", "bob" if number % 2 else "cleo", 95_00)
        here.later(20)
        assert bool(alerts(here, "FF05")) == (95_00 * (number + 1) >= 1_000_00)
    (alert,) = alerts(here, "FF05")
    assert (alert.customer_id, alert.reasons[0].figures["payments"]) == ("ann", 11)


def test_what_trickled_away_a_month_ago_and_parts_that_are_followed_do_not_add_up() -> None:
    here = town("bob")
    for _ in range(10):
        here.pay("ann", "bob", 95_00)
        here.later(10)
    here.wait(31 * DAY)
    here.pay("ann", "bob", 99_99)
    for _ in range(10):
        here.pay("ann", "bob", 100_00)
    assert alerts(here, "FF05") == []


def test_of_what_goes_on_trickling_away_is_told_again_only_when_it_has_doubled() -> None:
    here = town("bob")
    for _ in range(45):
        here.pay("ann", "bob", 95_00)
        here.later(13)
    told = [alert.reasons[0].figures["possible"] for alert in alerts(here, "FF05")]
    assert told == [1_045_00, 2_090_00, 4_180_00]
