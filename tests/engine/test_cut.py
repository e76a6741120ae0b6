"""What is followed no further is counted by its cause, once for each draw whose trail ends."""

from collections.abc import Callable

import pytest

from tests.engine.scene import DAY
from tests.engine.town import Town


def town(*people: str) -> Town:
    """Ann has a loan of 50,000; nobody has money of their own."""
    here = Town()
    for person in ("ann", *people):
        here.arrive(person)
    here.borrow("ann", 50_000_00)
    return here


def cuts(here: Town) -> dict[str, int]:
    """Cause -> how often, over all partitions."""
    found: dict[str, int] = {}
    for engine in here.monitor.engines:
        for (name, *labels), times in engine.counters().items():
            if name == "tracing" and labels[0].startswith("cut_"):
                found[labels[0]] = found.get(labels[0], 0) + times
    return found


def too_small() -> Town:
    here = town("bob")
    here.pay("ann", "bob", 99_99)
    here.pay("ann", "bob", 100_00)
    return here


def too_many_people() -> Town:
    people = ["bob", "cleo", "dan", "eve", "fay"]
    here = town(*people)
    for payer, payee in zip(["ann", *people], people, strict=False):
        here.pay(payer, payee, 10_000_00)
    return here


def to_a_hub() -> Town:
    here = town("shop")
    here.name_hub("shop-1")
    here.pay("ann", "shop", 10_000_00)
    return here


def to_a_customer_with_a_crowd() -> Town:
    here = town("shop")
    for number in range(1_200):
        here.post_from_crowd("shop", number)
    here.pay("ann", "shop", 10_000_00)
    return here


def to_a_customer_whose_crowd_comes_later() -> Town:
    here = town("shop")
    here.pay("ann", "shop", 10_000_00)
    here.leg("ann", "shop", -5_000_00, "pay-early")  # its credit has not come
    for number in range(1_200):
        here.post_from_crowd("shop", number)
    return here


def a_ninth_draw() -> Town:
    here = town()
    for number in range(8):
        here.draw_again("ann", 1_000_00 + number, f"draw-{number}")
    return here


def half_a_year() -> Town:
    here = town()
    here.wait(179 * DAY)
    assert cuts(here) == {}
    here.wait(2 * DAY)
    return here


def into_another_currency() -> Town:
    here = town("bob")
    here.leg("ann", "bob", -7_000_00, "pay-fx", counterparty_currency="USD", counterparty_amount=1_000_00)
    here.leg("bob", "ann", 1_000_00, "pay-fx", currency="USD")
    return here


def a_tag_after_its_credit_was_given_up() -> Town:
    here = town("bob")
    here.leg("bob", "ann", 40_000_00, "pay-late")
    here.wait(60_000)
    here.leg("ann", "bob", -40_000_00, "pay-late")
    return here


CAUSES = {
    too_small: "cut_small",
    too_many_people: "cut_hops",
    to_a_hub: "cut_hub",
    to_a_customer_with_a_crowd: "cut_hub",
    a_ninth_draw: "cut_origins",
    half_a_year: "cut_horizon",
    into_another_currency: "cut_currency",
    a_tag_after_its_credit_was_given_up: "cut_late",
}


@pytest.mark.parametrize(("story", "cause"), CAUSES.items(), ids=lambda one: getattr(one, "__name__", one))
def test_a_trail_that_ends_is_counted_by_its_cause(story: Callable[[], Town], cause: str) -> None:
    here = story()
    assert cuts(here) == {cause: 1}
    assert here.use("ann").trail_ended.possible


def test_money_that_is_with_a_crowd_and_on_its_way_there_is_counted_once_each() -> None:
    here = to_a_customer_whose_crowd_comes_later()
    assert cuts(here) == {"cut_hub": 2}
    assert here.use("ann").trail_ended.point == 15_000_00


def test_each_draw_in_a_payment_is_counted() -> None:
    here = Town()
    here.arrive("ann")
    here.arrive("bob")
    here.borrow("ann", 60_00)
    here.draw_again("ann", 60_00, "draw-two")
    here.pay("ann", "bob", 90_00)
    assert cuts(here) == {"cut_small": 2}
