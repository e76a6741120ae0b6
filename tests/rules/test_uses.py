"""What the rules of fund flow share: sums of a loan's ledger. How payments and ledgers weigh is tried by the rules."""

from typing import get_args

import pytest

from rules.fact_values import Amounts
from rules.uses import ALERT_ONLY, FORBIDDEN, WATCHED, largest, less, total
from topics.reference import DestinationClass

LEDGER = {"SECURITIES": Amounts(1, 5, 3), "CRYPTO": Amounts(2, 9, 4), "CASH": Amounts(10, 10, 10)}


def test_the_classes_are_those_that_messages_know_and_none_is_both() -> None:
    assert set(WATCHED) <= set(get_args(DestinationClass.__origin__))  # type: ignore[attr-defined]
    assert set(FORBIDDEN).isdisjoint(ALERT_ONLY)
    assert len(WATCHED) == len(FORBIDDEN) + len(ALERT_ONLY) == 10


@pytest.mark.parametrize(
    ("names", "sums"),
    [
        (("SECURITIES", "CRYPTO"), Amounts(3, 14, 7)),
        (("SECURITIES", "GAMBLING"), Amounts(1, 5, 3)),
        (("GAMBLING",), Amounts(0, 0, 0)),
    ],
)
def test_a_class_that_is_not_in_the_ledger_adds_nothing(names: tuple[str, ...], sums: Amounts) -> None:
    assert total(LEDGER, names) == sums


def test_a_part_is_taken_off_figure_by_figure() -> None:
    assert less(Amounts(3, 14, 7), Amounts(1, 5, 3)) == Amounts(2, 9, 4)


def test_the_largest_class_is_that_with_the_most_possible_money() -> None:
    assert largest(LEDGER, FORBIDDEN) == "CRYPTO"
    assert largest({}, FORBIDDEN) == FORBIDDEN[0]
