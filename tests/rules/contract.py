"""What makes a rule complete. `faults` names what is missing, a line each, so that the author knows what to do."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from math import isfinite
from pathlib import Path
from typing import get_type_hints

from rules.examples import sample, surprises
from rules.facts import WITHOUT_PAYMENT
from rules.purposes import PURPOSES
from rules.rule import Action, Finding, Parameter, Purpose, Rule, Unit
from rules.texts import places, render
from tests.rules import contract_headroom as headroom
from topics.codec import MESSAGE_TYPES
from topics.fields import Posting, Request
from topics.operations import Disposition

SCREEN = 90  # lines
ALLOWED_IMPORTS = ("rules", "dataclasses", "typing")
FORBIDDEN_NAMES = {"open", "eval", "exec", "print", "input", "globals", "setattr", "getattr", "hash", "id"}
WHOLE_UNITS = {Unit.MONEY, Unit.COUNT, Unit.SWITCH}
TIPPING_OFF = re.compile(r"名单|涉案|警|公安|可疑|举报|list|police|crime|suspic|report", re.IGNORECASE)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
VERDICTS = frozenset(re.findall(r"'([A-Z_]+)'", str(get_type_hints(Disposition)["verdict"])))
JUDGED = {
    kind.__struct_config__.tag: kind
    for types in MESSAGE_TYPES.values()
    for kind in types
    if issubclass(kind, Request | Posting)
}


@dataclass(frozen=True)
class Written:
    """A rule file as it is read: its name, its source, and the rule in it, if any."""

    name: str
    source: str
    rule: Rule | None

    @property
    def tree(self) -> ast.Module:
        """Syntax tree of the source."""
        return ast.parse(self.source)


def read(path: Path) -> Written:
    """Read a rule file, wherever it is."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return Written(path.stem, path.read_text(encoding="utf-8"), getattr(module, "RULE", None))


def faults(written: Written) -> list[str]:
    """Everything that is wrong with a rule file; empty when it is complete."""
    if written.rule is None:
        return ["no RULE: give the file a card, `RULE = Rule(code=..., ...)`"]
    found = [line for check in SOURCE_CHECKS for line in check(written)]
    found += headroom.unknown(written.rule, _attributes(written.tree, "facts"))
    found += [line for check in CARD_CHECKS for line in check(written.rule)]
    return found or [line for check in BEHAVIOUR_CHECKS for line in check(written.rule)]


# the source


def _file(written: Written) -> Iterator[str]:
    assert written.rule is not None
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}", written.rule.code):
        yield f"code {written.rule.code!r}: write two capitals and two digits"
    if not written.name.startswith(written.rule.code.lower() + "_"):
        yield f"file {written.name}.py holds {written.rule.code}: start its name with {written.rule.code.lower()}_"
    if written.source.count("\n") > SCREEN:
        yield f"{written.source.count(chr(10))} lines: a rule fits on a screen of {SCREEN}"


def _pure(written: Written) -> Iterator[str]:
    for node in ast.walk(written.tree):
        for module in _imported(node):
            if module.split(".")[0] not in ALLOWED_IMPORTS:
                yield f"imports {module}: a rule imports only {', '.join(ALLOWED_IMPORTS)}"
        if isinstance(node, ast.Name) and node.id in FORBIDDEN_NAMES:
            yield f"uses {node.id}: a rule only computes"
        if isinstance(node, ast.Global | ast.Nonlocal | ast.Set | ast.SetComp | ast.Try):
            yield f"line {node.lineno}: a rule has no globals, no sets (their order varies) and swallows no error"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."] if isinstance(node, ast.ImportFrom) else []


def _facts_read(written: Written) -> Iterator[str]:
    assert written.rule is not None
    read = _attributes(written.tree, "facts")
    if not read:
        yield "reads no fact: name the first argument of evaluate `facts`"
    for fact in sorted(read):
        if fact not in PURPOSES:
            yield f"reads facts.{fact}, which does not exist: add it to rules/facts.py and rules/purposes.py"
        elif not PURPOSES[fact] & set(written.rule.purposes):
            allowed = ", ".join(sorted(purpose.name for purpose in PURPOSES[fact]))
            yield f"reads facts.{fact}, collected for {allowed}: declare one of these purposes or do not read it"


