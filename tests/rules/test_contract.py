"""One contract for all rules, and proof that a half-written rule fails it."""

import inspect
from dataclasses import fields
from pathlib import Path

import pytest

import rules
from rules.catalogue import RULE_FILE, load
from rules.examples import ORDINARY, SampleFacts, sample
from rules.fact_values import Amounts, Flow, Homecoming
from rules.facts import Facts
from rules.purposes import PURPOSES
from tests.rules.contract import faults, read

FOLDER = Path(rules.__path__[0])
FILES = sorted(path for path in FOLDER.glob("*.py") if RULE_FILE.fullmatch(path.stem))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_rule_is_complete_pure_and_right_about_its_examples(path: Path) -> None:
    assert faults(read(path)) == []


def test_every_rule_file_is_tried() -> None:
    assert [path.stem[:4].upper() for path in FILES] == list(load())


def test_facts_purposes_and_sample_facts_name_the_same_facts() -> None:
    protocol = {name for name, member in inspect.getmembers(Facts) if isinstance(member, property)}
    assert protocol == set(PURPOSES) == set(ORDINARY) == {field.name for field in fields(SampleFacts)}


def test_sample_facts_are_facts() -> None:
    facts: Facts = sample({"amount": 1})  # the type checker compares every fact
    assert facts.amount == 1


