"""A view on a full screen, 80 columns by 24 lines or more."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from monitor.live import words
from monitor.live.figures import percentile
from monitor.live.view import WINDOW_S, View
from topics.answers import Alert

_PANEL_LINES = 8
_WAITING_MS = 1_000


class Screen:
    """Draws a view as it stands when rich asks for it."""

    def __init__(self, view: View, place: str) -> None:
        self.view = view
        self.place = place
        self.now = 0.0
        self.wall_ms = 0
        self.trouble = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        height = options.height or options.size.height
        yield self._header()
        yield self._panels()
        room = height - _PANEL_LINES - 1
        dead = self._dead_letters()
        alerts = Group(*alert_blocks(self.view))
        room -= len(dead)
        lines = console.render_lines(alerts, options.update(height=None), pad=False)
        title = Text("newest alerts" if self.view.alerts else "no alerts yet", style="bold")
        yield title
        for line in lines[: max(0, room - 1)]:
            yield from line
            yield Text("")
        yield from dead

    def _header(self) -> Text:
        view = self.view
        mode = " and ".join(sorted({mode.replace("_", "-") for mode in view.enforcement.values()}))
        rules = f"rules {words.short(view.rule_sets.values())}"
        text = Text(f" {self.place}   {rules}{f', switch {mode}' if mode else ''}   Ctrl-C ends", no_wrap=True)
        text.stylize("bold reverse" if not self.trouble else "bold white on red")
        if self.trouble:
            text.plain = f" {self.trouble}; waiting for it"
        return text

    def _panels(self) -> Table:
        both = Table.grid(expand=True)
        both.add_column(ratio=1)
        both.add_column(ratio=1)
        both.add_row(
            Panel(_grid(self._now_lines()), title=f"last {WINDOW_S:g} s", title_align="left", height=_PANEL_LINES - 1),
            Panel(_grid(self._total_lines()), title="since this began", title_align="left", height=_PANEL_LINES - 1),
        )
        return both

    def _now_lines(self) -> Iterator[tuple[str, RenderableType]]:
        view, samples = self.view, self.view.recent_ms.samples(self.now)
        yield "events", f"{view.events.per_second(self.now):,.1f} /s"
        yield "decisions", f"{view.decisions.per_second(self.now):,.1f} /s"
        p50, p99 = (percentile(samples, share) for share in (0.5, 0.99))
        yield "event to decision", f"p50 {words.number(p50)}  p99 {words.number(p99)} ms"
        waiting = view.delays.waiting(self.wall_ms, _WAITING_MS)
        yield "unanswered for 1 s", Text(f"{waiting:,}", style="bold red" if waiting else "")
        yield "blocks in force", words.in_force(view.blocks.values())

    def _total_lines(self) -> Iterator[tuple[str, RenderableType]]:
        view = self.view
        yield "allowed", f"{view.actions['ALLOW']:,}"
        rest = (Text(f"{action} {view.actions[action]:,}", style=words.STYLES[action]) for action in words.ORDER[1:3])
        yield "flagged", Text("  ").join(rest)
        rest = (Text(f"{action} {view.actions[action]:,}", style=words.STYLES[action]) for action in words.ORDER[3:])
        yield "stopped", Text("  ").join(rest)
        yield "alert episodes", f"{view.alert_count:,}"
        yield "dead letters", Text(f"{view.dead_letter_count:,}", style="bold red" if view.dead_letter_count else "")

    def _dead_letters(self) -> list[Text]:
        newest = list(self.view.dead_letters)[-2:]
        return [
            Text(f"dead letter: {words.dead_letter(letter)}", style="red", no_wrap=True, overflow="ellipsis")
            for letter in reversed(newest)
        ]


def alert_blocks(view: View) -> Iterator[RenderableType]:
    """Each alert in words, newest first."""
    for alert in reversed(view.alerts.values()):
        yield alert_text(alert)


def alert_text(alert: Alert) -> RenderableType:
    """What was done, to whom, why, and the money's path."""
    head = Text.assemble(
        (f"{alert.batch_clock:%H:%M:%S} ", "dim"),
        (alert.action, words.STYLES[alert.action]),
        (f" {words.alert_head(alert)}", "bold"),
    )
    details = ((words.why(alert.reasons), ""), (words.path(alert), "dim"))
    return Group(head, *(Padding(Text(line, style=style), (0, 0, 0, 2)) for line, style in details if line))


def _grid(lines: Iterator[tuple[str, RenderableType]]) -> Table:
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for row in lines:
        grid.add_row(*row)
    return grid
