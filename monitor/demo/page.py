"""How a run looks: rows of what happens beside what the monitor says, a status below, a summary at the end."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.demo.chronicle import Chronicle, Row, Verdict, armed
from monitor.live import words
from monitor.live.figures import percentile
from monitor.live.view import View

_WIDE = 110
_CASES = {"fraud": "bold red", "capital-flow": "bold yellow", "cash-out": "bold magenta"}
_CASE_WIDTH = 12


def row(found: Row, began: int, chronicle: Chronicle, width: int) -> RenderableType:
    """One row: two columns where there is room, else one below the other. `began`: ms since the epoch."""
    label = Text.assemble(
        (f"{_clock(found.at - began)} ", "dim"), (found.case or "crowd", _CASES.get(found.case, "dim"))
    )
    said = Group(*_said(found, chronicle))
    wide = width >= _WIDE
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(width=6 + _CASE_WIDTH, no_wrap=True)
    for ratio in (2, 3) if wide else (1,):
        grid.add_column(ratio=ratio)
    if wide:
        grid.add_row(label, found.text, said)
        return grid
    grid.add_row(label, found.text)
    return Group(grid, Padding(said, (0, 0, 0, 8)))


def _said(found: Row, chronicle: Chronicle) -> Iterator[Text]:
    """What the monitor says: every flag with its reason, or how quickly it allowed."""
    flagged = [verdict for verdict in found.verdicts if verdict.decision.action != "ALLOW"]
    for verdict in flagged:
        yield from _flag(verdict, found, chronicle)
    allowed = [verdict.delay_ms for verdict in found.verdicts if verdict.decision.action == "ALLOW"]
    if allowed:
        yield Text(f"{'then allowed' if flagged else 'allowed'} {after(max(d or 0 for d in allowed))}", style="green")


def _flag(verdict: Verdict, found: Row, chronicle: Chronicle) -> Iterator[Text]:
    decision = verdict.decision
    codes = " ".join(reason.code for reason in decision.reasons)
    yield Text.assemble(
        (decision.action, words.STYLES[decision.action]), f" {after(verdict.delay_ms)}", (f"  {codes}", "bold")
    )
    yield Text(chronicle.named(words.why(decision.reasons)))
    own = [alert for alert in found.alerts if alert.event_id == decision.event_id and alert.path]
    if own:
        yield Text(f"the money: {chronicle.named(words.path(own[0]))}", style="dim")
    scopes = armed(decision, chronicle.blocks)
    if scopes and decision.too_late:
        yield Text(f"the money has moved; blocked from here on: {', '.join(scopes)}", style="bold")


def after(delay_ms: int | None) -> str:
    """Say how long after the event."""
    return "" if delay_ms is None else f"{delay_ms:,} ms after the event"


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(max(0, milliseconds) // 1000, 60)
    return f"{minutes}:{seconds:02}"


class Status:
    """Two lines below the rows while the bank plays."""

    def __init__(self, view: View, seconds: float) -> None:
        self.view = view
        self.seconds = seconds
        self.began = self.now = 0.0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        view, samples = self.view, self.view.recent_ms.samples(self.now)
        p50, p99 = (words.number(percentile(samples, share)) for share in (0.5, 0.99))
        passed = int((self.now - self.began) * 1000)
        yield Text.assemble(
            (f"{_clock(passed)} of {_clock(int(self.seconds * 1000))}", "bold"),
            f"  {view.events.per_second(self.now):.0f} events/s, {view.decisions.per_second(self.now):.0f} decisions/s,"
            f" event to decision p50 {p50} p99 {p99} ms",
        )
        counts = (Text(f"{name} {view.actions[name]:,}", style=words.STYLES[name]) for name in words.ORDER)
        yield Text.assemble(Text("  ").join(counts), f"  blocks in force {words.in_force(view.blocks.values())}")
