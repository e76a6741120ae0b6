"""Answers in words a person reads at a glance."""

from collections import Counter
from collections.abc import Iterable

from rules.texts import money
from topics.answers import Action, Alert, Block, DeadLetter, Reason

ORDER: tuple[Action, ...] = ("ALLOW", "ALERT", "CHALLENGE", "HOLD", "BLOCK")
STYLES: dict[str, str] = {
    "ALLOW": "green",
    "ALERT": "yellow",
    "CHALLENGE": "cyan",
    "HOLD": "magenta",
    "BLOCK": "bold red",
}
_SHOWN_HASH = 8


def alert_head(alert: Alert) -> str:
    """Who and how much: `FF01 C-17, CNY 97,092.18 at stake, severity 4`."""
    codes = " ".join(dict.fromkeys(reason.code for reason in alert.reasons)) or alert.family
    again = "" if alert.events == 1 else f", event {alert.events} of the episode"
    return (
        f"{codes} {alert.customer_id}, {money(alert.amount, alert.currency)} at stake, severity {alert.severity}{again}"
    )


def why(reasons: Iterable[Reason]) -> str:
    """The first reason's text for the desk; it is the one that ranks highest."""
    return next((reason.analyst_text for reason in reasons), "")


def path(alert: Alert) -> str:
    """The money's way."""
    return " > ".join(alert.path)


def short(rule_sets: Iterable[str]) -> str:
    """Name the rule sets in force; more than one means that workers are in between."""
    return " and ".join(sorted({name[:_SHOWN_HASH] for name in rule_sets})) or "not heard of yet"


def in_force(blocks: Iterable[Block]) -> str:
    """Count blocks by rule: `6 (CO01 2, FF01 4)`."""
    codes = Counter(block.code for block in blocks)
    listed = ", ".join(f"{code} {count}" for code, count in sorted(codes.items()))
    return f"{codes.total():,} ({listed})" if listed else "none"


def dead_letter(letter: DeadLetter) -> str:
    """Say what was refused, where, and why."""
    return f"{letter.reason} at {letter.topic}/{letter.partition}/{letter.offset}: {letter.detail}"


def number(value: int | None) -> str:
    """Write a figure that may not be there yet."""
    return "-" if value is None else f"{value:,}"


def milliseconds(delay: int | None) -> str:
    """Write a delay."""
    return "-" if delay is None else f"{delay:,} ms"
