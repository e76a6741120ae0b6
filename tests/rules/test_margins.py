"""Margins: shares of a threshold."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.margins import DAY, HOUR, MINUTE, at_least, at_most, met, nth_largest
from tests.rules.asking import STEADY

AMOUNTS = st.integers(-(10**15), 10**15)
THRESHOLDS = st.integers(1, 10**15)


@STEADY
@given(AMOUNTS, THRESHOLDS)
def test_a_margin_has_the_sign_of_the_comparison_however_large_the_amounts(value: int, threshold: int) -> None:
    assert (at_least(value, threshold) >= 0) == (value >= threshold)
    assert (at_most(value, threshold) >= 0) == (value <= threshold)


@STEADY
@given(AMOUNTS, THRESHOLDS)
def test_a_margin_is_the_share_of_the_threshold_but_never_below_minus_one(value: int, threshold: int) -> None:
    share = Fraction(value, threshold) - 1
    assert at_least(value, threshold) == pytest.approx(float(max(Fraction(-1), share)))
    assert at_most(value, threshold) == pytest.approx(float(max(Fraction(-1), -share)))


def test_an_unknown_value_misses_altogether() -> None:
    assert at_most(None, 5) == -1


def test_a_plain_fact_is_met_or_missed() -> None:
    assert (met(fact=True), met(fact=False)) == (1, -1)


@STEADY
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=6), st.data())
def test_the_nth_largest_is_met_when_n_conditions_are(margins: list[float], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, len(margins)))
    assert (nth_largest(n, *margins) >= 0) == (sum(margin >= 0 for margin in margins) >= n)
    assert nth_largest(n, *margins) in margins


def test_times_are_milliseconds() -> None:
    assert (MINUTE, HOUR, DAY) == (60_000, 3_600_000, 86_400_000)
