"""A view in plain lines, for a pipe or a log."""

from collections.abc import Iterator

from msgspec import Struct

from monitor.live import words
from monitor.live.figures import percentile
from monitor.live.view import View
from topics.answers import Alert, DeadLetter


def figures(view: View, now: float) -> str:
    """Everything that has a number, on one line."""
    samples = view.recent_ms.samples(now)
    p50, p99 = (words.milliseconds(percentile(samples, share)) for share in (0.5, 0.99))
    actions = " ".join(f"{action} {view.actions[action]}" for action in words.ORDER)
    return (
        f"events {view.events.per_second(now):.1f}/s, decisions {view.decisions.per_second(now):.1f}/s, "
        f"event to decision p50 {p50} p99 {p99}, {actions}, blocks in force {len(view.blocks)}, "
        f"dead letters {view.dead_letter_count}, rules {words.short(view.rule_sets.values())}"
    )


def news(answer: Struct) -> Iterator[str]:
    """What is worth lines of its own: alerts and dead letters."""
    if isinstance(answer, Alert):
        yield f"{answer.action} {words.alert_head(answer)}"
        for line in (words.why(answer.reasons), words.path(answer)):
            if line:
                yield f"  {line}"
    elif isinstance(answer, DeadLetter):
        yield f"dead letter {words.dead_letter(answer)}"
