"""`monitor kafka`: a real Apache Kafka on this machine, for development and the demo."""

import re
import time
from typing import Annotated

import typer

from monitor.kafka.distribution import is_fetched
from monitor.kafka.local import BrokerStatus, LocalKafka
from monitor.paths import cache_dir, data_dir

app = typer.Typer(help="Run a real Apache Kafka on this machine.", no_args_is_help=True)


def _checked(name: str) -> str:
    """A name is one folder: nothing with dots or slashes, which could be any folder of the machine."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise typer.BadParameter(f"{name!r}: write small letters, digits and hyphens.")
    return name


Name = Annotated[str, typer.Option(help="Which broker; each has its own data.", show_default=True, callback=_checked)]
Port = Annotated[int, typer.Option(min=1, max=65_535, help="Where it listens, on the loopback address.")]


@app.command("up", epilog="Example: monitor kafka up --name second --port 9192")
def up(name: Name = "default", port: Port = 9092) -> None:
    """Start the broker and wait until it serves. The first time this fetches Kafka, and Java where there is none."""
    began = time.monotonic()
    broker = _broker(name, port)
    if broker.status().bootstrap is None:
        fetch = "" if is_fetched(cache_dir()) else "; it is fetched first, once on a machine, in about a minute"
        typer.echo(f"starting Kafka{fetch}", err=True)
    bootstrap = broker.start()
    typer.echo(f"Kafka is ready at {bootstrap} after {time.monotonic() - began:.1f} s")


@app.command("down", epilog="Example: monitor kafka down")
def down(name: Name = "default") -> None:
    """Stop the broker; its data stays."""
    typer.echo("Kafka is stopped, its data kept" if _broker(name).stop() else "Kafka was not running")


@app.command("status", epilog="Example: monitor kafka status")
def status(name: Name = "default") -> None:
    """Say whether the broker runs, and where; exit code 1 when it does not."""
    found = _broker(name).status()
    typer.echo(_described(name, found))
    if found.bootstrap is None:
        raise typer.Exit(1)


@app.command("wipe", epilog="Example: monitor kafka wipe")
def wipe(name: Name = "default") -> None:
    """Delete the data of a stopped broker; what was fetched stays."""
    _broker(name).wipe()
    typer.echo("the data is gone; `monitor kafka up` starts afresh")


def _broker(name: str, port: int | None = None) -> LocalKafka:
    return LocalKafka(data_dir() / "kafka" / name, port)


def _described(name: str, found: BrokerStatus) -> str:
    if found.bootstrap:
        return f"Kafka is ready at {found.bootstrap}, process {found.pid}, data in {found.data_dir}"
    data = f"data in {found.data_dir}" if found.has_data else "no data"
    which = "" if name == "default" else f" --name {name}"
    return f"Kafka is not running, {data}; start it with: monitor kafka up{which}"
