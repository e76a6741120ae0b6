"""Rules as people see them in a terminal: the list, and the card of one rule."""

from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from rules.examples import outcome, sample, word
from rules.rule import Action, Example, Parameter, Rule
from rules.rule_set import RuleSet
from rules.texts import render


def rule_list(rules: Mapping[str, Rule], rule_set: RuleSet, source: str) -> Table:
    """One line a rule, with its mode and budget in the rule set read from `source`."""
    table = _table("code", "title", "severity", "at most", "at", "mode", "budget", title=f"Rules, as {source} has them")
    for code, rule in rules.items():
        mode, budget = rule_set.mode(code).value, _budget(rule, rule_set.budget(code))
        table.add_row(code, rule.title, str(rule.severity), rule.action.name, rule.point.value, mode, budget)
    return table


def _budget(rule: Rule, share: float) -> str:
    if rule.budget_exempt:
        return "not needed"
    return f"{share:.2%} an hour" if share else "none"


def card(rule: Rule) -> RenderableType:
    """Everything on a rule's card; its texts filled from its first example."""
    title = f"{rule.code} {rule.title}"
    parts = [_head(rule), _parameters(rule.parameters), _texts(rule), _examples(rule)]
    return Panel(Group(escape(_paragraphs(rule.rationale)), "", *parts), title=escape(title), title_align="left")


def _paragraphs(text: str) -> str:
    """Undo the line breaks of the source; empty lines stay."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def _head(rule: Rule) -> Table:
    return _grid(_head_lines(rule))


def _head_lines(rule: Rule) -> Iterable[tuple[str, str]]:
    yield "asks for at most", f"{rule.action.name} at {rule.point.value}, severity {rule.severity} of 5"
    if rule.action is Action.HOLD:
        yield "a hold lasts", f"{rule.hold_hours} h"
    if rule.arming:
        armed = ", ".join(f"{arming.scope.value} for {arming.hours} h" for arming in rule.arming)
        yield "blocks, once money has moved", armed
    yield "is asked about", ", ".join(rule.events)
    yield "evidence family", rule.family.value
    yield "purposes of its facts", ", ".join(purpose.value for purpose in rule.purposes)
    yield "trust list, block budget", f"{_holds(rule.trust_exempt)}, {_holds(rule.budget_exempt)}"


def _holds(exempt: bool) -> str:
    return "does not apply" if exempt else "applies"


def _parameters(parameters: tuple[Parameter, ...]) -> RenderableType:
    if not parameters:
        return "\nNo parameters."
    table = _table("parameter", "meaning", "default", "from", "to", title="\nParameters")
    for p in parameters:
        numbers = (f"{number:.10g}" for number in (p.default, p.low, p.high))
        table.add_row(p.name, f"{p.meaning} ({p.unit.value})", *numbers)
    return table


def _texts(rule: Rule) -> RenderableType:
    example = next(example for example in rule.examples if example.expect is not None)
    heading = f"\n[bold italic]Texts, filled from the example: {escape(example.name)}[/bold italic]"
    return Group(heading, _grid(_filled(rule, example)))


def _filled(rule: Rule, example: Example) -> Iterable[tuple[str, str]]:
    finding = outcome(rule, example)
    figures = finding.figures if finding else {}
    yield "customer, zh", render(rule.customer.zh, figures)
    yield "customer, en", render(rule.customer.en, figures)
    yield "analyst", render(rule.analyst, figures)
    yield "remedy", rule.remedy


def _examples(rule: Rule) -> Table:
    table = _table("example", "must give", "margin", title="\nExamples")
    for example in rule.examples:
        table.add_row(escape(example.name), word(example.expect), _margin(rule, example))
    return table


def _margin(rule: Rule, example: Example) -> str:
    finding = rule.evaluate(sample(example.facts), rule.defaults)
    return "nothing to say" if finding is None else f"{finding.margin:+.2f}"


def _grid(lines: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, content in lines:
        table.add_row(label, escape(content))
    return table


def _table(*columns: str, title: str) -> Table:
    """Build a table whose first column is never cut."""
    table = Table(title=title, title_justify="left", title_style="bold italic", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    return table
