"""FF02: loan money that reaches a forbidden use through other people's accounts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.examples import sample, used
from rules.fact_values import Amounts, Destination, Flow, Route
from rules.ff02_forbidden_use_through_others import RULE
from rules.rule import Action, Scope
from rules.texts import render
from rules.uses import ALERT_ONLY, FORBIDDEN
from tests.rules.asking import STEADY, action, finding, yuan

OTHER = ("INSURANCE_INVEST", "OWN_BUSINESS", "SELF_OFFUS", "CASH", "CONSUMPTION", "UNKNOWN")
CONFIDENCES = (0.0, 0.3, 0.49, 0.5, 0.51, 0.8, 0.89, 0.9, 0.95, 0.99)
PAIRS = st.tuples(yuan(1_000, 5_000), yuan(1_000, 5_000)).map(sorted)


def flow(pair: list[int] | tuple[int, int], *, provisional: bool = False) -> Flow:
    return Flow(pair[0], max(pair), pair[0], provisional=provisional)


def paid(
    use: str = "SECURITIES",
    confidence: float = 0.95,
    others: tuple[int, int] = (0, 0),
    own: tuple[int, int] = (0, 0),
    both: tuple[int, int] | None = None,
    *,
    provisional: bool = False,
) -> dict[str, Any]:
    """A payment; `both` is what is known of all loan money together, by default the sums."""
    union = (others[0] + own[0], others[1] + own[1]) if both is None else both
    return {
        "amount": 200_000_00,
        "destination": Destination(use, confidence),
        "flow": flow(union, provisional=provisional),
        "own_flow": flow(own, provisional=provisional),
        "foreign_flow": flow(others, provisional=provisional),
        "foreign_route": Route(3, ("a-1", "b-1", "c-1")),
    }


# a payment


def specified(facts: dict[str, Any]) -> Action | None:
    """The issue's words, step by step."""
    use, own, others, both = facts["destination"], facts["own_flow"], facts["foreign_flow"], facts["flow"]
    if not facts["outgoing"] or use.name in OTHER or use.confidence < 0.5 or not others.possible:
        return None
    certain_apart = own.certain >= 1_000_00 or others.certain >= 1_000_00
    money = both if both.certain >= 1_000_00 and not certain_apart else others
    if money.certain >= 1_000_00:
        stop = use.name not in ALERT_ONLY and use.confidence >= 0.9 and not facts["account_resync"]
        return Action.BLOCK if stop else Action.ALERT
    return Action.ALERT if money.possible >= 5_000_00 and not money.provisional else None


@STEADY
@given(
    use=st.sampled_from(FORBIDDEN + ALERT_ONLY + OTHER),
    confidence=st.sampled_from(CONFIDENCES),
    others=PAIRS,
    own=PAIRS,
    more=yuan(1_000),
    provisional=st.booleans(),
    resync=st.booleans(),
    outgoing=st.booleans(),
)
def test_it_weighs_a_payment_as_the_specification_says(
    use: str,
    confidence: float,
    others: list[int],
    own: list[int],
    more: int,
    provisional: bool,
    resync: bool,
    outgoing: bool,
) -> None:
    least = others[0] + own[0] + more
    both = (least, max(least, others[1] + own[1]))
    facts = paid(use, confidence, (others[0], others[1]), (own[0], own[1]), both, provisional=provisional)
    facts |= {"account_resync": resync, "outgoing": outgoing}
    assert action(RULE, facts) == specified(facts)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (paid(confidence=0.9, others=(1_000_00, 1_000_00)), Action.BLOCK),
        (paid(confidence=0.9, others=(999_99, 4_999_99)), None),
        (paid(confidence=0.89, others=(1_000_00, 1_000_00)), Action.ALERT),
        (paid(confidence=0.9, others=(0, 5_000_00)), Action.ALERT),
        (paid(confidence=0.5, others=(1_000_00, 1_000_00)), Action.ALERT),
        (paid(confidence=0.49, others=(1_000_00, 1_000_00)), None),
        (paid("OTHER_LENDER", 0.99, (50_000_00, 50_000_00)), Action.ALERT),
        (paid(own=(50_000_00, 50_000_00)), None),
    ],
)
def test_a_threshold_is_met_by_reaching_it(facts: dict[str, Any], expected: Action | None) -> None:
    assert action(RULE, facts) == expected


def test_own_and_other_people_s_money_count_together_where_they_cannot_be_told_apart() -> None:
    mixed = paid(others=(0, 50_000_00), own=(0, 50_000_00), both=(50_000_00, 50_000_00))
    found = finding(RULE, mixed)
    assert found.action is Action.BLOCK
    assert (found.figures["certain"], found.figures["whose"]) == (50_000_00, "MIXED_LOANS")
    assert "yours and other people's" in _told(mixed)


