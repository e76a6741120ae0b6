"""The summary in words."""

from collections.abc import Iterator
from pathlib import Path

from rich.text import Text

from monitor.demo.findings import Finding, Findings
from monitor.demo.page import after
from monitor.live.words import number
from rules.texts import money

_KINDS = {
    "transfer.request": "a payment order",
    "transfer.posting": "a payment that was booked",
    "card.authorization": "a card payment asked for",
    "card.posting": "a card payment that was booked",
    "loan.draw_request": "a draw asked for",
}


def summary(found: Findings, titles: dict[str, str]) -> Iterator[Text]:
    """Say per story what was found, when, and what it was worth; then the price, the delays, and what was missed.

    `titles`: case -> title of its story.
    """
    for case, title in titles.items():
        yield Text(title, style="bold")
        for finding in found.stories:
            if finding.truth.variant == case:
                yield from _finding(finding)
    yield Text("The price", style="bold")
    yield from (Text(f"  {line}") for line in _price(found))
    yield Text("The delay", style="bold")
    yield from (Text(f"  {line}") for line in _delay(found))
    if not found.missed:
        yield Text("Every story was found.", style="bold green")
    else:
        yield Text(f"Missed: {', '.join(found.missed)}", style="bold red")


def _finding(finding: Finding) -> Iterator[Text]:
    record, verdict = finding.truth, finding.found
    if verdict is None:
        yield Text(f"  {record.code} NOT FOUND in {finding.events} events", style="bold red")
    else:
        codes = verdict.decision.action
        where = f"{_KINDS.get(finding.kind, finding.kind)}, event {finding.event} of {finding.events}"
        yield Text.assemble(
            ("  found ", "green"), (record.code, "bold"), f" at {where}: {codes} {after(verdict.delay_ms)}"
        )
        yield Text(f"        {_moment(finding)}")
    yield Text(f"        stopped {money(finding.stopped)}; lost {money(finding.lost)}")


def _moment(finding: Finding) -> str:
    if finding.provable is None:
        return "before it could be proven; what would have proven it never happened"
    late = finding.event - finding.provable
    if late == 0:
        return "that was the first event that could prove it"
    events = "event" if abs(late) == 1 else "events"
    return f"that was {abs(late)} {events} {'after' if late > 0 else 'before'} the first that could prove it"


def _price(found: Findings) -> Iterator[str]:
    ordinary, cost = found.ordinary, found.cost
    yield f"{ordinary.requests:,} payments and draws of {ordinary.people:,} people who did nothing wrong:"
    actions = ordinary.actions
    yield (
        f"{actions['CHALLENGE']} asked to confirm, {actions['HOLD']} held for a call, {actions['BLOCK']} blocked; "
        f"{_people(cost.people)} troubled"
    )
    yield f"{cost.look_alikes} of them planted to look guilty, {money(cost.look_alike_amount)} at stake"
    yield f"beside the stories, {found.crowd_found} of {found.crowd_cases} cases in the crowd were found"


def _people(count: int) -> str:
    return "1 person was" if count == 1 else f"{count} people were"


def _delay(found: Findings) -> Iterator[str]:
    delays = found.delays
    yield (
        f"{delays.count:,} decisions: p50 {number(delays.p50)} ms, p99 {number(delays.p99)} ms, longest "
        f"{number(delays.longest)} ms after the event (the broker's stamps on both)"
    )
    if found.unanswered:
        yield f"{found.unanswered:,} events got no decision"


def where_next(kept: Path, code: str, program: str) -> Iterator[str]:
    """Commands that show more; they work now. `program`: how the monitor was called."""
    broker = "127.0.0.1:9192"
    yield f"{program} rules show {code}"
    yield f"{program} replay {kept} --rules {kept / 'rules.toml'} --truth {kept}"
    yield f"{program} kafka up --name demo --port 9192"
    yield f"{program} --bootstrap {broker} replay --journal"
    yield f"{program} kafka down --name demo"
