"""`monitor rules`: what the rules are, whether a rule set is sound, and how it gets into force."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console, RenderableType

from monitor.cli import rule_publisher
from monitor.cli.rule_cards import card, rule_list
from monitor.cli.rule_documents import HELP, known_rules, parsed, read_document, title
from monitor.cli.rule_publisher import Answers, Controls
from monitor.errors import UserError
from rules.examples import surprises
from rules.rule import Mode, Rule
from rules.rule_set import RuleSet
from topics.operations import RuleSetPublished
from topics.refusals import Refused

app = typer.Typer(name="rules", help="See the rules; check and publish a rule set.", no_args_is_help=True)

Connect = Callable[[], AbstractContextManager[Controls]]
"""Opens the way to the workers; the composition root puts one into the context as `controls`."""

File = Annotated[Path, typer.Argument(help=HELP)]
DEFAULT = Path("default")


@app.command("list", epilog="Example: monitor rules list my-rules.toml")
def list_rules(file: File = DEFAULT) -> None:
    """Show all rules, with mode and budget in a rule set."""
    rules = known_rules()
    _print(rule_list(rules, parsed(read_document(file), rules), title(file)))


@app.command("show", epilog="Example: monitor rules show FF01")
def show_rule(code: Annotated[str, typer.Argument(help="Code of the rule.")]) -> None:
    """Show one rule: why it is there, its parameters, its texts and its examples."""
    rules = known_rules()
    if code.upper() not in rules:
        raise UserError(f"there is no rule {code}", f"Use one of {', '.join(rules)}")
    _print(card(rules[code.upper()]))


@app.command("check", epilog="Example: monitor rules check my-rules.toml")
def check_rules(file: File = DEFAULT) -> None:
    """Check a rule set and run the examples of all rules."""
    rules = known_rules()
    rule_set = _sound(read_document(file), rules)
    examples = sum(len(rule.examples) for rule in rules.values())
    typer.echo(f"{title(file)} is sound: {len(rules)} rules, {examples} examples as expected, hash {rule_set.hash}")
    for note in _notes(rule_set, rules):
        typer.echo(note)


@app.command("publish", epilog="Example: monitor rules publish my-rules.toml --by 'Li Wei' --wait 30")
def publish_rules(
    context: typer.Context,
    file: File,
    by: Annotated[str, typer.Option("--by", help="Who publishes it, for the audit.")],
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for the word of every partition.")] = 0,
) -> None:
    """Check a rule set and send it to the workers, who switch to it and acknowledge."""
    document = read_document(file)
    rule_set = _sound(document, known_rules())
    message = rule_publisher.rule_set_message(document, rule_set.hash, by, datetime.now(UTC), str(uuid4()))
    connect: Connect = context.obj["controls"]
    with connect() as controls:
        _send(message, controls)
        typer.echo(f"published {title(file)}, hash {rule_set.hash}")
        if wait:
            _report(rule_publisher.gather(controls, rule_set.hash, wait))


def _send(message: RuleSetPublished, controls: Controls) -> None:
    try:
        rule_publisher.publish(message, controls.send)
    except Refused as refused:
        raise UserError(f"the workers would refuse it: {refused}", "Mend the rule set or --by") from refused


def _report(answers: Answers) -> None:
    for partition, reason in sorted(answers.refused.items()):
        typer.echo(f"partition {partition} refused it: {reason}", err=True)
    if answers.refused:
        raise UserError("what was in force stays in force there", "Check the rule set with the workers' own version")
    if not answers.complete:
        silent = f"{len(answers.accepted)} of {answers.expected} partitions have it in force"
        raise UserError(silent, "See whether all workers run, or wait longer with --wait")
    typer.echo(f"in force in all {answers.expected} partitions")


def _notes(rule_set: RuleSet, rules: Mapping[str, Rule]) -> list[str]:
    """What is allowed but worth a look: rules that are off, examples that these parameters decide otherwise."""
    off = [f"note: {code} is off" for code in rules if rule_set.mode(code) is Mode.OFF]
    changed = [line for code, rule in rules.items() for line in surprises(rule, rule_set.values(code))]
    return off + [f"note, with these parameters: {line}" for line in changed]


def _sound(document: str, rules: Mapping[str, Rule]) -> RuleSet:
    wrong = [line for rule in rules.values() for line in surprises(rule)]
    for line in wrong:
        typer.echo(line, err=True)
    if wrong:
        raise UserError(f"{len(wrong)} examples go wrong", "Mend the rule or the example")
    return parsed(document, rules)


def _print(what: RenderableType) -> None:
    Console().print(what)
