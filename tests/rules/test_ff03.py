"""FF03: the loan leaves for the borrower's own account at another bank."""

from typing import Any

import pytest
from hypothesis import given

from rules.examples import sample, used
from rules.fact_values import Amounts
from rules.ff03_leaves_under_own_name import RULE
from rules.margins import DAY
from rules.rule import Action
from tests.rules.asking import STEADY, action, around, finding, yuan


@STEADY
@given(
    principal=yuan(5_000, 10_000).filter(bool),
    percent=around(50, most=100),
    others=yuan(5_000),
    uncertain=yuan(5_000),
)
def test_it_does_what_the_specification_says(principal: int, percent: int, others: int, uncertain: int) -> None:
    gone = principal * percent // 100
    own = {"SELF_OFFUS": Amounts(gone, gone + uncertain, gone)}
    facts = used(own, through_others={"SELF_OFFUS": others}, principal=principal)
    expected = Action.ALERT if 2 * gone >= principal and gone >= 5_000_00 else None
    assert action(RULE, facts) == expected


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (used({"SELF_OFFUS": 50_000_00}), 0.0),
        (used({"SELF_OFFUS": 45_000_00}), -0.1),
        (used({"SELF_OFFUS": 60_000_00}), 0.2),
        (used({"SELF_OFFUS": 4_500_00}, principal=5_000_00), -0.1),
        (used({"SELF_OFFUS": Amounts(0, 90_000_00, 80_000_00)}), -1.0),
    ],
)
def test_its_margin_is_the_distance_to_the_nearest_threshold(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


@pytest.mark.parametrize(
    "facts",
    [{}, used({"UNKNOWN": 90_000_00}), used({}, through_others={"SELF_OFFUS": 90_000_00}), used({}, principal=0)],
)
def test_without_money_at_own_accounts_elsewhere_it_has_nothing_to_say(facts: dict[str, Any]) -> None:
    assert RULE.evaluate(sample(facts), RULE.defaults) is None


def test_what_is_possible_is_at_most_the_loan() -> None:
    own = Amounts(60_000_00, 150_000_00, 60_000_00)
    assert finding(RULE, used({"SELF_OFFUS": own})).figures["possible"] == 100_000_00


def test_it_shows_the_figures_it_used_and_what_is_at_stake() -> None:
    own, others = Amounts(60_000_00, 70_000_00, 65_000_00), Amounts(1_000_00, 2_000_00, 1_000_00)
    found = finding(RULE, used({"SELF_OFFUS": own}, through_others={"SELF_OFFUS": others}, age_ms=12 * DAY + 1))
    assert found.figures == {
        "certain": 60_000_00,
        "possible": 70_000_00,
        "principal": 100_000_00,
        "share": 0.6,
        "loan": "loan-1",
        "days": 12,
    }
    assert (found.subject, found.amount, found.event_ids) == ("loan-1", 60_000_00, ("loan:loan-1",))


def test_its_thresholds_are_parameters() -> None:
    facts = used({"SELF_OFFUS": 60_000_00})
    assert action(RULE, facts, min_share=0.61) is None
    assert action(RULE, facts, min_certain=60_000_01) is None
    assert action(RULE, used({"SELF_OFFUS": 20_000_00}), min_share=0.2) is Action.ALERT
