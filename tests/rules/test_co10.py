"""CO10: one payer repays many people's loans."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.co10_repayment_agent import RULE
from rules.examples import repaying, sample
from rules.rule import Action
from tests.rules.asking import STEADY, action, around, finding, yuan


@STEADY
@given(borrowers=st.integers(1, 9), amount=yuan(5_000).filter(bool), percent=around(80, most=150))
def test_it_does_what_the_specification_says(borrowers: int, amount: int, percent: int) -> None:
    back = amount * percent // 100
    returned = 100 * back >= 80 * amount and amount >= 5_000_00
    facts = repaying(borrowers, amount, back)
    assert action(RULE, facts) == (Action.ALERT if borrowers >= 5 or returned else None)


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (repaying(5, 1_000_00, 0), 0.0),
        (repaying(4, 1_000_00, 0), -0.2),
        (repaying(6, 1_000_00, 0), 0.2),
        (repaying(1, 10_000_00, 8_000_00), 0.0),
        (repaying(1, 10_000_00, 7_200_00), -0.1),
        (repaying(1, 4_500_00, 4_500_00), -0.1),
    ],
)
def test_its_margin_is_that_of_the_stronger_sign(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


@pytest.mark.parametrize("facts", [{}, repaying(5, 0, 0)])
def test_without_a_repayment_for_others_it_has_nothing_to_say(facts: dict[str, Any]) -> None:
    assert RULE.evaluate(sample(facts), RULE.defaults) is None


def test_it_shows_the_figures_it_used_and_what_is_at_stake() -> None:
    found = finding(RULE, repaying(3, 20_000_00, 10_000_00))
    assert found.figures == {"borrowers": 3, "amount": 20_000_00, "back": 10_000_00, "share": 0.5}
    assert (found.subject, found.amount) == ("repayments for others", 20_000_00)
    assert found.event_ids == ("repaid-1", "event-1")


def test_it_leaves_blocking_to_a_person() -> None:
    assert RULE.action is Action.ALERT
    assert RULE.arming == ()


def test_its_thresholds_are_parameters() -> None:
    assert action(RULE, repaying(5, 6_000_00, 0), min_borrowers=6) is None
    assert action(RULE, repaying(1, 6_000_00, 5_000_00), min_share=0.9) is None
    assert action(RULE, repaying(1, 6_000_00, 6_000_00), min_amount=6_000_01) is None
