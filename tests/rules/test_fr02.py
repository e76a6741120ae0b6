"""FR02: a draw that drains to strangers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.examples import drawn, sample
from rules.fr02_draw_and_drain import RULE
from rules.margins import DAY, HOUR, MINUTE
from rules.rule import Action
from tests.rules.asking import STEADY, action, around, finding, yuan


@STEADY
@given(
    draw=yuan(1_000).filter(bool),
    percent=around(80, most=200),
    age_ms=around(2 * HOUR, most=9 * HOUR),
    new_payee=st.booleans(),
    own=st.booleans(),
)
def test_it_does_what_the_specification_says(draw: int, percent: int, age_ms: int, new_payee: bool, own: bool) -> None:
    gone = draw * percent // 100
    facts = drawn(draw, gone, age_ms=age_ms) | {"first_time_payee": new_payee, "own_account": own}
    drained = 100 * gone >= 80 * draw and age_ms <= 2 * HOUR and draw >= 1_000_00
    assert action(RULE, facts) == (Action.HOLD if drained and new_payee and not own else None)


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (drawn(10_000_00, 8_000_00), 0.0),
        (drawn(10_000_00, 7_200_00), -0.1),
        (drawn(10_000_00, 8_800_00), 0.1),
        (drawn(10_000_00, 10_000_00, age_ms=108 * MINUTE), 0.1),
        (drawn(10_000_00, 10_000_00, age_ms=132 * MINUTE), -0.1),
        (drawn(900_00, 900_00), -0.1),
    ],
)
def test_its_margin_is_the_distance_to_the_nearest_threshold(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


@STEADY
@given(yuan(1_000).filter(bool), yuan(1_000), yuan(1))
def test_more_money_to_strangers_never_lowers_the_margin(draw: int, gone: int, more: int) -> None:
    lower, higher = (finding(RULE, drawn(draw, amount)).margin for amount in (gone, gone + more))
    assert lower <= higher


SIGNS: list[tuple[dict[str, Any], str]] = [
    ({}, "none"),
    (drawn(10_000_00, 9_000_00, line_idle_ms=90 * DAY), "line long unused"),
    (drawn(10_000_00, 9_000_00, line_idle_ms=90 * DAY - 1), "none"),
    ({"age_years": 60}, "older customer"),
    ({"age_years": 59}, "none"),
    ({"age_years": None}, "none"),
    ({"student": True}, "student"),
    ({"in_call": True}, "on a call"),
    ({"screen_shared": True}, "screen shared"),
    ({"payee_account_age_days": 89}, "young payee account"),
    ({"payee_account_age_days": 90}, "none"),
    ({"payee_account_age_days": None}, "none"),
    ({"in_call": True, "screen_shared": True}, "on a call, screen shared"),
]


@pytest.mark.parametrize(("facts", "signs"), SIGNS)
def test_what_makes_it_worse_is_shown(facts: dict[str, Any], signs: str) -> None:
    assert finding(RULE, drawn(10_000_00, 9_000_00) | facts).figures["signs"] == signs


def test_with_fewer_signs_than_asked_for_it_challenges() -> None:
    facts = drawn(10_000_00, 9_000_00) | {"in_call": True}
    assert action(RULE, facts, hold_from_signs=1) is Action.HOLD
    assert action(RULE, facts, hold_from_signs=2) is Action.CHALLENGE


@pytest.mark.parametrize("facts", [{}, {"first_time_payee": True}, drawn(0, 0)])
def test_without_a_draw_it_has_nothing_to_say(facts: dict[str, Any]) -> None:
    assert RULE.evaluate(sample(facts), RULE.defaults) is None


def test_it_shows_the_figures_it_used_and_what_is_at_stake() -> None:
    found = finding(RULE, drawn(10_000_00, 9_000_00, age_ms=59 * MINUTE + 1))
    assert found.figures == {
        "draw": 10_000_00,
        "to_new_payees": 9_000_00,
        "share": 0.9,
        "minutes": 59,
        "signs": "none",
    }
    assert (found.subject, found.amount, found.event_ids) == ("payee-1", 9_000_00, ("draw-1", "event-1"))


def test_its_thresholds_are_parameters() -> None:
    facts = drawn(10_000_00, 9_000_00, age_ms=90 * MINUTE, line_idle_ms=100 * DAY)
    facts |= {"age_years": 62, "payee_account_age_days": 50}
    assert action(RULE, facts, min_share=0.91) is None
    assert action(RULE, facts, window_hours=1) is None
    assert action(RULE, facts, min_draw=10_000_01) is None
    for name, value in (("idle_days", 101), ("older_from", 63), ("young_payee_days", 50)):
        assert str(finding(RULE, facts, **{name: value}).figures["signs"]).count(",") == 1
