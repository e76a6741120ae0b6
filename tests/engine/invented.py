"""Rules invented for a test: they say what they are told to say of every transfer request."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rules import fr01_takeover
from rules.catalogue import load
from rules.facts import Facts, Values
from rules.rule import Action, Family, Finding, Rule, Text

Says = Callable[[Facts, Values], Finding | None]


def says(action: Action, margin: float = 0.5, subject: str = "payee-1", **figures: Any) -> Says:
    """An `evaluate` that always finds the same."""

    def evaluate(facts: Facts, _: Values) -> Finding:
        return Finding(margin, action, figures, subject, facts.amount, (facts.event_id,))

    return evaluate


def rule(code: str, evaluate: Says, family: Family = Family.UNUSUAL, **card: Any) -> Rule:
    """A rule with plain texts."""
    texts: dict[str, Any] = {
        "customer": Text(zh="请核实", en="Please check."),
        "analyst": "Look.",
        "rationale": "Invented.",
    }
    events = ("transfer.request",)
    fixed: dict[str, Any] = {
        "code": code,
        "evaluate": evaluate,
        "family": family,
        "events": events,
        "parameters": (),
        "examples": (),
    }
    return replace(fr01_takeover.RULE, **(texts | fixed | card))


def beside(*invented: Rule) -> dict[str, Rule]:
    """The real rules and these."""
    return load() | {one.code: one for one in invented}


def enforcing(*invented: Rule, budget: float = 1.0) -> str:
    """A rule set in which only these enforce."""
    return "".join(f'[rules.{one.code}]\nmode = "enforce"\nbudget = {budget}\n' for one in invented)
