"""`python -m benchmarks`: print what things cost. Ratios are to a peer of the same run; nothing is asserted."""

import os
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import engine_cost, flow_cost, kafka_run, tracing_cost
from benchmarks.table import show
from benchmarks.workload import simulate

PARTS = ("tracing", "flow", "engine", "kafka")


def main(
    part: Annotated[list[str] | None, typer.Option(help=f"Only these: {', '.join(PARTS)}.")] = None,
    customers: Annotated[int, typer.Option(min=10, help="Customers of the simulated bank.")] = 550,
    days: Annotated[int, typer.Option(min=1, max=55, help="Days of the simulated bank.")] = 30,
    backlog: Annotated[int, typer.Option(min=1000, help="Events that wait when a subject starts.")] = 30_000,
    seconds: Annotated[float, typer.Option(min=1, help="How long a turn at a rate lasts.")] = 5.0,
    turns: Annotated[int, typer.Option(min=1, help="Turns of each subject at each rate.")] = 4,
    seed: Annotated[int, typer.Option(help="Of the simulated bank.")] = 1,
) -> None:
    """Measure tracer, fund flow, engine, and the worker on a real Kafka beside a bare loop and default Faust."""
    console, wanted = Console(width=120), part or list(PARTS)
    console.print(f"load before the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    if "tracing" in wanted:
        show("Tracing", tracing_cost.measure(), console)
    if "flow" in wanted:
        show("Fund flow, a message in a batch of its own", flow_cost.measure(), console)
    if {"engine", "kafka"} & set(wanted):
        workload = simulate(customers, days, seed)
        if "engine" in wanted:
            show(f"Engine, {len(workload.loads):,} events of {days} days", engine_cost.measure(workload), console)
        plan = kafka_run.Plan(backlog, seconds, turns)
        if "kafka" in wanted and len(workload.loads) < plan.events:
            raise typer.BadParameter(f"{len(workload.loads):,} events, needed {plan.events:,}: more --customers")
        if "kafka" in wanted:
            show("End to end on Kafka", kafka_run.measure(workload, plan), console)
    console.print(f"load after the end: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    typer.run(main)
