"""From what is known of an event to numbers within 0..1."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

from monitor.engine.anomaly.features import DAY, FEATURES, HOUR, NAMES, TYPICAL, Observation, extract

HALF_PAST_TEN_IN_CHINA = 1_767_234_600_000  # 2026-01-01T02:30:00Z


def feature(name: str, **known: Any) -> float:
    """One feature of an observation of which only this is known."""
    return extract(Observation(**known))[NAMES.index(name)]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_known_takes_its_typical_value(name: str) -> None:
    assert feature(name) == TYPICAL[NAMES.index(name)]


@pytest.mark.parametrize(
    ("name", "known", "value"),
    [
        ("amount", {"amount": 200_000}, 0.5),
        ("amount", {"amount": 0}, 0.0),
        ("amount_vs_mean", {"amount": 300, "amount_mean": 100}, 0.75),
        ("amount_vs_p95", {"amount": 900, "amount_p95": 100}, 0.9),
        ("count_5_min", {"count_5_min": 3}, 0.5),
        ("count_1_h", {"count_1_h": 5}, 0.5),
        ("count_24_h", {"count_24_h": 45}, 0.75),
        ("sum_24_h", {"sum_24_h": 100, "sum_daily_mean": 300}, 0.25),
        ("first_time_payee", {"first_time_payee": True}, 1.0),
        ("first_time_payee", {"first_time_payee": False}, 0.0),
        ("new_payees_24_h", {"new_payees_24_h": 2}, 0.5),
        ("new_device", {"device_age": 0}, 1.0),
        ("new_device", {"device_age": 3 * DAY // 2}, 0.5),
        ("new_device", {"device_age": 400 * DAY}, 0.0),
        ("credential_reset", {"credential_reset_age": 3 * DAY // 2}, 0.5),
        ("since_last_event", {"since_last_event": 6 * HOUR}, 0.5),
        ("fresh_draw", {"draw_age": 0}, 1.0),
        ("fresh_draw", {"draw_age": 7 * DAY}, 0.0),
        ("share_of_draw", {"amount": 80, "draw_amount": 100}, 0.8),
        ("share_of_draw", {"amount": 300, "draw_amount": 100}, 1.0),
        ("share_of_balance", {"amount": 25, "balance_before": 100}, 0.25),
        ("hour", {"event_time": HALF_PAST_TEN_IN_CHINA}, 4.5 / 24),
        ("hour", {"event_time": HALF_PAST_TEN_IN_CHINA + 19 * HOUR}, 23.5 / 24),
    ],
)
def test_what_is_known_is_scaled(name: str, known: dict[str, Any], value: float) -> None:
    assert feature(name, **known) == value


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("amount_vs_mean", {"amount": 100, "amount_mean": 0}),
        ("amount_vs_p95", {"amount": 100}),
        ("share_of_balance", {"amount": 100, "balance_before": 0}),
        ("share_of_balance", {"amount": 100, "balance_before": -5}),
        ("share_of_draw", {"amount": 100, "draw_amount": 0}),
    ],
)
def test_a_ratio_without_a_whole_is_typical(name: str, known: dict[str, Any]) -> None:
    assert feature(name, **known) == TYPICAL[NAMES.index(name)]


def test_every_fact_of_an_observation_moves_some_feature() -> None:
    known: dict[str, Any] = {
        "amount": 1_000,
        "amount_mean": 10,
        "amount_p95": 10,
        "sum_daily_mean": 10,
        "sum_24_h": 1_000,
    }
    known |= {"draw_amount": 2_000, "balance_before": 2_000}
    for field in fields(Observation):
        without = {**known, field.name: None}
        assert extract(Observation(**without | {field.name: 7})) != extract(Observation(**without)), field.name


@given(
    known=st.fixed_dictionaries(
        {}, optional={field.name: st.integers(-(10**18), 10**18) for field in fields(Observation)}
    )
)
def test_features_lie_within_0_and_1_whatever_is_told(known: dict[str, Any]) -> None:
    values = extract(Observation(**known))
    assert len(values) == len(FEATURES)
    assert all(0.0 <= value <= 1.0 for value in values)


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_larger_payment_never_looks_smaller(one: int, other: int, usual: int) -> None:
    small, large = sorted((one, other))
    for name in ("amount", "amount_vs_mean", "amount_vs_p95", "share_of_balance"):
        facts = {"amount_mean": usual, "amount_p95": usual, "balance_before": usual}
        assert feature(name, amount=small, **facts) <= feature(name, amount=large, **facts)
