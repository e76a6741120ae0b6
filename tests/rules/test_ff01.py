"""FF01: loan money that reaches a forbidden use."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.examples import sample
from rules.fact_values import Destination, Flow
from rules.ff01_forbidden_use import RULE
from rules.rule import Action, Scope
from rules.uses import ALERT_ONLY, FORBIDDEN
from tests.rules.asking import STEADY, action, finding, yuan

OTHER = ("INSURANCE_INVEST", "OWN_BUSINESS", "SELF_OFFUS", "CASH", "CONSUMPTION", "UNKNOWN")


def paid(
    use: str = "SECURITIES", confidence: float = 0.95, certain: int = 0, possible: int = 0, *, provisional: bool = False
) -> dict[str, Any]:
    flow = Flow(certain=certain, possible=max(certain, possible), point=certain, provisional=provisional)
    return {"amount": 200_000_00, "destination": Destination(use, confidence), "flow": flow, "own_flow": flow}


def specified(facts: dict[str, Any]) -> Action | None:
    """The issue's words, step by step."""
    use, flow = facts["destination"], facts["flow"]
    if not facts["outgoing"] or use.name in OTHER or use.confidence < 0.5:
        return None
    if flow.certain >= 1_000_00:
        stop = use.name not in ALERT_ONLY and use.confidence >= 0.9 and not facts["account_resync"]
        return Action.BLOCK if stop else Action.ALERT
    return Action.ALERT if flow.possible >= 5_000_00 and not flow.provisional else None


@STEADY
@given(
    use=st.sampled_from(FORBIDDEN + ALERT_ONLY + OTHER),
    confidence=st.sampled_from((0.0, 0.3, 0.49, 0.5, 0.51, 0.8, 0.89, 0.9, 0.95, 0.99)),
    amounts=st.tuples(yuan(1_000, 5_000), yuan(1_000, 5_000)).map(sorted),
    provisional=st.booleans(),
    resync=st.booleans(),
    outgoing=st.booleans(),
)
def test_it_does_what_the_specification_says(
    use: str, confidence: float, amounts: list[int], provisional: bool, resync: bool, outgoing: bool
) -> None:
    facts = paid(use, confidence, *amounts, provisional=provisional) | {"account_resync": resync, "outgoing": outgoing}
    assert action(RULE, facts) == specified(facts)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (paid(confidence=0.9, certain=1_000_00), Action.BLOCK),
        (paid(confidence=0.9, certain=999_99), None),
        (paid(confidence=0.89, certain=1_000_00), Action.ALERT),
        (paid(confidence=0.9, possible=5_000_00), Action.ALERT),
        (paid(confidence=0.9, possible=4_999_99), None),
        (paid(confidence=0.5, certain=1_000_00), Action.ALERT),
        (paid(confidence=0.49, certain=1_000_00), None),
    ],
)
def test_a_threshold_is_met_by_reaching_it(facts: dict[str, Any], expected: Action | None) -> None:
    assert action(RULE, facts) == expected


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (paid(certain=1_000_00), 0.0),
        (paid(certain=900_00), -0.1),
        (paid(certain=1_500_00), 0.5),
        (paid(possible=4_000_00), -0.2),
        (paid(possible=6_000_00), 0.2),
        (paid(certain=1_200_00, possible=5_500_00), 0.2),
        (paid(possible=6_000_00, provisional=True), -1.0),
        (paid(confidence=0.4, certain=9_000_00), -0.2),
        (paid(confidence=0.55, certain=9_000_00), 0.1),
    ],
)
def test_its_margin_is_the_distance_to_the_nearest_threshold(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


@STEADY
@given(low=yuan(1_000, 5_000), more=yuan(1, 1_000), provisional=st.booleans())
def test_more_loan_money_never_lowers_the_margin(low: int, more: int, provisional: bool) -> None:
    for certain in (True, False):
        lower, higher = (
            paid(certain=amount + 1 if certain else 0, possible=amount + 1, provisional=provisional)
            for amount in (low, low + more)
        )
        assert finding(RULE, lower).margin <= finding(RULE, higher).margin


def test_a_payment_without_any_loan_money_is_not_its_business() -> None:
    assert RULE.evaluate(sample(paid()), RULE.defaults) is None


def test_other_people_s_loan_money_is_not_its_business() -> None:
    others = {"own_flow": Flow(0, 0, 0), "foreign_flow": Flow(50_000_00, 60_000_00, 55_000_00)}
    assert RULE.evaluate(sample(paid(certain=50_000_00, possible=60_000_00) | others), RULE.defaults) is None


def test_one_cent_of_possible_loan_money_is_a_far_miss() -> None:
    assert finding(RULE, paid(possible=1)).margin == pytest.approx(-1, abs=1e-4)


def test_it_shows_the_figures_it_used_and_what_is_at_stake() -> None:
    block = finding(RULE, paid(certain=2_000_00, possible=3_000_00) | {"account_resync": False})
    assert block.figures == {
        "amount": 200_000_00,
        "certain": 2_000_00,
        "possible": 3_000_00,
        "destination": "SECURITIES",
        "confidence": 0.95,
        "provisional": False,
        "gap": False,
    }
    assert (block.subject, block.amount, block.event_ids) == ("payee-1", 2_000_00, ("event-1",))
    assert finding(RULE, paid("OTHER_LENDER", certain=2_000_00, possible=3_000_00)).amount == 3_000_00


def test_a_posting_arms_a_block_of_the_next_draw_not_of_daily_life() -> None:
    assert [arming.scope for arming in RULE.arming] == [Scope.NEXT_DRAW]
    assert "transfer.posting" in RULE.events


def test_its_thresholds_are_parameters() -> None:
    facts = paid(certain=2_000_00)
    assert action(RULE, facts, min_certain=2_000_01, min_possible=9_000_00) is None
    assert action(RULE, facts, block_confidence=0.96) is Action.ALERT
    assert action(RULE, paid(possible=2_000_00), min_possible=2_000_00) is Action.ALERT
    assert action(RULE, paid(confidence=0.4, certain=2_000_00), min_confidence=0.4) is Action.ALERT
