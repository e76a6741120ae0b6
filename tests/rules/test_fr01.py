"""FR01: somebody else may be using the account."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.examples import sample, transfer
from rules.fact_values import Flow
from rules.fr01_takeover import RULE
from rules.margins import HOUR
from rules.rule import Action
from tests.rules.asking import STEADY, action, around, finding, yuan

AGES = st.none() | around(24 * HOUR, most=100 * HOUR)


@STEADY
@given(
    amount=yuan(5_000, 15_000),
    usual=st.sampled_from((0, 1_666_66, 1_666_67, 5_000_00)),
    device=AGES,
    credential=AGES,
    new_payee=st.booleans(),
    currency=st.sampled_from(("CNY", "USD")),
    hold=st.booleans(),
    loan=st.sampled_from((0, 0, 2_000_00, 20_000_00)),
    led=st.sampled_from(({}, {}, {"in_call": True}, {"screen_shared": True})),
    strict=st.tuples(st.booleans(), st.booleans()),
)
def test_it_does_what_the_specification_says(
    amount: int,
    usual: int,
    device: int | None,
    credential: int | None,
    new_payee: bool,
    currency: str,
    hold: bool,
    loan: int,
    led: dict[str, bool],
    strict: tuple[bool, bool],
) -> None:
    loan_is_large, unknown_is_large = strict
    loan = min(loan, amount)
    fresh = any(age is not None and age <= 24 * HOUR for age in (device, credential))
    own = amount if fresh or led or loan_is_large else amount - loan
    large = currency == "CNY" and own >= 5_000_00 and own >= 3 * usual and bool(fresh or usual or unknown_is_large)
    stop = Action.HOLD if hold or not usual else Action.BLOCK
    expected = {3: stop, 2: Action.CHALLENGE}.get(fresh + new_payee + large)
    facts = transfer(
        amount,
        amount_p95_90d=usual,
        new_device_age_ms=device,
        credential_reset_age_ms=credential,
        first_time_payee=new_payee,
        currency=currency,
        own_flow=Flow(certain=0, possible=loan, point=loan),
        **led,
    )
    switches = {"hold_instead": hold, "loan_is_large": loan_is_large, "unknown_is_large": unknown_is_large}
    assert action(RULE, facts, **switches) == expected


@pytest.mark.parametrize(
    ("facts", "margin"),
    [
        (transfer(6_000_00), 0.0),
        (transfer(5_400_00), -0.1),
        (transfer(9_000_00, new_device_age_ms=12 * HOUR), 0.5),
        (transfer(6_600_00, new_device_age_ms=18 * HOUR), 0.25),
        (transfer(6_600_00, new_device_age_ms=6 * HOUR), 0.75),
        (transfer(100_00, credential_reset_age_ms=30 * HOUR), -0.25),
        (transfer(6_600_00, first_time_payee=False, credential_reset_age_ms=42 * HOUR), -0.75),
        (transfer(0), -1.0),
    ],
)
def test_its_margin_is_that_of_the_second_strongest_sign(facts: dict[str, Any], margin: float) -> None:
    assert finding(RULE, facts).margin == pytest.approx(margin)


@STEADY
@given(yuan(5_000), yuan(1), around(24 * HOUR, most=47 * HOUR))
def test_a_larger_amount_never_lowers_the_margin(amount: int, more: int, device: int) -> None:
    for new_payee in (True, False):
        lower, higher = (
            finding(RULE, transfer(a, first_time_payee=new_payee, new_device_age_ms=device)).margin
            for a in (amount, amount + more)
        )
        assert lower <= higher


@pytest.mark.parametrize(
    "facts",
    [
        transfer(9_000_00, own_account=True),
        transfer(9_000_00, first_time_payee=False),
        transfer(9_000_00, first_time_payee=False, new_device_age_ms=48 * HOUR),
    ],
)
def test_it_has_nothing_to_say_of_the_own_account_or_where_one_sign_is_all_there_can_be(facts: dict[str, Any]) -> None:
    assert RULE.evaluate(sample(facts), RULE.defaults) is None


def test_it_shows_the_figures_it_used_and_what_is_at_stake() -> None:
    found = finding(RULE, transfer(6_000_00, new_device_age_ms=HOUR, amount_p95_90d=1_000_00))
    assert found.figures == {
        "amount": 6_000_00,
        "currency": "CNY",
        "large_from": 5_000_00,
        "signs": 3,
        "fresh": True,
        "first_time_payee": True,
        "large": True,
        "compared": 6_000_00,
    }
    assert (found.subject, found.amount, found.event_ids) == ("payee-1", 6_000_00, ("event-1",))


@pytest.mark.parametrize(("amount", "large"), [(5_000_00, True), (4_999_99, False)])
@pytest.mark.parametrize(("device", "fresh"), [(24 * HOUR, True), (24 * HOUR + 1, False)])
def test_a_threshold_is_met_by_reaching_it(amount: int, large: bool, device: int, fresh: bool) -> None:
    figures = finding(RULE, transfer(amount, new_device_age_ms=device, amount_p95_90d=1)).figures
    assert (figures["large"], figures["fresh"], figures["signs"]) == (large, fresh, 1 + large + fresh)


def test_its_thresholds_are_parameters() -> None:
    facts = transfer(9_000_00, new_device_age_ms=2 * HOUR)
    assert action(RULE, facts, fresh_hours=1) is Action.CHALLENGE
    assert action(RULE, facts, min_amount=9_000_01) is Action.CHALLENGE
    assert action(RULE, facts, usual_factor=5) is Action.CHALLENGE
    assert action(RULE, facts, hold_instead=1) is Action.HOLD


@pytest.mark.parametrize(
    ("switch", "facts"),
    [
        ("loan_is_large", transfer(9_000_00, own_flow=Flow(certain=0, possible=8_000_00, point=8_000_00))),
        ("unknown_is_large", transfer(9_000_00, amount_p95_90d=0)),
    ],
)
def test_a_bank_may_do_without_an_exemption(switch: str, facts: dict[str, Any]) -> None:
    assert action(RULE, facts) is None
    assert action(RULE, facts, **{switch: 1}) is Action.CHALLENGE
    assert action(RULE, facts | {"amount": 4_999_99}, **{switch: 1}) is None
