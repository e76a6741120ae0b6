"""CO13: loan money goes round and comes home."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.co13_ring import RULE
from rules.examples import home_again, sample
from rules.margins import DAY
from rules.rule import Action, Scope
from tests.rules.asking import STEADY, action, around, finding, yuan


@STEADY
@given(
    sent=yuan(5_000, 10_000).filter(lambda amount: amount >= 100),
    percents=st.tuples(around(70, most=120), around(70, most=120)).map(sorted),
    hops=st.integers(1, 5),
    age_ms=around(180 * DAY, most=200 * DAY),
)
def test_it_does_what_the_specification_says(sent: int, percents: list[int], hops: int, age_ms: int) -> None:
    certain, possible = (sent * percent // 100 for percent in percents)
    facts = home_again(sent, certain, possible, hops=hops, age_ms=age_ms)
    fires = 100 * possible >= 70 * sent and possible >= 3_000_00 and 2 <= hops <= 4 and age_ms <= 180 * DAY
    blocks = 100 * certain >= 70 * sent and certain >= 5_000_00
    assert action(RULE, facts) == ((Action.BLOCK if blocks else Action.ALERT) if fires else None)


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (home_again(10_000_00, 0, 7_000_00), 0.0),
        (home_again(10_000_00, 0, 6_300_00), -0.1),
        (home_again(3_000_00, 0, 2_700_00), -0.1),
        (home_again(10_000_00, 0, 10_000_00, hops=1), -0.5),
        (home_again(10_000_00, 0, 10_000_00, hops=5), -0.25),
        (home_again(10_000_00, 0, 10_000_00, age_ms=198 * DAY), -0.1),
    ],
)
def test_its_margin_is_the_distance_to_the_nearest_threshold(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


def test_what_came_home_before_counts_by_estimate_and_of_this_credit_what_is_possible() -> None:
    facts = home_again(20_000_00, 2_000_00, 9_000_00, returned=8_000_00, returned_certain=3_000_00)
    found = finding(RULE, facts)
    assert (found.figures["returned"], found.figures["certain"]) == (15_000_00, 3_000_00)
    assert (found.action, found.amount) == (Action.ALERT, 15_000_00)


def test_the_certain_part_of_several_credits_blocks() -> None:
    facts = home_again(20_000_00, 5_000_00, 6_000_00, returned=15_000_00, returned_certain=14_000_00)
    found = finding(RULE, facts)
    assert (found.action, found.amount) == (Action.BLOCK, 14_000_00)


def test_the_least_certain_amount_blocks_and_one_cent_less_does_not() -> None:
    assert action(RULE, home_again(6_000_00, 5_000_00, 5_000_00)) is Action.BLOCK
    assert action(RULE, home_again(6_000_00, 4_999_99, 5_000_00)) is Action.ALERT


@pytest.mark.parametrize("facts", [{}, home_again(0, 5_000_00, 5_000_00)])
def test_where_nothing_was_sent_it_has_nothing_to_say(facts: dict[str, Any]) -> None:
    assert RULE.evaluate(sample(facts), RULE.defaults) is None


def test_it_shows_the_figures_it_used_and_what_is_at_stake() -> None:
    found = finding(RULE, home_again(10_000_00, 8_000_00, 9_000_00, hops=2, age_ms=3 * DAY + 1))
    assert found.figures == {
        "sent": 10_000_00,
        "returned": 9_000_00,
        "certain": 8_000_00,
        "share": 0.9,
        "hops": 2,
        "via": "own-1 > helper-1",
        "days": 3,
    }
    assert (found.subject, found.amount, found.event_ids) == ("draw-1", 8_000_00, ("event-1",))


def test_it_arms_a_block_of_the_next_draw() -> None:
    assert [arming.scope for arming in RULE.arming] == [Scope.NEXT_DRAW]


def test_its_thresholds_are_parameters() -> None:
    facts = home_again(10_000_00, 8_000_00, 8_000_00, hops=3)
    assert action(RULE, facts, min_share=0.81) is None
    assert action(RULE, facts, min_returned=8_000_01) is None
    assert action(RULE, facts, min_certain=8_000_01) is Action.ALERT
    assert action(RULE, facts, min_hops=4) is None
    assert action(RULE, facts, max_hops=2) is None
    assert action(RULE, facts, max_age_days=1) is None