def test_sample_facts_refuse_a_fact_that_does_not_exist() -> None:
    with pytest.raises(TypeError, match="moon"):
        sample({"moon": "full"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_examples_tell_of_loan_money_as_it_can_be(path: Path) -> None:
    rule = read(path).rule
    assert rule is not None
    for example in rule.examples:
        facts = sample(example.facts)
        _assert_flows_agree(facts)
        if facts.use is not None:
            rows = [facts.use.unspent, facts.use.with_others, *facts.use.buckets.values()]
            assert all(map(_ordered, rows))
            assert sum(row.point for row in rows) == facts.use.principal
        if facts.homecoming is not None:
            assert _ordered(facts.homecoming)
            assert facts.homecoming.possible <= facts.homecoming.amount


def _assert_flows_agree(facts: SampleFacts) -> None:
    parts = (facts.own_flow, facts.foreign_flow)
    assert all(_ordered(flow) for flow in (facts.flow, *parts))
    assert max(part.certain for part in parts) <= facts.flow.certain
    assert max(part.possible for part in parts) <= facts.flow.possible <= sum(part.possible for part in parts)
    assert facts.flow.possible <= facts.amount


def _ordered(money: Flow | Amounts | Homecoming) -> bool:
    return 0 <= money.certain <= money.point <= money.possible


FF01 = FOLDER / "ff01_forbidden_use.py"
FF04 = FOLDER / "ff04_use_unknown.py"
FR09 = FOLDER / "fr09_listed_account.py"
CO13 = FOLDER / "co13_ring.py"

SPOILED = {
    "a code that is not the file's": (FF01, 'code="FF01"', 'code="FF02"', "start its name with ff02_"),
    "a code of another form": (FF01, 'code="FF01"', 'code="forbidden"', "two capitals and two digits"),
    "a clock": (FF01, "RULE = Rule(", "import time\nRULE = Rule(", "imports time"),
    "a file": (FR09, "    if facts.listed_on", "    open('x')\n    if facts.listed_on", "uses open"),
    "a swallowed error": (FR09, "    if facts", "    try: pass\n    except ValueError: pass\n    if facts", "swallows"),
    "a fact nobody has": (FR09, "facts.listed_on is None", "facts.horoscope is None", "which does not exist"),
    "a fact of another purpose": (FR09, "not facts.outgoing", "not facts.in_call", "collected for ANTI_FRAUD"),
    "an unknown parameter": (FF01, 'p["min_certain"]', 'p["min_sure"]', "which is no parameter"),
    "a parameter never read": (FF01, 'p["min_certain"], ', "1_000_00, ", "min_certain is never read"),
    "a rule that does not say from how much on it blocks": (
        FF01,
        'blocks_from="min_certain",',
        "",
        "name in blocks_from",
    ),
    "no amount of money to block from": (
        FF01,
        'blocks_from="min_certain"',
        'blocks_from="min_confidence"',
        "minor units",
    ),
    "no parameter to block from": (
        FF01,
        'blocks_from="min_certain"',
        'blocks_from="min_sure"',
        "blocks_from is 'min_sure'",
    ),
    "blocking from another amount than it says": (
        FF01,
        'blocks_from="min_certain"',
        'blocks_from="min_possible"',
        "BLOCK is True, blocks_from says otherwise",
    ),
    "an amount to block from where nothing is blocked": (
        FF04,
        "    parameters=(",
        '    blocks_from="min_amount",\n    parameters=(',
        "never asks for BLOCK",
    ),
    "a block without a payment that arms nothing": (
        CO13,
        "arming=(Arming(Scope.NEXT_DRAW, hours=72),)",
        "arming=()",
        "say what to arm",
    ),
    "arming where only requests are judged": (
        FF01,
        '"transfer.request", "transfer.posting", "card.authorization", "card.posting"',
        '"transfer.request",',
        "requests only",
    ),
    "a default out of range": (FF01, "1_000_00, 100_00,", "1_000_00, 2_000_00,", "is not within"),
    "a parameter that may be zero": (FF01, "0.5, 0.3, 0.8", "0.5, 0, 0.8", "must stay above 0"),
    "English for Chinese": (
        FR09,
        'zh="',
        'zh="Sorry, we cannot do that just now, however often you ask us and whatever you say. ',
        "zh is not Chinese",
    ),
    "no word on what to bring": (FR09, "bring your ID and proof", "think of it", "what to bring"),
    "no word on how it is lifted": (FR09, "restriction is lifted", "end", "how it is lifted"),
    "tipping off": (FR09, "We cannot carry out this payment", "The police list forbids this payment", "tip off"),
    "a severity out of range": (FF01, "severity=4", "severity=6", "write 1 to 5"),
    "an event nobody sends": (FF01, '"card.posting")', '"card.thought")', "no request or posting"),
    "nothing to arm": (FF01, "arming=(Arming(Scope.NEXT_DRAW, hours=72),)", "arming=()", "say what to arm"),
    "no rationale": (FR09, "rationale=__doc__", 'rationale=""', "rationale says too little"),
    "a figure that does not exist": (
        FF01,
        "{amount:money} to {destination}",
        "{sum:money} to {destination}",
        "uses sum",
    ),
    "a format that does not exist": (FF01, "{amount:money} to", "{amount:gold} to", "cannot be filled"),
    "an example the rule gets wrong": (FR09, 'payee", {}, None', 'payee", {"listed_on": "a"}, None', "expected no hit"),
    "a sum taken for a part": (FF04, ", total=True)", ")", "say total=True"),
    "a margin that is no share": (FR09, "met(fact=True)", 'float("inf")', "is not a share"),
    "more than the card says": (FR09, "action=Action.BLOCK,\n", "action=Action.ALERT,\n", "no example reaches ALERT"),
}


@pytest.mark.parametrize(("path", "old", "new", "message"), SPOILED.values(), ids=SPOILED)
def test_a_spoiled_rule_is_told_what_is_wrong(tmp_path: Path, path: Path, old: str, new: str, message: str) -> None:
    source = path.read_text(encoding="utf-8")
    assert old in source
    spoiled = tmp_path / path.name
    spoiled.write_text(source.replace(old, new), encoding="utf-8")
    found = faults(read(spoiled))
    assert any(message in line for line in found), found


HALF_WRITTEN = '''"""To do."""

from rules.facts import Facts, Values
from rules.rule import Action, Family, Finding, Point, Purpose, Rule, Text


def evaluate(facts: Facts, p: Values) -> Finding | None:
    return Finding(float(facts.amount), Action.BLOCK, {})


RULE = Rule(
    code="FR99",
    title="",
    rationale=__doc__,
    family=Family.TAKEOVER,
    severity=3,
    action=Action.ALERT,
    point=Point.TRANSFER,
    events=("transfer.request",),
    purposes=(Purpose.ANTI_FRAUD,),
    parameters=(),
    customer=Text(zh="TODO", en="TODO"),
    analyst="",
    remedy="",
    examples=(),
    evaluate=evaluate,
)
'''


def test_a_half_written_rule_is_told_all_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "fr99_half_written.py"
    path.write_text(HALF_WRITTEN, encoding="utf-8")
    missing = "\n".join(faults(read(path)))
    for word in ("title", "rationale", "analyst", "remedy", "verdict", "Chinese", "English", "bring", "lifted"):
        assert word in missing
    assert "0 must-fire examples: give at least 2" in missing
    assert "0 must-not-fire examples: give at least 3, the innocent look-alikes" in missing


def test_a_file_without_a_rule_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "fr99_empty.py"
    path.write_text("", encoding="utf-8")
    assert faults(read(path)) == ["no RULE: give the file a card, `RULE = Rule(code=..., ...)`"]


def test_a_rule_longer_than_a_screen_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / FF01.name
    path.write_text(FF01.read_text(encoding="utf-8") + "#\n" * 20, encoding="utf-8")
    assert any("fits on a screen" in line for line in faults(read(path)))
