"""CO21: the forbidden purchase first, then the loan."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.co21_reimbursed_in_advance import RULE
from rules.examples import drawn_after, sample
from rules.margins import DAY, HOUR
from rules.rule import Action
from tests.rules.asking import STEADY, action, around, finding, yuan

SPENT = st.tuples(yuan(2_500, 5_000).filter(bool), around(7 * DAY, most=20 * DAY))


@STEADY
@given(draw=yuan(4_000, 8_000, 16_000).filter(bool), spent=st.lists(SPENT, min_size=1, max_size=4))
def test_it_does_what_the_specification_says(draw: int, spent: list[tuple[int, int]]) -> None:
    spent = sorted(spent, key=lambda one: one[1])
    recent = sum(amount for amount, age in spent if age <= 7 * DAY)
    fires = recent >= 5_000_00 and 100 * draw >= 80 * recent and 100 * recent >= 30 * draw
    assert action(RULE, drawn_after(draw, *spent)) == (Action.ALERT if fires else None)


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (drawn_after(8_000_00, (10_000_00, DAY)), 0.0),
        (drawn_after(7_200_00, (10_000_00, DAY)), -0.1),
        (drawn_after(4_500_00, (4_500_00, DAY)), -0.1),
        (drawn_after(100_000_00, (27_000_00, DAY)), -0.1),
        (drawn_after(20_000_00, (20_000_00, 14 * DAY)), -1.0),
        (drawn_after(12_000_00, (12_000_00, 7 * DAY)), 0.0),
    ],
)
def test_its_margin_is_the_distance_to_the_nearest_threshold(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


@pytest.mark.parametrize("facts", [{}, drawn_after(50_000_00), drawn_after(50_000_00, (0, DAY))])
def test_without_a_forbidden_purchase_it_has_nothing_to_say(facts: dict[str, Any]) -> None:
    assert RULE.evaluate(sample(facts), RULE.defaults) is None


@pytest.mark.parametrize("facts", [{"currency": "USD"}, {"amount": 0}])
def test_a_draw_that_cannot_be_compared_is_not_its_business(facts: dict[str, Any]) -> None:
    assert RULE.evaluate(sample(drawn_after(50_000_00, (50_000_00, DAY)) | facts), RULE.defaults) is None


def test_it_shows_what_was_spent_in_time_and_what_is_at_stake() -> None:
    spent = ((6_000_00, 5 * HOUR), (4_000_00, 7 * DAY), (90_000_00, 8 * DAY))
    found = finding(RULE, drawn_after(9_000_00, *spent))
    assert found.figures == {"draw": 9_000_00, "spent": 10_000_00, "share": 0.9, "days": 7, "hours": 5}
    assert (found.subject, found.amount) == ("draw after forbidden use", 9_000_00)
    assert found.event_ids == ("spent-1", "spent-2", "event-1")
    assert finding(RULE, drawn_after(20_000_00, *spent)).amount == 10_000_00


def test_its_thresholds_are_parameters() -> None:
    facts = drawn_after(10_000_00, (8_000_00, 2 * DAY))
    assert action(RULE, facts, min_share=1.3) is None
    assert action(RULE, facts, min_part=0.81) is None
    assert action(RULE, facts, min_spent=8_000_01) is None
    assert action(RULE, facts, window_days=1) is None
