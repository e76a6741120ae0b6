"""CO01: the money comes back."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.co01_closed_loop import RULE
from rules.examples import OWN_ELSEWHERE, returning, returning_through, sample
from rules.margins import HOUR
from rules.rule import Action, Scope
from tests.rules.asking import STEADY, action, around, finding, yuan


def specified(paid: int, returned: int, earlier: int, age_ms: int) -> Action | None:
    """The issue's words; `returned` without refunds and salary."""
    if not (paid >= 3_000_00 and 80 * paid <= 100 * returned <= 100 * paid and age_ms <= 72 * HOUR):
        return None
    return Action.BLOCK if earlier >= 1 or paid >= 20_000_00 else Action.ALERT


@STEADY
@given(
    paid=yuan(3_000, 20_000).filter(bool),
    percent=around(80, 100, most=150),
    earlier=st.integers(0, 3),
    age_ms=around(72 * HOUR, most=200 * HOUR),
    refunded=yuan(1_000),
    salary=yuan(1_000),
)
def test_it_does_what_the_specification_says(
    paid: int, percent: int, earlier: int, age_ms: int, refunded: int, salary: int
) -> None:
    returned = paid * percent // 100
    facts = returning(
        paid + refunded,
        returned + refunded + salary,
        earlier=earlier,
        age_ms=age_ms,
        refunded=refunded,
        salary=salary,
    )
    assert action(RULE, facts) == specified(paid, returned, earlier, age_ms)


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (returning(2_700_00, 2_700_00), -0.1),
        (returning(5_000_00, 3_600_00), -0.1),
        (returning(5_000_00, 5_500_00), -0.1),
        (returning(30_000_00, 26_400_00), 0.1),
        (returning(5_000_00, 5_000_00), 0.0),
        (returning(30_000_00, 25_500_00, age_ms=90 * HOUR), -0.25),
        (returning(30_000_00, 25_500_00, age_ms=72 * HOUR), 0.0),
    ],
)
def test_its_margin_is_the_distance_to_the_nearest_threshold(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


@STEADY
@given(st.integers(1, 10_000_00), st.integers(1, 1_000_00))
def test_up_to_the_whole_sum_more_money_back_never_lowers_the_first_two_thresholds(returned: int, more: int) -> None:
    paid = 100 * (returned + more)  # far from the upper end of the band
    margins = [finding(RULE, returning(paid, amount)).margin for amount in (returned, returned + more)]
    assert margins[0] <= margins[1]


@pytest.mark.parametrize(
    ("returned", "strong"), [(9_849_99, False), (9_850_00, True), (9_960_00, True), (9_960_01, False)]
)
def test_a_return_short_of_a_card_fee_is_shown_as_strong(returned: int, strong: bool) -> None:
    assert finding(RULE, returning(10_000_00, returned)).figures["strong"] is strong


def test_strong_changes_nothing() -> None:
    assert action(RULE, returning(10_000_00, 9_900_00)) is action(RULE, returning(10_000_00, 9_000_00)) is Action.ALERT


def test_a_payment_fully_refunded_is_not_its_business() -> None:
    assert RULE.evaluate(sample(returning(5_000_00, 6_000_00, refunded=5_000_00)), RULE.defaults) is None
    assert RULE.evaluate(sample({}), RULE.defaults) is None


def test_money_fetched_back_from_an_own_account_elsewhere_is_no_loop() -> None:
    assert RULE.evaluate(sample(returning(30_000_00, 30_000_00, "payee") | OWN_ELSEWHERE), RULE.defaults) is None


def test_refunds_are_taken_off_both_sides_and_salary_off_the_return() -> None:
    figures = finding(RULE, returning(9_000_00, 6_000_00, refunded=2_000_00, salary=1_000_00)).figures
    assert (figures["paid"], figures["returned"]) == (7_000_00, 3_000_00)


def test_it_shows_the_figures_it_used_and_what_is_at_stake() -> None:
    found = finding(RULE, returning(10_000_00, 9_000_00, relation="household", earlier=1, age_ms=5 * HOUR + 1))
    assert found.figures == {
        "paid": 10_000_00,
        "returned": 9_000_00,
        "share": 0.9,
        "strong": False,
        "relation": "household",
        "hours": 5,
        "earlier": 1,
    }
    assert (found.subject, found.amount, found.event_ids) == ("shop-1", 9_000_00, ("paid-1", "event-1"))


def test_it_arms_a_block_of_the_shop_and_of_the_next_draw() -> None:
    assert [arming.scope for arming in RULE.arming] == [Scope.MERCHANT, Scope.NEXT_DRAW]


def test_its_thresholds_are_parameters() -> None:
    facts = returning(5_000_00, 4_500_00)
    assert action(RULE, facts, min_paid=5_000_01) is None
    assert action(RULE, facts, min_share=0.91) is None
    assert action(RULE, returning(5_000_00, 5_100_00), max_share=1.02) is Action.ALERT
    assert action(RULE, facts, window_hours=4) is None
    assert action(RULE, facts, block_at_loop=1) is Action.BLOCK
    assert action(RULE, facts, block_paid=5_000_00) is Action.BLOCK


# through an intermediary


@STEADY
@given(
    paid=yuan(3_000, 20_000).filter(lambda amount: amount >= 100),
    percents=st.tuples(around(80, 100, most=100), around(80, 100, most=100), around(80, 100, most=100)).map(sorted),
    earlier=st.integers(0, 2),
    age_ms=around(72 * HOUR, most=200 * HOUR),
)
def test_through_others_only_loan_money_counts_and_a_block_needs_it_to_be_certain(
    paid: int, percents: list[int], earlier: int, age_ms: int
) -> None:
    certain, possible, credit = (paid * percent // 100 for percent in percents)
    facts = returning_through(paid, credit, certain, possible, earlier=earlier, age_ms=age_ms)
    expected = specified(paid, possible, earlier, age_ms)
    if expected is Action.BLOCK and 100 * certain < 80 * paid:
        expected = Action.ALERT
    assert action(RULE, facts) == expected


def test_what_came_back_before_counts_in_full() -> None:
    facts = returning_through(30_000_00, 10_000_00, certain=4_000_00, possible=6_000_00)
    facts["loop"] = replace(facts["loop"], returned=30_000_00)  # 20,000 of it with an earlier credit
    found = finding(RULE, facts)
    assert found.figures["returned"] == 26_000_00
    assert (found.fired, found.action) == (True, Action.BLOCK)
    assert finding(RULE, facts, min_share=0.81).action is Action.ALERT  # certain are 24,000


def test_it_is_asked_when_loan_money_comes_home_and_names_the_payee_whose_turn_it_was() -> None:
    assert "fund_flow.homecoming" in RULE.events
    found = finding(RULE, returning_through(30_000_00, 29_000_00))
    assert (found.subject, found.figures["relation"]) == ("shop-1", "through")
