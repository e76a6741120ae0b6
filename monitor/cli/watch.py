"""`monitor watch`: what a running system does, live."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.live import Live

from monitor.cli.session import session_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from contextlib import AbstractContextManager

    from msgspec import Struct

    from monitor.live.tail import Tail
    from monitor.live.view import View

    Connect = Callable[[Iterable[str], Collection[str]], AbstractContextManager[Tail]]

_ONCE_S = 2.0
_LINE_S = 1.0
_FRAME_S = 0.2

OnceOption = Annotated[bool, typer.Option("--once", help=f"Look for {_ONCE_S:g} s, print one picture, end.")]
SecondsOption = Annotated[float | None, typer.Option(min=0, help="Print lines, one a second, and end after so many.")]


def watch(context: typer.Context, once: OnceOption = False, seconds: SecondsOption = None) -> None:
    """Watch decisions, alerts and blocks as they are made: a screen on a terminal, lines in a pipe."""
    from monitor.live.view import LOOKED_AT, READ_WHOLE, View  # noqa: PLC0415 - keeps --help quick

    session, console = session_of(context), Console()
    connect: Connect = session["tail"]
    with connect(LOOKED_AT, READ_WHOLE) as tail, suppress(KeyboardInterrupt):
        view = View(time.monotonic())
        if once:
            _picture(tail, view)
        elif seconds is None and console.is_terminal:
            _screen(console, tail, view, session.settings.kafka.bootstrap)
        else:
            _lines(tail, view, seconds)


def _picture(tail: "Tail", view: "View") -> None:
    from monitor.live import lines  # noqa: PLC0415 - keeps --help quick

    for _ in _looks(tail, view, _FRAME_S, _ONCE_S):
        pass
    typer.echo(lines.figures(view, time.monotonic()))
    for alert in reversed(view.alerts.values()):
        for line in lines.news(alert):
            typer.echo(line)


def _lines(tail: "Tail", view: "View", seconds: float | None) -> None:
    from monitor.live import lines  # noqa: PLC0415 - keeps --help quick

    for answers in _looks(tail, view, _LINE_S, seconds):
        stamp = time.strftime("%H:%M:%S")
        for answer in answers:
            for line in lines.news(answer):
                typer.echo(f"{stamp} {line}")
        typer.echo(f"{stamp} {tail.trouble or lines.figures(view, time.monotonic())}")


def _screen(console: Console, tail: "Tail", view: "View", place: str) -> None:
    from monitor.live.screen import Screen  # noqa: PLC0415 - keeps --help quick

    screen = Screen(view, place)
    with Live(screen, console=console, screen=True, auto_refresh=False) as live:
        for _ in _looks(tail, view, _FRAME_S, None):
            screen.now, screen.wall_ms, screen.trouble = time.monotonic(), time.time_ns() // 1_000_000, tail.trouble
            live.refresh()


def _looks(tail: "Tail", view: "View", every: float, seconds: float | None) -> "Iterator[list[Struct]]":
    """Take in what arrives, look after look, for `seconds` or for ever."""
    end = None if seconds is None else time.monotonic() + seconds
    while end is None or time.monotonic() < end:
        records = tail.read(every)
        yield view.take(records, time.monotonic())
