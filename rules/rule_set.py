"""The rule set: one TOML document that says how far each rule may go, and with which numbers.

    [rules.FF01]
    mode = "enforce"          # off, shadow, alert or enforce
    budget = 0.002            # share of an hour's requests it may stop; needed to enforce
    [rules.FF01.parameters]   # what is not named keeps its default
    min_certain = 100000

A rule that is not named is off. The hash of the document's bytes stands on every decision.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from rules.rule import Mode, Parameter, Rule, Unit
from topics.refusals import Reason

_WHOLE = frozenset({Unit.MONEY, Unit.COUNT, Unit.SWITCH})
_SHOWN_BITS = 64
_MODES = {mode.value: mode for mode in Mode}


class RuleSetError(ValueError):
    """A rule set that must not come into force; the message says what to change."""

    def __init__(self, message: str, reason: Reason = Reason.RULE_SET_INVALID) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rule set says of one rule. `values`: every parameter, given or default. `budget` 0: may not stop."""

    mode: Mode
    budget: float
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A valid rule set. `settings` holds every rule of the catalogue, in the order of the codes."""

    hash: str
    settings: Mapping[str, Setting]

    def mode(self, code: str) -> Mode:
        """How far the rule may go."""
        return self.settings[code].mode

    def values(self, code: str) -> Mapping[str, float]:
        """Parameters of the rule in force, by name."""
        return self.settings[code].values

    def budget(self, code: str) -> float:
        """Share of an hour's requests the rule may stop."""
        return self.settings[code].budget


def parse(document: str, catalogue: Mapping[str, Rule]) -> RuleSet:
    """Read and check a rule set. RuleSetError: the first thing that is wrong with it."""
    tables = _tables(document, catalogue)
    settings = {code: _setting(catalogue[code], tables.get(code, {"mode": "off"})) for code in sorted(catalogue)}
    return RuleSet(hash=document_hash(document), settings=settings)


def document_hash(document: str) -> str:
    """SHA-256 of the document's UTF-8 bytes, hex."""
    return sha256(document.encode()).hexdigest()


def _tables(document: str, catalogue: Mapping[str, Rule]) -> dict[str, Any]:
    content = _content(document)
    _only(content, ("rules",), "the rule set")
    tables = content.get("rules")
    if not isinstance(tables, dict):
        raise RuleSetError("the rule set has no rules: give each one a table such as [rules.FF01]")
    for code in tables:
        if code not in catalogue:
            message = f"unknown rule {_shown(code)}: take it out, or use one of {_list(catalogue)}"
            raise RuleSetError(message, Reason.UNKNOWN_RULE)
    return tables


def _content(document: str) -> dict[str, Any]:
    try:
        return tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise RuleSetError(f"the rule set is not TOML: {str(error)[:200]}; mend that place") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, hundreds of nested brackets
        raise RuleSetError("the rule set is not TOML that can be read; write plain numbers and no nesting") from None


def _setting(rule: Rule, table: Any) -> Setting:
    if not isinstance(table, dict):
        raise RuleSetError(f"{rule.code} is not a table: write [rules.{rule.code}] and a mode below it")
    _only(table, ("mode", "budget", "parameters"), rule.code)
    mode = _mode(rule, table.get("mode"))
    budget = _budget(rule, table.get("budget"), mode)
    return Setting(mode=mode, budget=budget, values=_values(rule, table.get("parameters", {})))


def _mode(rule: Rule, word: Any) -> Mode:
    if not isinstance(word, str) or word not in _MODES:
        raise RuleSetError(f"{rule.code}: mode is {_shown(word)}; write one of {_list(_MODES)}")
    return _MODES[word]


def _budget(rule: Rule, share: Any, mode: Mode) -> float:
    if share is None:
        if mode is Mode.ENFORCE and not rule.budget_exempt:
            raise RuleSetError(f"{rule.code}: to enforce it needs a budget; add e.g. `budget = 0.001`")
        return 0.0
    if not _is_number(share) or not 0 < share <= 1:
        raise RuleSetError(f"{rule.code}: budget is {_shown(share)}; write a share above 0 and up to 1")
    return float(share)


def _values(rule: Rule, given: Any) -> dict[str, float]:
    if not isinstance(given, dict):
        raise RuleSetError(f"{rule.code}: parameters are a table, [rules.{rule.code}.parameters]")
    _only(given, tuple(rule.defaults), f"{rule.code}, parameters")
    return {p.name: _value(rule, p, given.get(p.name, p.default)) for p in rule.parameters}


def _value(rule: Rule, parameter: Parameter, value: Any) -> float:
    place, unit = f"{rule.code}: {parameter.name}", parameter.unit
    if not _is_number(value):
        raise RuleSetError(f"{place} is {_shown(value)}; write a number ({unit.value})")
    if not parameter.low <= value <= parameter.high:
        limits = f"{parameter.low} to {parameter.high} ({unit.value})"
        raise RuleSetError(f"{place} is {_shown(value)}; allowed is {limits}")
    if unit in _WHOLE and value != int(value):
        raise RuleSetError(f"{place} is {_shown(value)}; write a whole number ({unit.value})")
    return int(value) if unit in _WHOLE else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _only(table: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in known:
            raise RuleSetError(f"{place}: unknown {_shown(key)}; take it out, or use one of {_list(known)}")


def _shown(value: Any) -> str:
    """Show a value of the document in a message, however large it is."""
    if value is None:
        return "missing"
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return "far too large"
    return repr(value)[:40] if isinstance(value, str | int | float) else f"a {type(value).__name__}"


def _list(words: Mapping[str, Any] | tuple[str, ...]) -> str:
    return ", ".join(words) or "none"
