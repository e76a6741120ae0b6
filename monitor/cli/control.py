"""`monitor control`: what operators order of all workers, acknowledged by every partition."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, cast
from uuid import uuid4

import typer

from monitor.cli.rule_publisher import Controls
from monitor.cli.session import session_of
from monitor.errors import UserError
from topics import names
from topics.answers import ControlAck
from topics.codec import decode_answer, encode
from topics.fields import Message
from topics.keys import entity_key
from topics.operations import EnforcementSwitched, PartitionResumed

app = typer.Typer(help="The kill switch, and going on after a flood.", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="Who orders it, for the audit.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the audit.")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for the word of every partition.")]


def _someone() -> str:
    return os.environ.get("USER") or "operator"


@app.command("alert-only", epilog="Example: monitor control alert-only --reason 'too many blocks'")
def alert_only(context: typer.Context, by: By = "", reason: Reason = "", wait: Wait = 10.0) -> None:
    """Turn every block into an alert, everywhere, until `enforce`."""
    _switch(context, "alert_only", by, reason, wait)


@app.command("enforce", epilog="Example: monitor control enforce --by 'Li Wei'")
def enforce(context: typer.Context, by: By = "", reason: Reason = "", wait: Wait = 10.0) -> None:
    """Let rules block again as the rule set says."""
    _switch(context, "enforce", by, reason, wait)


@app.command("resume", epilog="Example: monitor control resume --partition 3")
def resume(
    context: typer.Context,
    partition: Annotated[int, typer.Option(min=0, help="The paused partition, see /readyz.")],
    by: By = "",
    wait: Wait = 10.0,
) -> None:
    """Let a partition go on that paused itself because of a flood of bad messages."""
    message = _message(PartitionResumed, partition=partition, ordered_by=by or _someone())
    _order(context, message, f"partition {partition} goes on", wait, lambda _: True)


def _switch(context: typer.Context, mode: Literal["alert_only", "enforce"], by: str, reason: str, wait: float) -> None:
    message = _message(EnforcementSwitched, mode=mode, ordered_by=by or _someone(), reason=reason)
    _order(context, message, mode.replace("_", "-"), wait, lambda ack: ack.enforcement == mode)


def _message(kind: type[Message], **fields: Any) -> Message:
    return kind(schema_version=1, event_id=str(uuid4()), event_time=datetime.now(UTC), **fields)


def _order(
    context: typer.Context, message: Message, what: str, wait: float, holds: Callable[[ControlAck], bool]
) -> None:
    """Send, then wait for every partition's word. UserError when some stay silent: then a worker is not alive."""
    connect = session_of(context)["controls"]
    with connect() as controls:
        controls.send(names.CONTROLS, entity_key(message), encode(message))
        if not wait:
            typer.echo(f"ordered: {what}")
            return
        answered = _answered(controls, wait, holds)
        missing = sorted(set(range(controls.partitions())) - answered)
    if missing:
        silent = ", ".join(map(str, missing))
        raise UserError(
            f"ordered: {what}; no word from partition {silent} in {wait:g} s",
            "The order stands and holds as soon as a worker owns it; see /readyz of the workers",
        )
    typer.echo(f"{what}: acknowledged by all {len(answered)} partitions")


def _answered(controls: Controls, wait: float, holds: Callable[[ControlAck], bool]) -> set[int]:
    answered: set[int] = set()
    for ack in _acks(controls.acks(wait)):
        if ack.accepted and holds(ack):
            answered.add(ack.partition)
        if len(answered) >= controls.partitions():
            break
    return answered


def _acks(values: Iterable[bytes]) -> Iterable[ControlAck]:
    return (cast("ControlAck", decode_answer(names.CONTROL_ACKS, value)) for value in values)
