"""Asks a rule about facts, and draws amounts close to thresholds."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from rules.examples import sample
from rules.rule import Action, Finding, Rule


def finding(rule: Rule, facts: dict[str, Any], **values: float) -> Finding:
    """What the rule finds; it must have something to say."""
    found = rule.evaluate(sample(facts), {**rule.defaults, **values})
    assert found is not None
    return found


def action(rule: Rule, facts: dict[str, Any], **values: float) -> Action | None:
    """What the rule asks for, None when it does not fire."""
    found = rule.evaluate(sample(facts), {**rule.defaults, **values})
    return found.action if found is not None and found.fired else None


def around(*thresholds: int, most: int = 100_000_00) -> st.SearchStrategy[int]:
    """Non-negative whole numbers: any, and often one of the thresholds, one below or one above."""
    near = sorted({max(0, threshold + step) for threshold in thresholds for step in (-1, 0, 1)})
    return st.sampled_from(near) | st.integers(0, most)


def yuan(*thresholds: int) -> st.SearchStrategy[int]:
    """Amounts in minor units, often about these thresholds in yuan."""
    return around(*(threshold * 100 for threshold in thresholds))


STEADY = settings(deadline=None, derandomize=True, max_examples=300)
"""The same cases in every run, so that a planted error is caught always or never, and no clock."""
