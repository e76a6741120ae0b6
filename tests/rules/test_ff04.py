"""FF04: nobody knows what most of the loan was for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.examples import sample, used
from rules.fact_values import Amounts
from rules.ff04_use_unknown import RULE
from rules.margins import DAY
from rules.rule import Action
from tests.rules.asking import STEADY, action, around, finding, yuan


@STEADY
@given(
    parts=st.tuples(yuan(1_000, 5_000), yuan(1_000, 5_000), yuan(1_000, 5_000)),
    spent=yuan(5_000, 10_000),
    age_ms=around(30 * DAY, most=90 * DAY),
)
def test_it_does_what_the_specification_says(parts: tuple[int, int, int], spent: int, age_ms: int) -> None:
    rows = dict(zip(("UNKNOWN", "TRAIL_ENDED", "CASH"), parts, strict=True)) | {"CONSUMPTION": spent}
    principal = 2_000_00 + sum(parts) + spent
    facts = used(dict(rows), principal=principal, age_ms=age_ms)
    expected = 2 * sum(parts) >= principal and sum(parts) >= 5_000_00 and age_ms >= 30 * DAY
    assert action(RULE, facts) == (Action.ALERT if expected else None)


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (used({"UNKNOWN": 50_000_00}), 0.0),
        (used({"UNKNOWN": 45_000_00}), -0.1),
        (used({"UNKNOWN": 90_000_00}, age_ms=27 * DAY), -0.1),
        (used({"UNKNOWN": 90_000_00}, age_ms=33 * DAY), 0.1),
        (used({"CASH": 4_500_00}, principal=5_000_00), -0.1),
        (used({}), -1.0),
    ],
)
def test_its_margin_is_the_distance_to_the_nearest_threshold(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


def test_the_point_estimate_counts_and_what_others_spent_too() -> None:
    estimated = Amounts(0, 90_000_00, 60_000_00)
    assert action(RULE, used({}, through_others={"UNKNOWN": estimated})) is Action.ALERT
    assert action(RULE, used({"UNKNOWN": Amounts(0, 90_000_00, 40_000_00)})) is None


@pytest.mark.parametrize("facts", [{}, used({}, principal=0)])
def test_without_a_loan_it_has_nothing_to_say(facts: dict[str, Any]) -> None:
    assert RULE.evaluate(sample(facts), RULE.defaults) is None


def test_it_shows_each_row_and_what_is_at_stake() -> None:
    found = finding(RULE, used({"UNKNOWN": 30_000_00, "TRAIL_ENDED": 20_000_00, "CASH": 10_000_00}))
    assert found.figures == {
        "principal": 100_000_00,
        "together": 60_000_00,
        "share": 0.6,
        "days": 40,
        "unknown": 30_000_00,
        "trail_ended": 20_000_00,
        "cash": 10_000_00,
        "loan": "loan-1",
    }
    assert (found.subject, found.amount, found.event_ids) == ("loan-1", 60_000_00, ("loan:loan-1",))


def test_its_thresholds_are_parameters() -> None:
    facts = used({"UNKNOWN": 60_000_00})
    assert action(RULE, facts, min_share=0.61) is None
    assert action(RULE, facts, min_amount=60_000_01) is None
    assert action(RULE, facts, after_days=41) is None
