"""`monitor demo`: everything at once, on this machine, with nothing left behind."""

from typing import Annotated

import typer
from rich.console import Console

SeedOption = Annotated[int, typer.Option(help="Another seed, another bank; the stories are the same three.")]
SecondsOption = Annotated[float, typer.Option(min=10, max=100, help="How long the live part lasts.")]
CustomersOption = Annotated[int, typer.Option(min=20, max=5000, help="Customers around the stories.")]
DaysOption = Annotated[int, typer.Option(min=1, max=50, help="Days of their past.")]
RateOption = Annotated[float, typer.Option(min=1, help="Messages a second of ordinary life.")]


def demo(
    seed: SeedOption = 1,
    seconds: SecondsOption = 75,
    customers: CustomersOption = 200,
    days: DaysOption = 14,
    rate: RateOption = 50,
) -> None:
    """Start a real Kafka and a worker, play a bank with fraud, misused loans and cash-out, and sum up.

    Exit code 0 only if every story was found. Uses a folder, a broker and ports of its own.
    """
    from monitor.demo.place import opened  # noqa: PLC0415 - keeps --help quick
    from monitor.demo.run import Plan, run  # noqa: PLC0415
    from monitor.paths import data_dir  # noqa: PLC0415

    plan = Plan(seed=seed, customers=customers, days=days, rate=rate, seconds=seconds)
    try:
        with opened(data_dir()) as place:
            found = run(plan, place, Console())
    except KeyboardInterrupt as stopped:
        typer.echo("monitor: stopped; nothing is left running", err=True)
        raise typer.Exit(130) from stopped
    if found.missed:
        raise typer.Exit(1)
