"""FF05: loan money trickles away in parts too small to be followed."""

from typing import Any

import pytest
from hypothesis import given

from rules.examples import sample, trickled
from rules.ff05_dust import RULE
from rules.rule import Action
from tests.rules.asking import STEADY, action, around, finding


@STEADY
@given(possible=around(1_000_00, most=5_000_00))
def test_it_does_what_the_specification_says(possible: int) -> None:
    assert action(RULE, trickled(20, possible // 2, possible)) == (Action.ALERT if possible > 1_000_00 else None)


@pytest.mark.parametrize("most", [300_00, 1_000_00, 20_000_00])
def test_what_may_trickle_away_may_be_reached_but_not_passed(most: int) -> None:
    assert action(RULE, trickled(20, 0, most), max_possible=most) is None
    assert action(RULE, trickled(20, 0, most + 1), max_possible=most) is Action.ALERT


@pytest.mark.parametrize(("possible", "margin"), [(1_000_01, 0.0), (900_01, -0.1), (1_500_01, 0.5)])
def test_its_margin_is_the_distance_to_the_first_sum_that_is_too_much(possible: int, margin: float) -> None:
    assert finding(RULE, trickled(12, 0, possible)).margin == pytest.approx(margin, abs=1e-5)


@pytest.mark.parametrize("facts", [{}, {"event": "fund_flow.dust"}])
def test_of_other_events_it_has_nothing_to_say(facts: dict[str, Any]) -> None:
    assert RULE.evaluate(sample(facts), RULE.defaults) is None


def test_it_shows_the_figures_it_used_and_is_about_the_draw() -> None:
    found = finding(RULE, trickled(14, 300_00, 1_200_00))
    assert found.figures == {"certain": 300_00, "possible": 1_200_00, "payments": 14}
    assert (found.subject, found.amount, found.event_ids) == ("draw-1", 1_200_00, ("event-1",))