def _attributes(tree: ast.Module, name: str) -> set[str]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    return {node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id == name}


def _parameters_read(written: Written) -> Iterator[str]:
    assert written.rule is not None
    nodes = (node for node in ast.walk(written.tree) if isinstance(node, ast.Subscript))
    keys = {node.slice.value for node in nodes if _is_parameter(node)}  # type: ignore[attr-defined]
    for name in sorted(keys - set(written.rule.defaults)):
        yield f"reads p[{name!r}], which is no parameter: declare it"
    for name in sorted(set(written.rule.defaults) - keys):
        yield f"parameter {name} is never read: take it out"


def _is_parameter(node: ast.Subscript) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "p" and isinstance(node.slice, ast.Constant)


# the card


def _words(rule: Rule) -> Iterator[str]:
    for name, least in (("title", 8), ("rationale", 200), ("analyst", 20), ("remedy", 40)):
        text = getattr(rule, name)
        if not isinstance(text, str) or len(text) < least:
            yield f"{name} says too little: write at least {least} characters"
    if not set(re.findall(r"[A-Z_]{3,}", rule.remedy or "")) & VERDICTS:
        yield f"remedy names no verdict: say when which of {', '.join(sorted(VERDICTS))} fits"
    if not 1 <= rule.severity <= 5:
        yield f"severity {rule.severity}: write 1 to 5"


def _customer_texts(rule: Rule) -> Iterator[str]:
    zh, en = (re.sub(r"\{[^}]*\}", "", text) for text in (rule.customer.zh, rule.customer.en))
    if len(CHINESE.findall(zh)) < max(40, 0.6 * len(zh)):
        yield "customer text zh is not Chinese: write it for a Chinese customer"
    if CHINESE.search(en) or len(en.split()) < 30:
        yield "customer text en is not English, or too short to help"
    if "携带" not in zh or "bring" not in en:
        yield "customer texts do not say what to bring: add it (携带, bring)"
    if not re.search("解除|恢复|放行", zh) or not re.search("lifted|released", en):
        yield "customer texts do not say how it is lifted: add it (解除, lifted)"
    if Purpose.LEGAL_DUTY in rule.purposes and TIPPING_OFF.search(zh + en):
        yield "customer texts tip off: a rule of legal duty says nothing of lists, police or suspicion"


def _parameters(rule: Rule) -> Iterator[str]:
    names = [parameter.name for parameter in rule.parameters]
    if len(set(names)) < len(names):
        yield "two parameters have the same name"
    for parameter in rule.parameters:
        yield from _parameter(parameter)


def _parameter(p: Parameter) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]+", p.name) or len(p.meaning) < 10 or not isinstance(p.unit, Unit):
        yield f"parameter {p.name!r}: give it a snake_case name, a unit and a meaning"
    if not p.low <= p.default <= p.high or not p.low < p.high:
        yield f"parameter {p.name}: default {p.default} is not within {p.low} to {p.high}"
    if p.unit in WHOLE_UNITS and any(value != int(value) for value in (p.default, p.low, p.high)):
        yield f"parameter {p.name}: {p.unit.value} are whole numbers"
    if p.low <= 0 and p.unit not in {Unit.COUNT, Unit.SWITCH}:
        yield f"parameter {p.name}: a margin is a share of it, so it must stay above 0"


def _events(rule: Rule) -> Iterator[str]:
    for event in rule.events:
        if event not in JUDGED and event not in WITHOUT_PAYMENT:
            yield f"event {event}: no request or posting of that type"
    moved = [event for event in rule.events if event in WITHOUT_PAYMENT or _is_posting(event)]
    if rule.action is Action.BLOCK and moved and not rule.arming:
        yield f"asks for BLOCK on {moved[0]}, which has moved the money: say what to arm"
    if rule.arming and not moved:
        yield "arms blocks but is asked about requests only: take `arming` out"
    if not rule.events or not rule.purposes:
        yield "events or purposes are empty"