@pytest.mark.parametrize(("certain", "expected"), [(1_000_00, Action.BLOCK), (999_99, None)])
def test_together_they_reach_the_threshold_as_either_would(certain: int, expected: Action | None) -> None:
    facts = paid(others=(0, 2_000_00), own=(0, 2_000_00), both=(certain, 4_000_00))
    assert action(RULE, facts) == expected


def test_they_do_not_count_together_where_either_is_enough_by_itself() -> None:
    facts = paid(others=(0, 100_00), own=(50_000_00, 50_000_00), both=(50_000_00, 50_100_00))
    assert finding(RULE, facts).figures["possible"] == 100_00
    assert finding(RULE, paid(others=(1_000_00, 1_000_00), own=(1, 1))).figures["certain"] == 1_000_00


@STEADY
@given(st.integers(0, 999_99), yuan(5_000), yuan(5_000), st.sampled_from(FORBIDDEN))
def test_a_payment_with_less_certain_loan_money_of_all_kinds_is_never_blocked(
    certain: int, others: int, own: int, use: str
) -> None:
    facts = paid(use, 0.99, (certain, certain + others), (certain, certain + own), (certain, certain + others + own))
    assert action(RULE, facts) in {None, Action.ALERT}


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (paid(others=(1_000_00, 1_000_00)), 0.0),
        (paid(others=(900_00, 900_00)), -0.1),
        (paid(others=(0, 4_000_00)), -0.2),
        (paid(others=(0, 6_000_00), provisional=True), -1.0),
        (paid(confidence=0.4, others=(9_000_00, 9_000_00)), -0.2),
        (paid(others=(0, 3_000_00), own=(0, 3_500_00), both=(1_500_00, 6_500_00)), 0.5),
    ],
)
def test_its_margin_is_the_distance_to_the_nearest_threshold(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


def test_it_shows_the_figures_it_used_and_the_way_but_tells_the_payer_no_name() -> None:
    facts = paid(confidence=0.95, others=(2_000_00, 3_000_00))
    found = finding(RULE, facts)
    assert found.figures == {
        "certain": 2_000_00,
        "possible": 3_000_00,
        "destination": "SECURITIES",
        "confidence": 0.95,
        "provisional": False,
        "gap": False,
        "whose": "OTHERS_LOAN",
        "doubtful": 0,
        "way": "a-1 > b-1 > c-1 (hops: 3)",
    }
    assert (found.subject, found.amount, found.event_ids) == ("payee-1", 2_000_00, ("event-1",))
    assert "a-1" not in _told(facts)


def _told(facts: dict[str, Any]) -> str:
    figures = finding(RULE, facts).figures
    return render(RULE.customer.en, figures) + render(RULE.customer.zh, figures)


def test_an_unsure_class_is_shown_as_doubtful_and_an_unknown_way_as_unknown() -> None:
    found = finding(RULE, paid(confidence=0.89, others=(2_000_00, 3_000_00)) | {"foreign_route": None})
    assert (found.figures["doubtful"], found.figures["way"], found.amount) == (3_000_00, "unknown", 3_000_00)
    assert finding(RULE, paid(confidence=0.9, others=(2_000_00, 3_000_00))).figures["doubtful"] == 0


# the ledger of a loan


def spent(rows: dict[str, Amounts | int], **more: Any) -> dict[str, Any]:
    return used({}, through_others=rows, **more)


AMOUNTS = st.tuples(yuan(500, 1_000), yuan(500, 1_000), yuan(500, 1_000)).map(lambda three: Amounts(*sorted(three)))
ROWS = st.dictionaries(st.sampled_from((*FORBIDDEN[:3], *ALERT_ONLY, "CONSUMPTION")), AMOUNTS, max_size=4)


@STEADY
@given(rows=ROWS, doubts=st.dictionaries(st.sampled_from(FORBIDDEN[:3]), st.integers(0, 100), max_size=3))
def test_it_weighs_a_ledger_as_the_specification_says(rows: dict[str, Amounts], doubts: dict[str, int]) -> None:
    doubtful = {
        name: Amounts(*(part * percent // 100 for part in rows[name]))
        for name, percent in doubts.items()
        if name in rows
    }
    certain = sum(row.certain for name, row in rows.items() if name in FORBIDDEN + ALERT_ONLY)
    possible = sum(row.possible for name, row in rows.items() if name in FORBIDDEN + ALERT_ONLY)
    sure = sum(row.certain for name, row in rows.items() if name in FORBIDDEN)
    sure -= sum(row.certain for row in doubtful.values())
    expected = Action.ALERT if certain >= 1_000_00 or possible >= 5_000_00 else None
    facts = spent(dict(rows), principal=9_000_000_00, doubtful=doubtful)
    assert action(RULE, facts) == (Action.BLOCK if sure >= 1_000_00 else expected)


def test_paths_and_classes_are_summed_so_that_splitting_does_not_help() -> None:
    found = finding(RULE, spent({"CRYPTO": 400_00, "SECURITIES": 600_00}))
    assert (found.action, found.margin) == (Action.BLOCK, 0.0)
    assert found.figures["destination"] == "SECURITIES"


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (spent({"CRYPTO": 900_00}), -0.1),
        (spent({"CRYPTO": Amounts(0, 4_500_00, 0)}), -0.1),
        (spent({"CRYPTO": Amounts(1_200_00, 5_500_00, 1_200_00)}), 0.2),
        (spent({"CRYPTO": 500_00, "OTHER_LENDER": 1_000_00}), 0.5),
    ],
)
def test_the_margin_of_a_ledger_is_the_better_of_certain_and_possible(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


def test_what_the_borrower_spent_himself_is_not_its_business() -> None:
    assert RULE.evaluate(sample(used({"SECURITIES": 90_000_00})), RULE.defaults) is None
    assert RULE.evaluate(sample(spent({"CONSUMPTION": 90_000_00})), RULE.defaults) is None


def test_more_than_the_loan_cannot_have_been_spent() -> None:
    found = finding(
        RULE, spent({"CRYPTO": Amounts(0, 8_000_00, 0), "METAL": Amounts(0, 8_000_00, 0)}, principal=9_000_00)
    )
    assert (found.figures["possible"], found.amount) == (9_000_00, 9_000_00)


def test_what_is_certain_is_at_most_the_loan_too() -> None:
    """It may be more for seconds: spent, come back and spent again before word of the return is home."""
    facts = spent({"CRYPTO": Amounts(12_000_00, 12_000_00, 12_000_00)}, principal=10_000_00)
    found = finding(RULE, facts)
    assert (found.figures["certain"], found.amount, found.action) == (10_000_00, 10_000_00, Action.BLOCK)


def test_what_is_possible_and_what_is_doubtful_are_at_most_the_loan() -> None:
    facts = spent(
        {"CRYPTO": Amounts(0, 90_000_00, 0)}, principal=10_000_00, doubtful={"CRYPTO": Amounts(0, 80_000_00, 0)}
    )
    figures = finding(RULE, facts).figures
    assert (figures["possible"], figures["doubtful"]) == (10_000_00, 10_000_00)


def test_a_ledger_is_told_with_its_loan_and_what_is_doubtful_of_it() -> None:
    facts = spent(
        {"CRYPTO": Amounts(30_000_00, 32_000_00, 31_000_00)}, doubtful={"CRYPTO": Amounts(5_000_00, 6_000_00, 5_000_00)}
    )
    found = finding(RULE, facts)
    assert found.figures == {
        "certain": 25_000_00,
        "possible": 26_000_00,
        "destination": "CRYPTO",
        "doubtful": 6_000_00,
        "whose": "OWN_LOAN",
        "way": "all paths of loan-1",
    }
    assert (found.subject, found.amount, found.event_ids) == ("loan-1", 25_000_00, ("loan:loan-1",))
    assert "your own loan money" in _told(facts)


def test_once_the_money_has_moved_it_arms_a_block_of_the_next_draw() -> None:
    assert [arming.scope for arming in RULE.arming] == [Scope.NEXT_DRAW]
    assert {"transfer.posting", "loan.use"} < set(RULE.events)


def test_its_thresholds_are_parameters() -> None:
    facts = paid(others=(2_000_00, 2_000_00))
    assert action(RULE, facts, min_certain=2_000_01, min_possible=9_000_00) is None
    assert action(RULE, facts, block_confidence=0.96) is Action.ALERT
    assert action(RULE, paid(others=(0, 2_000_00)), min_possible=2_000_00) is Action.ALERT
    assert action(RULE, paid(confidence=0.4, others=(2_000_00, 2_000_00)), min_confidence=0.4) is Action.ALERT
    assert action(RULE, spent({"CRYPTO": 2_000_00}), min_certain=2_000_01) is None
    assert action(RULE, spent({"CRYPTO": 2_000_00}), min_certain=2_000_01, min_possible=2_000_00) is Action.ALERT
