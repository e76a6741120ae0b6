"""The measure of unseen banks, by hand-made figures and on a tiny bank."""

from typing import Any

import pytest

from monitor.simulator.bank import Plan
from monitor.simulator.casting import Shares
from tests.fund_flow.unseen import BankUnderTest, Measured, compare_uses, report, with_siblings

TINY = Plan(seed=5, customers=12, days=10, shares=Shares(0.5, 0.5, ("FF01", "FF02"), ("blatant", "ordinary")))


def _ledger(unspent: int = 0, others: int = 0, **classes: int) -> dict[str, Any]:
    points = {use: {"certain": 0, "possible": point, "point": point} for use, point in classes.items()}
    held = {"unspent": {"point": unspent}, "with_others": {"point": others}}
    return {"principal": unspent + others + sum(classes.values()), "classes": points, **held}


def test_value_in_the_class_it_was_meant_for_is_right() -> None:
    found = compare_uses({"SECURITIES": 60, "CONSUMPTION": 20}, [_ledger(20, SECURITIES=60, CONSUMPTION=20)])
    assert (found.value, found.right, found.kept, found.forbidden, found.meant) == (80, 80, 0, 60, 60)


def test_value_told_to_be_still_there_is_told_apart_from_value_elsewhere() -> None:
    found = compare_uses({"SECURITIES": 80}, [_ledger(15, 10, SECURITIES=60, CASH=10), _ledger(5)])
    assert (found.value, found.right, found.kept) == (80, 60, 10)


def test_what_was_meant_beyond_the_loan_was_other_money() -> None:
    found = compare_uses({"OTHER_LENDER": 90, "CRYPTO": 85}, [_ledger(OTHER_LENDER=100)])
    assert (found.value, found.right) == (100, 90)


def test_a_forbidden_use_that_nobody_meant_is_seen() -> None:
    found = compare_uses({"CONSUMPTION": 50}, [_ledger(CONSUMPTION=30, CRYPTO=20)])
    assert (found.forbidden, found.meant) == (20, 0)


def test_a_sibling_s_word_is_added_and_no_other_s() -> None:
    answer = {"reasons": [{"code": "CO13", "action": "ALERT"}, {"code": "FF03", "action": "ALERT"}]}
    assert [reason["code"] for reason in with_siblings(answer)["reasons"]] == ["CO13", "FF03", "CO01"]


@pytest.fixture(scope="module")
def tiny() -> BankUnderTest:
    bank = BankUnderTest(TINY)
    bank.play()
    bank.count_uses()
    return bank


def test_plain_misuse_in_a_tiny_bank_is_found_and_nobody_else_is_blocked(tiny: BankUnderTest) -> None:
    tiny.find_innocents()
    found = tiny.found
    card = found.card(family=True)
    assert sum(row.episodes for row in card.codes.values()) >= 5
    assert card.missed == []
    assert found.innocent == []
    assert found.all_uses.forbidden == found.all_uses.meant > 0
    assert "innocents blocked: 0; by a certain part that was not loan money: 0" in report(found)


def test_no_block_rests_on_money_that_some_way_of_counting_denies(tiny: BankUnderTest) -> None:
    """Seen as if everybody were innocent; one minor unit more than is certain is noticed."""
    blocks = [decision for decision in tiny.found.decisions if decision["action"] == "BLOCK"]
    certain = [decision for decision in blocks if decision["fund_flow"] and decision["fund_flow"]["certain"]]
    assert len(certain) >= 3
    assert [tiny.denied(decision) for decision in certain] == [0] * len(certain)
    assert all(tiny.denied(_more_than_paid(decision)) > 0 for decision in certain)


def test_a_loan_that_never_came_near_is_denied(tiny: BankUnderTest) -> None:
    decision = next(d for d in tiny.found.decisions if d["action"] == "BLOCK" and d["fund_flow"]["certain"])
    flow = {**decision["fund_flow"], "loans": {_other_draw(tiny, decision): [7, 7, 7]}}
    assert tiny.denied({**decision, "fund_flow": flow}) >= 7


def _other_draw(tiny: BankUnderTest, decision: dict[str, Any]) -> str:
    """A draw of somebody else."""
    return next(name for name in sorted(tiny.loan_of_draw) if name not in decision["fund_flow"]["loans"])


def _more_than_paid(decision: dict[str, Any]) -> dict[str, Any]:
    flow = decision["fund_flow"]
    loans = {draw: [possible + 1, possible, point] for draw, (_, possible, point) in flow["loans"].items()}
    return {**decision, "fund_flow": {**flow, "loans": loans}}


def test_what_left_reached_the_classes_it_was_told_to_reach(tiny: BankUnderTest) -> None:
    reached = tiny.found.reached
    assert {payee for (payee, _), units in reached.items() if units} >= {"CASH", "CONSUMPTION", "SECURITIES"}
    assert sum(units for (payee, told), units in reached.items() if payee == told) > 0.9 * reached.total()


def test_banks_add_up(tiny: BankUnderTest) -> None:
    together = Measured()
    together.add(tiny.found)
    together.add(tiny.found)
    assert together.all_uses.value == 2 * tiny.found.all_uses.value
    assert len(together.truth) == 2 * len(tiny.found.truth)
