"""`monitor topics`: the catalogue of topics against what the cluster has."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from monitor.cli.session import session_of
from monitor.kafka import topics
from monitor.kafka.clients import kafka_python
from monitor.kafka.reachable import check_reachable
from monitor.kafka.topics import Layout, Plan
from topics.catalogue import catalogue

app = typer.Typer(help="See and create the topics.", no_args_is_help=True)

Act = Callable[[Mapping[str, Any], Sequence[Layout], str], Plan]


@app.command("show", epilog="Example: monitor --bootstrap kafka.bank:9092 topics show")
def show(context: typer.Context) -> None:
    """Compare the catalogue with the cluster and change nothing; exit code 1 when something is missing or differs."""
    wanted, plan = _against_cluster(context, topics.show)
    Console(soft_wrap=True).print(_table(wanted, plan))
    _name_the_rest(plan)
    if plan.create or plan.differ:
        raise typer.Exit(1)


@app.command("apply", epilog="Example: monitor topics apply")
def apply(context: typer.Context) -> None:
    """Create the topics that are missing. What exists is never changed or deleted; differences are named."""
    _, plan = _against_cluster(context, topics.apply)
    typer.echo(f"created {len(plan.create)} topics" if plan.create else "no topic was missing")
    _name_the_rest(plan)


def _against_cluster(context: typer.Context, act: Act) -> tuple[list[Layout], Plan]:
    kafka = session_of(context).settings.kafka
    check_reachable(kafka)
    wanted = topics.layouts(catalogue(), kafka.partitions, kafka.replication_factor, kafka.topic_prefix)
    return wanted, act(kafka_python(kafka), wanted, kafka.topic_prefix)


def _table(wanted: Sequence[Layout], plan: Plan) -> Table:
    missing = {layout.name for layout in plan.create}
    differing = {difference.topic for difference in plan.differ}
    table = Table("topic", "partitions", "cleanup", "state", box=None, pad_edge=False)
    for layout in wanted:
        state = "missing" if layout.name in missing else "differs" if layout.name in differing else "as it should be"
        table.add_row(layout.name, str(layout.partitions), layout.settings["cleanup.policy"], state)
    return table


def _name_the_rest(plan: Plan) -> None:
    for difference in plan.differ:
        typer.echo(f"left as it is: {difference}")
    if plan.unknown:
        typer.echo(f"not ours: {', '.join(plan.unknown)}")
