"""`monitor config`: what is in force, and from where."""

import typer
from rich.console import Console
from rich.table import Table

from monitor.cli.session import session_of
from monitor.settings import flattened


def config(context: typer.Context) -> None:
    """Print the settings in force and where each was set. Secrets are masked."""
    in_force = session_of(context).in_force
    values = flattened(in_force.settings.model_dump(mode="json"))  # JSON mode writes a secret as stars
    table = Table("setting", "value", "set by", box=None, pad_edge=False)
    for name, value in values.items():
        table.add_row(name, _shown(value), in_force.origins.get(name, "default"))
    Console(soft_wrap=True).print(table)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(_shown(entry) for entry in value) or "-"
    if isinstance(value, dict):
        return " ".join(f"{key}={_shown(part)}" for key, part in value.items() if part is not None)
    return "-" if value in (None, "") else str(value)
