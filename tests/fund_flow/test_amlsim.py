"""The modes for sets whose money is not conserved: on small histories of known outcome, and that the set is read."""

import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fund_flow.amlsim import Pattern, Payment, patterns, payments
from tests.fund_flow.fan_modes import Fan, fans
from tests.fund_flow.measure_amlsim import ENOUGH_PRECISION, centres, half_of, rings, score
from tests.fund_flow.ring_modes import by_single_new_payee, of_any_payments


def chain(text: str, first_day: int = 100, step: int = 1) -> list[Payment]:
    """`abca` is three payments, a to b, b to c, c to a, `step` days apart."""
    return [Payment(first_day + step * number, *pair) for number, pair in enumerate(pairwise(text))]


def by_day(*parts: list[Payment]) -> list[Payment]:
    return sorted((payment for part in parts for payment in part), key=lambda payment: payment.day)


RING = {frozenset("abcd")}


def test_a_ring_is_found_in_any_order_of_days() -> None:
    """Four accounts that each pay one new payee."""
    for order in (chain("abcda"), chain("abcda", 110, -1)):
        assert by_single_new_payee(by_day(order), window=20) == RING
    assert of_any_payments(by_day(chain("abcda", 110, -1)), 20, in_order=False) == RING


def test_a_tag_in_order_of_time_misses_a_ring_whose_days_run_backwards() -> None:
    """That is why poison tags find none of the planted ones."""
    assert of_any_payments(by_day(chain("abcda")), 20, in_order=True) == RING
    assert of_any_payments(by_day(chain("abcda", 110, -1)), 20, in_order=True) == set()


def test_a_ring_outside_the_window_is_none() -> None:
    """Six days a step are eighteen from the first to the last."""
    assert by_single_new_payee(chain("abcda", step=6), window=18) == RING
    assert by_single_new_payee(chain("abcda", step=6), window=17) == set()


def test_one_member_may_pay_many_but_not_two() -> None:
    """The organiser has a life beside it; a crowd of shops does not make a ring."""
    organiser = [Payment(99, "a", payee) for payee in "xyz"]
    second = [Payment(99, "c", payee) for payee in "uvw"]
    assert by_single_new_payee(by_day(organiser, chain("abcda")), window=20) == RING
    assert by_single_new_payee(by_day(organiser, second, chain("abcda")), window=20) == set()
    assert by_single_new_payee(by_day(organiser, second, chain("abcda")), window=20, busy=2) == RING


def test_who_is_paid_every_month_is_no_new_payee() -> None:
    """But the organiser may use one."""
    rent = [Payment(10, "b", "c")]
    assert by_single_new_payee(by_day(rent, chain("abcda")), window=20) == RING
    two = [*rent, Payment(10, "c", "d")]
    assert by_single_new_payee(by_day(two, chain("abcda")), window=20) == set()


def test_a_fan_counts_distinct_payers_within_the_window() -> None:
    """A payer who pays twice counts once."""
    days = {"a": 1, "b": 3, "c": 5}
    paid = [Payment(day, payer, "m", "7") for payer, day in days.items()]
    assert fans(by_day(paid, [Payment(4, "a", "m")]), "fan_in", window=5, least=3) == [Fan("m", frozenset({"7"}))]
    assert fans(paid, "fan_in", window=4, least=3) == []
    assert fans(by_day(paid, [Payment(4, "a", "m")]), "fan_in", window=5, least=4) == []


def test_a_fan_of_those_who_wake_up() -> None:
    """Who paid somebody lately does not count, nor who was not watched long enough."""
    paid = [Payment(day, payer, "m") for payer, day in {"a": 40, "b": 41, "c": 42}.items()]
    assert fans(paid, "fan_in", window=9, least=3, quiet=30) == [Fan("m", frozenset())]
    assert fans(by_day(paid, [Payment(20, "b", "shop")]), "fan_in", window=9, least=3, quiet=30) == []
    assert fans(paid, "fan_in", window=9, least=3, quiet=41) == []


def test_what_is_flagged_wrongly_costs_precision_in_its_half() -> None:
    """A planted ring belongs to the half of its number, any other to one by checksum."""
    planted = {"1": Pattern("1", "cycle", frozenset("abc"), tuple(chain("abca")))}
    flagged = rings([frozenset("abc"), frozenset("xyz")], planted)
    assert score("cycle", flagged, planted) == (1, 1, 1, 2)
    other = half_of("x y z", ())
    assert score("cycle", flagged, planted, (1,)) == (1, 1, 1, 1 + (other == 1))
    assert score("cycle", flagged, planted, (0,)) == (0, 0, 0, other == 0)


def test_a_cycle_that_lacks_a_payment_does_not_close() -> None:
    """Some published ones do."""
    whole = Pattern("1", "cycle", frozenset("abc"), tuple(chain("abca")))
    assert whole.closes
    assert not whole._replace(payments=whole.payments[:2]).closes


@pytest.fixture(scope="module")
def played(shared_data: Path) -> list[Payment]:
    """The published payments; skipped where the set is not there, but not in CI."""
    folder = shared_data / "amlsim_10k"
    if not folder.is_dir() and os.environ.get("CI") != "true":
        pytest.skip(f"the set AMLSim 10K is not at {folder}")
    return payments(folder)


def test_the_published_set_is_read_whole(played: list[Payment], shared_data: Path) -> None:
    """As its own page counts it."""
    planted = patterns(played, shared_data / "amlsim_10k")
    assert Counter(pattern.kind for pattern in planted.values()) == {"cycle": 40, "fan_in": 30, "fan_out": 30}
    assert (len(played), sum(len(pattern.payments) for pattern in planted.values())) == (197_905, 671)


def test_fans_of_the_published_set_are_found_at_the_windows_that_were_chosen(
    played: list[Payment], shared_data: Path
) -> None:
    """The same way as the measuring command; rings take longer and are left to it."""
    planted = patterns(played, shared_data / "amlsim_10k")
    payees = score("fan_out", centres("fan_out", played, planted, window=28, least=5), planted)
    payers = score("fan_in", centres("fan_in", played, planted, window=360, least=3, quiet=30), planted)
    assert min(payees.precision, payers.precision) >= ENOUGH_PRECISION
    assert min(payees.recall, payers.recall) >= 0.9
