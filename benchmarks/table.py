"""What a benchmark found, as rows for people."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table


class Row(NamedTuple):
    """One figure. `ratio` is to the peer named in `beside`, of the same run; None where there is none."""

    what: str
    value: float
    unit: str
    ratio: float | None = None
    beside: str = ""


def ratio_row(what: str, value: float, unit: str, peer: float, beside: str) -> Row:
    """A figure beside its peer."""
    return Row(what, value, unit, value / peer if peer else None, beside)


def show(title: str, rows: Sequence[Row], console: Console) -> None:
    """Print the rows as a table."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in ("what", "figure", "unit", "ratio", "to"):
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(row.what, _number(row.value), row.unit, _ratio(row.ratio), row.beside)
    console.print(table, "")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits say enough


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"
