"""What banks do to money besides paying: giving back, overdrafts, closing, gaps, legs that disagree."""

from datetime import timedelta

import pytest

from tests.trail.bank import Bank
from tests.trail.following import CONSERVING, ledger
from topics import reference

K = 100_000
TWO = {"a": "c-1", "b": "c-2"}
HUB = getattr(reference, "Hub", None)


def lent(owners: dict[str, str], own: int = 0, amount: int = 100 * K) -> Bank:
    """A bank whose accounts are empty but for `own` and a draw in account `a`."""
    bank = Bank(owners)
    for account in owners:
        bank.open(account, own if account == "a" else 0)
    bank.draw("a", amount)
    return bank


@pytest.mark.parametrize("method", CONSERVING)
def test_a_technical_reversal_undoes_the_payment_on_both_sides(method: str) -> None:
    """As if it had never been, whatever else lies in both accounts."""
    bank = lent(TWO, own=50 * K)
    bank.receive("b", 30 * K)
    before = ledger(bank.records, method)
    payment = bank.send("a", "b", 60 * K)
    bank.reverse(payment, "a", "b", 60 * K)
    assert ledger(bank.records, method) == before
    bank.spend("a", 50 * K)
    spent = ledger(bank.records, method)
    plain = lent(TWO, own=50 * K)
    plain.spend("a", 50 * K)
    assert spent == ledger(plain.records, method)


def test_a_return_after_the_receiver_paid_is_a_payment_of_its_own() -> None:
    """B paid C from what A sent, got a salary, and sent A its 100 back: C holds the loan's money, A has the salary."""
    bank = lent({"a": "c-1", "b": "c-2", "c": "c-3"})
    payment = bank.send("a", "b", 100 * K)
    bank.send("b", "c", 100 * K)
    bank.receive("b", 100 * K)
    bank.give_back(payment, "a", "b", 100 * K)
    assert ledger(bank.records) == {"WITH_OTHERS": 100 * K}


def test_a_return_before_the_receiver_paid_undoes_the_payment() -> None:
    """A statement shows in one line that nothing was paid in between."""
    bank = lent(TWO, own=50 * K)
    bank.receive("b", 30 * K)
    payment = bank.send("a", "b", 60 * K)
    bank.give_back(payment, "a", "b", 60 * K)
    assert ledger(bank.records) == {"UNSPENT": 100 * K}


def test_a_clean_credit_that_is_reversed_takes_only_its_own_money_away() -> None:
    """B holds loan money; a stranger's 20 come and go."""
    bank = lent({"a": "c-1", "b": "c-2", "s": "c-9"})
    bank.receive("s", 20 * K)
    bank.send("a", "b", 100 * K)
    payment = bank.send("s", "b", 20 * K)
    bank.reverse(payment, "s", "b", 20 * K)
    for method in CONSERVING:
        assert ledger(bank.records, method) == {"WITH_OTHERS": 100 * K}


def test_a_shop_s_refund_comes_out_of_the_bucket_again() -> None:
    """70 of 100 given back."""
    bank = lent({"a": "c-1"})
    payment = bank.spend("a", 100 * K)
    bank.refund("a", payment, 70 * K)
    assert ledger(bank.records) == {"CONSUMPTION": 30 * K, "UNSPENT": 70 * K}


def test_more_refund_than_was_paid_is_new_money() -> None:
    """Nothing becomes loan money that was none."""
    bank = lent({"a": "c-1"})
    payment = bank.spend("a", 40 * K)
    bank.refund("a", payment, 50 * K)
    assert ledger(bank.records) == {"CONSUMPTION": 40 * K, "UNSPENT": 60 * K}


def test_an_overdraft_takes_its_part_of_what_comes() -> None:
    """Overdrawn by 30, then 100 are drawn: 30 of them are gone; credit is never loan money."""
    bank = Bank({"a": "c-1"})
    bank.open("a")
    bank.spend("a", 30 * K)
    bank.draw("a", 100 * K)
    bank.spend("a", 90 * K)
    assert ledger(bank.records) == {"OVERDRAFT": 30 * K, "CONSUMPTION": 70 * K}


def test_paying_a_credit_card_repays_its_debt() -> None:
    """The card's own credit is not the loan."""
    bank = Bank({"a": "c-1", "card": "c-1"})
    bank.open("a")
    bank.open("card", -20 * K, kind="credit_card")
    bank.draw("a", 50 * K)
    bank.send("a", "card", 20 * K, {"account_kind": "credit_card"})
    assert ledger(bank.records) == {"CARD_DEBT": 20 * K, "UNSPENT": 30 * K}


def test_an_instalment_out_of_salary_cleans_nothing() -> None:
    """By first in first out the loan pays its own instalment; by own money first the salary does."""
    bank = lent({"a": "c-1"})
    bank.receive("a", 10 * K)
    bank.repay("a", 10 * K)
    assert ledger(bank.records, "fifo") == {"REPAID": 10 * K, "UNSPENT": 90 * K}
    assert ledger(bank.records, "libr") == {"UNSPENT": 100 * K}