def _is_posting(event: str) -> bool:
    return event in JUDGED and issubclass(JUDGED[event], Posting)


def _examples(rule: Rule) -> Iterator[str]:
    fires = [example for example in rule.examples if example.expect is not None]
    if len(fires) < 2:
        yield f"{len(fires)} must-fire examples: give at least 2"
    if len(rule.examples) - len(fires) < 3:
        yield f"{len(rule.examples) - len(fires)} must-not-fire examples: give at least 3, the innocent look-alikes"
    if len({example.name for example in rule.examples}) < len(rule.examples):
        yield "two examples have the same name"
    if fires and max(example.expect for example in fires if example.expect is not None) != rule.action:
        yield f"no example reaches {rule.action.name}, the most the rule asks for"
    for example in rule.examples:
        for fact in sorted(set(example.facts) - set(PURPOSES)):
            yield f"example {example.name!r} gives {fact}, which is no fact"


# the behaviour


def _as_expected(rule: Rule) -> Iterator[str]:
    yield from surprises(rule)


def _findings(rule: Rule) -> Iterator[str]:
    for example in rule.examples:
        first, second = (rule.evaluate(sample(example.facts), rule.defaults) for _ in range(2))
        if first != second:
            yield f"example {example.name!r}: two evaluations differ"
        if first is not None:
            yield from (f"example {example.name!r}: {line}" for line in _finding(rule, first))


def _finding(rule: Rule, finding: Finding) -> Iterator[str]:
    if not isfinite(finding.margin) or finding.margin < -1 or finding.fired != (finding.margin >= 0):
        yield f"margin {finding.margin} is not a share of the threshold from -1 up"
    if not Action.ALLOW < finding.action <= rule.action:
        yield f"asks for {finding.action.name}, the card says at most {rule.action.name}"
    if not finding.subject or not finding.event_ids:
        yield "names no subject or no message as evidence"
    if rule.events and set(rule.events) <= set(WITHOUT_PAYMENT) and not finding.total:
        yield "no payment is behind its events: what is at stake is all that is so far, say total=True"
    if not all(isinstance(figure, int | float | str | bool) for figure in finding.figures.values()):
        yield "figures are numbers, texts and yes or no"
    for template in (rule.customer.zh, rule.customer.en, rule.analyst):
        yield from _template(template, finding)


def _template(template: str, finding: Finding) -> Iterator[str]:
    missing = [name for name, _ in places(template) if name not in finding.figures]
    if missing:
        yield f"text {template[:20]!r}... uses {', '.join(missing)}, which the finding has no figure for"
        return
    try:
        render(template, finding.figures)
    except (KeyError, ValueError) as error:
        yield f"text {template[:20]!r}... cannot be filled: {error!r}"


def _stands_all_parameters(rule: Rule) -> Iterator[str]:
    for parameter in rule.parameters:
        for value in (parameter.low, parameter.high):
            values = {**rule.defaults, parameter.name: value}
            for example in rule.examples:
                finding = rule.evaluate(sample(example.facts), values)
                if finding is not None and not isfinite(finding.margin):
                    yield f"margin {finding.margin} with {parameter.name} = {value}"


SOURCE_CHECKS: tuple[Callable[[Written], Iterator[str]], ...] = (
    _file,
    _pure,
    _facts_read,
    _parameters_read,
)
CARD_CHECKS: tuple[Callable[[Rule], Iterator[str]], ...] = (
    _words,
    _customer_texts,
    headroom.unfit,
    _parameters,
    _events,
    _examples,
)
BEHAVIOUR_CHECKS: tuple[Callable[[Rule], Iterator[str]], ...] = (
    _as_expected,
    _findings,
    headroom.untrue,
    _stands_all_parameters,
)
