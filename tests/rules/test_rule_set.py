"""The rule set: what is accepted, and what is refused with which words."""

from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.catalogue import load, packaged
from rules.rule import Mode
from rules.rule_set import RuleSet, RuleSetError, parse
from tests.rules.asking import STEADY
from topics.refusals import Reason

RULES = load()
FULL = """
[rules.FF01]
mode = "enforce"
budget = 0.002
[rules.FF01.parameters]
min_certain = 200000.0
block_confidence = 0.95

[rules.FR09]
mode = "enforce"

[rules.CO01]
mode = "shadow"
"""


def refusal(document: str) -> RuleSetError:
    with pytest.raises(RuleSetError) as caught:
        parse(document, RULES)
    return caught.value


def ff01(lines: str) -> str:
    return f"[rules.FF01]\n{lines}"


def test_modes_and_budgets_are_as_written_and_a_rule_not_named_is_off() -> None:
    rule_set = parse(FULL, RULES)
    modes = {code: rule_set.mode(code) for code in RULES}
    named = {"FF01": Mode.ENFORCE, "FR09": Mode.ENFORCE, "CO01": Mode.SHADOW}
    assert modes == dict.fromkeys(RULES, Mode.OFF) | named
    assert len(modes) > len(named)
    assert (rule_set.budget("FF01"), rule_set.budget("FR09")) == (0.002, 0.0)


def test_parameters_not_named_keep_their_defaults() -> None:
    values = parse(FULL, RULES).values("FF01")
    assert values == {**RULES["FF01"].defaults, "min_certain": 200_000, "block_confidence": 0.95}


def test_whole_numbers_are_kept_as_integers() -> None:
    assert isinstance(parse(FULL, RULES).values("FF01")["min_certain"], int)


def test_the_hash_is_that_of_the_documents_bytes() -> None:
    document = "# 规则\n" + FULL
    assert parse(document, RULES).hash == sha256(document.encode("utf-8")).hexdigest()


def test_the_settings_stand_in_the_order_of_the_codes_whatever_the_document_says() -> None:
    assert list(parse(FULL, RULES).settings) == sorted(RULES)


REFUSED = {
    "not TOML": ("[rules", "not TOML: Expected ']'"),
    "a number of thousands of digits": ("a = " + "9" * 5_000, "write plain numbers"),
    "brackets in brackets in brackets": ("a = " + "[" * 5_000, "no nesting"),
    "empty": ("", "no rules: give each one a table such as"),
    "rules that are no table": ("rules = 1", "no rules: give each one"),
    "something beside the rules": ("[rule.FF01]\nmode = 'off'", "unknown 'rule'; take it out, or use one of rules"),
    "a rule that is no table": ("[rules]\nFF01 = 'alert'", "FF01 is not a table: write [rules.FF01]"),
    "an unknown key": (ff01("mode = 'off'\nmood = 1"), "FF01: unknown 'mood'; take it out"),
    "no mode": (ff01(""), "mode is missing; write one of off, shadow, alert, enforce"),
    "an unknown mode": (ff01("mode = 'block'"), "mode is 'block'; write one of"),
    "a mode that is a list": (ff01("mode = []"), "mode is a list"),
    "a mode that is a huge number": (ff01("mode = 0x" + "f" * 5_000), "mode is far too large"),
    "a mode that is a large number": (ff01(f"mode = {2**64 - 1}"), f"mode is {2**64 - 1};"),
    "a mode that is a larger number": (ff01(f"mode = {2**64}"), "mode is far too large"),
    "enforce without a budget": (ff01("mode = 'enforce'"), "needs a budget; add e.g. `budget = 0.001`"),
    "a budget of nothing": (ff01("mode = 'enforce'\nbudget = 0"), "budget is 0; write a share above 0"),
    "a budget above everything": (ff01("mode = 'alert'\nbudget = 1.01"), "budget is 1.01"),
    "a budget that is a switch": (ff01("mode = 'enforce'\nbudget = true"), "budget is True"),
    "a budget that is no number": (ff01("mode = 'enforce'\nbudget = nan"), "budget is nan"),
    "parameters that are no table": (ff01("mode = 'off'\nparameters = 1"), "parameters are a table"),
    "an unknown parameter": (ff01("mode = 'off'\nparameters.min_sure = 1"), "unknown 'min_sure'; take it out"),
    "a text for a number": (ff01("mode = 'off'\nparameters.min_certain = '1000'"), "write a number (minor units"),
    "a parameter too low": (ff01("mode = 'off'\nparameters.min_certain = 9999"), "allowed is 10000 to 5000000"),
    "a parameter too high": (ff01("mode = 'off'\nparameters.min_certain = 5000001"), "allowed is 10000 to 5000000"),
    "a parameter that is no number": (ff01("mode = 'off'\nparameters.min_certain = nan"), "is nan; allowed is"),
    "part of a cent": (ff01("mode = 'off'\nparameters.min_certain = 10000.5"), "write a whole number"),
}


@pytest.mark.parametrize(("document", "message"), REFUSED.values(), ids=REFUSED)
def test_a_bad_rule_set_is_refused_with_a_line_that_says_what_to_do(document: str, message: str) -> None:
    error = refusal(document)
    assert message in str(error)
    assert "\n" not in str(error)
    assert error.reason is Reason.RULE_SET_INVALID


@pytest.mark.parametrize("document", ["[rules.XX99]\nmode = 'off'", FULL + "[rules.xx]"])
def test_an_unknown_rule_is_refused_under_its_own_reason(document: str) -> None:
    error = refusal(document)
    assert error.reason is Reason.UNKNOWN_RULE
    assert str(error).endswith("take it out, or use one of " + ", ".join(RULES))


@pytest.mark.parametrize("value", ["10000", "5000000", "10000.0", "1e5"])
def test_the_ends_of_a_range_are_in_it(value: str) -> None:
    assert parse(ff01(f"mode = 'off'\nparameters.min_certain = {value}"), RULES).mode("FF01") is Mode.OFF


def test_a_budget_may_be_everything() -> None:
    assert parse(ff01("mode = 'enforce'\nbudget = 1"), RULES).budget("FF01") == 1


@STEADY
@given(st.data())
def test_a_broken_document_is_refused_and_never_crashes(data: st.DataObject) -> None:
    whole = packaged("enforce_all") + FULL.replace("[rules.", "[rules.X")
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    middle = data.draw(st.text(max_size=20) | st.sampled_from(("[[", "{", '"""', "= 1e999", "\x00", "[rules.FF01]")))
    assert isinstance(outcome(whole[:start] + middle + whole[end:]), RuleSet | RuleSetError)


@STEADY
@given(st.text())
@example("\ud7ff")
def test_any_text_is_a_rule_set_or_refused(document: str) -> None:
    assert isinstance(outcome(document), RuleSet | RuleSetError)


def outcome(document: str) -> RuleSet | RuleSetError:
    try:
        return parse(document, RULES)
    except RuleSetError as error:
        return error
