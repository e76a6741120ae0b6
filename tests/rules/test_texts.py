"""Texts filled from figures."""

from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.texts import WORDS, money, places, render
from rules.uses import WATCHED
from tests.rules.asking import STEADY
from topics.reference import CuratedDestination


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123456, "CNY", "CNY 1,234.56"),
        (5, "CNY", "CNY 0.05"),
        (0, "CNY", "CNY 0.00"),
        (-1205, "CNY", "CNY -12.05"),
        (10**15, "CNY", "CNY 10,000,000,000,000.00"),
        (1234, "JPY", "JPY 1,234"),
        (1234, "KWD", "KWD 1.234"),
    ],
)
def test_money_is_written_with_its_currency_and_its_decimals(minor: int, currency: str, text: str) -> None:
    assert money(minor, currency) == text


@STEADY
@given(st.integers(-(10**15), 10**15))
def test_written_money_can_be_read_back_to_the_cent(minor: int) -> None:
    assert int(money(minor).removeprefix("CNY ").replace(",", "").replace(".", "")) == minor


def test_each_format_writes_its_figure() -> None:
    figures = dict[str, int | float | str | bool](a=150, share=0.9849, use="METAL", yes=True, no=False, n=3)
    template = "{a:money} {a:cny} {share:percent} {use:zh} {use:en} {yes} {no} {n} {use}"
    expected = "USD 1.50 CNY 1.50 98.5 % 投资性贵金属 investment metal yes no 3 METAL"
    assert render(template, figures | {"currency": "USD"}) == expected


def test_text_around_places_and_doubled_braces_stay() -> None:
    assert render("a {{b}} {n}。", {"n": 1}) == "a {b} 1。"
    assert render("no place", {}) == "no place"


@pytest.mark.parametrize("template", ["{missing}", "{n:gold}", "{n:zh}"])
def test_a_figure_format_or_word_that_does_not_exist_is_an_error(template: str) -> None:
    with pytest.raises(KeyError):
        render(template, {"n": 1})


def test_places_are_listed_with_their_formats() -> None:
    assert places("{a:money} b {c} {{d}}") == [("a", "money"), ("c", "")]


def test_every_class_that_rules_speak_of_exists_and_has_words_in_both_languages() -> None:
    classes = get_args(get_args(get_type_hints(CuratedDestination, include_extras=True)["destination_class"])[0])
    whose = {"OWN_LOAN", "OTHERS_LOAN", "MIXED_LOANS"}
    assert set(WORDS) - whose == set(WATCHED) <= set(classes)
    assert whose < set(WORDS)
    assert all(zh and en for zh, en in WORDS.values())