def test_a_settled_draw_is_loan_money_no_more_wherever_it_is() -> None:
    """What was spent before stays where it went; a later refund changes that no more."""
    bank = lent(TWO)
    payment = bank.spend("a", 20 * K)
    bank.send("a", "b", 30 * K)
    bank.settle("a")
    bank.spend("b", 30 * K)
    bank.refund("a", payment, 20 * K)
    assert ledger(bank.records) == {"CLOSED": 80 * K, "CONSUMPTION": 20 * K}


def test_a_repayment_counts_before_the_closing_of_the_same_moment() -> None:
    """Core publishes both at one instant; the money went into the debt, it was not left over."""
    bank = lent({"a": "c-1"})
    bank.repay("a", 90 * K)
    bank.now -= timedelta(minutes=1)
    bank.settle("a")
    assert ledger(bank.records) == {"CLOSED": 10 * K, "REPAID": 90 * K}


def test_only_the_draw_that_is_settled_ends() -> None:
    """The other one goes on."""
    bank = Bank({"a": "c-1"})
    bank.draw("a", 10 * K, draw="draw-1")
    bank.draw("a", 20 * K, draw="draw-2")
    bank.settle("a", draw="draw-1")
    assert ledger(bank.records) == {"CLOSED": 10 * K, "UNSPENT": 20 * K}


def test_money_in_a_closed_account_ends_there() -> None:
    """Of another customer, too."""
    bank = lent(TWO)
    bank.send("a", "b", 30 * K)
    bank.shut("b")
    assert ledger(bank.records) == {"ACCOUNT_CLOSED": 30 * K, "UNSPENT": 70 * K}


def test_what_has_not_arrived_is_on_its_way() -> None:
    """The credit is the last message; it is not there yet."""
    bank = lent(TWO)
    bank.send("a", "b", 30 * K)
    assert ledger(bank.records[:-1]) == {"ON_THE_WAY": 30 * K, "UNSPENT": 70 * K}


def test_a_posting_that_is_missing_left_to_nobody_knows_where() -> None:
    """Its amount is what the balances differ by."""
    bank = lent({"a": "c-1"})
    bank.spend("a", 30 * K)
    bank.spend("a", 10 * K)
    without = [*bank.records[:-2], bank.records[-1]]
    assert ledger(without) == {"CONSUMPTION": 10 * K, "UNKNOWN": 30 * K, "UNSPENT": 60 * K}


def test_an_account_that_nobody_opened_holds_other_money() -> None:
    """Its balance before its first posting."""
    bank = Bank({"a": "c-1"})
    bank.balances["a"], bank.numbers["a"] = 40 * K, 7
    bank.draw("a", 10 * K)
    bank.spend("a", 45 * K)
    assert ledger(bank.records) == {"CONSUMPTION": 5 * K, "UNSPENT": 5 * K}


@pytest.mark.parametrize("other_leg", [{"amount": 29 * K}, {"currency": "USD"}])
def test_legs_that_disagree_end_the_trail(other_leg: dict[str, object]) -> None:
    """In amount or currency: what arrived is not what was sent."""
    bank = lent(TWO)
    bank.send("a", "b", 30 * K, other_leg)
    assert ledger(bank.records) == {"TRAIL_ENDED": 30 * K, "UNSPENT": 70 * K}


def test_a_repeat_counts_once() -> None:
    """The same posting again, later."""
    bank = lent({"a": "c-1"})
    bank.spend("a", 30 * K)
    assert ledger([*bank.records, bank.records[-1]]) == ledger(bank.records)


def test_the_order_of_topics_does_not_matter() -> None:
    """Kafka hands one topic over after the other, or backwards."""
    bank = lent(TWO)
    bank.send("a", "b", 60 * K)
    bank.spend("b", 20 * K)
    bank.send("b", "a", 10 * K)
    bank.settle("a")
    orders = [sorted(bank.records, key=lambda r: r.topic), bank.records[::-1]]
    assert [ledger(records) for records in orders] == [ledger(bank.records)] * 2


@pytest.mark.skipif(HUB is None, reason="no message names hubs yet")
def test_nothing_is_followed_through_a_hub() -> None:
    """What goes to a payroll account ends there; what it pays is clean. The newest word on it holds."""
    bank = lent({"a": "c-1", "b": "c-2", "hub": "c-9"})
    bank.send("a", "hub", 30 * K)
    bank.send("hub", "b", 30 * K)
    assert ledger(bank.records) == {"UNSPENT": 70 * K, "WITH_OTHERS": 30 * K}
    assert HUB is not None
    bank.tell(HUB, account="hub", kind="payroll")
    assert ledger(bank.records) == {"TRAIL_ENDED": 30 * K, "UNSPENT": 70 * K}
