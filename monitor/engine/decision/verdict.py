"""From what the rules found to one outcome: modes, lowering, families, ranking."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from rules.facts import Facts
from rules.rule import Action, Finding, Mode, Rule
from rules.rule_set import RuleSet
from rules.texts import render

MAX_REASONS = 4


class Hit(Struct):
    """A rule that fired, and what is left of what it asked for."""

    rule: Rule
    finding: Finding
    action: Action
    block_id: str = ""  # of the block that speaks, when it was armed by an earlier event

    def rank(self) -> tuple[int, int, float, str]:
        """Sort key, best first: action, severity, margin, then code for a stable order."""
        return (-self.action, -self.rule.severity, -self.finding.margin, self.rule.code)


class Verdict(Struct):
    """The outcome of one event before it is written down."""

    hits: list[Hit] = []
    shadow: list[Hit] = []
    degraded: list[str] = []
    over_budget: list[str] = []

    @property
    def action(self) -> Action:
        """The highest action among the hits."""
        return max([hit.action for hit in self.hits]) if self.hits else Action.ALLOW


def evaluate(
    verdict: Verdict, rules: Iterable[Rule], rule_set: RuleSet, facts: Facts, count: Callable[..., None]
) -> None:
    """Run every rule; one that raises marks the verdict degraded and never means "clean"."""
    for rule in rules:
        try:
            setting = rule_set.settings[rule.code]
            finding = rule.evaluate(facts, setting.values)
            fired = finding is not None and finding.fired and _can_be_told(rule, finding)
        except Exception:  # noqa: BLE001 - a rule's bug must not become an outage, nor a "clean"
            verdict.degraded.append(rule.code)
            count("rule_errors", rule.code)
            continue
        if finding is not None and fired:
            admit(verdict, Hit(rule, finding, finding.action), setting.mode)
            count("rule_hits", rule.code, setting.mode.value)


def _can_be_told(rule: Rule, finding: Finding) -> bool:
    """True; raises here, as part of the rule, when a figure is missing that its texts speak of."""
    for text in (rule.customer.zh, rule.customer.en, rule.analyst):
        render(text, finding.figures)
    return True


def admit(verdict: Verdict, hit: Hit, mode: Mode) -> None:
    """Let a hit count as far as its rule's mode goes."""
    if mode is Mode.SHADOW:
        verdict.shadow.append(hit)
    elif mode is not Mode.OFF:
        hit.action = hit.action if mode is Mode.ENFORCE else min(hit.action, Action.ALERT)
        verdict.hits.append(hit)


def lower(verdict: Verdict, *, trusted: bool, alert_only: bool) -> None:
    """The trust list lowers all but what is exempt; the kill switch lowers everything."""
    for hit in verdict.hits:
        if alert_only or (trusted and not hit.rule.trust_exempt):
            hit.action = min(hit.action, Action.ALERT)


def settle(verdict: Verdict) -> None:
    """Rank, keep one hit a family, at most four."""
    families, kept = set(), []
    for hit in sorted(verdict.hits, key=Hit.rank):
        if hit.rule.family not in families:
            families.add(hit.rule.family)
            kept.append(hit)
    verdict.hits = kept[:MAX_REASONS]
