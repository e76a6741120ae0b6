"""Control messages: applied in every partition where its journal says, acknowledged, or refused by name."""

from collections.abc import Callable, Iterable

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.decision import blocks
from monitor.engine.reference.controls import Control, ControlMessage, Refusal
from monitor.engine.reference.refused import RefusedLog
from monitor.engine.refuse import publish
from rules.rule_set import RuleSetError, parse
from topics import names
from topics.answers import ControlAck
from topics.instants import instant
from topics.operations import EnforcementSwitched, PartitionResumed, RuleSetPublished

REPORTER = 0  # the partition that reports what is wrong with topics that all partitions read


def advance_controls(ctx: Context, controls: Iterable[Control], customers: Callable[[], Iterable[Customer]]) -> None:
    """Apply controls in order; each is acknowledged. `customers` gives all of the partition, in order of their keys."""
    for control in controls:
        content = control.content
        reason = content.reason if isinstance(content, Refusal) else _apply(ctx, content, customers)
        _acknowledge(ctx, control.offset, reason)


def _apply(ctx: Context, message: ControlMessage, customers: Callable[[], Iterable[Customer]]) -> str | None:
    """-> the reason of a refusal, None when applied."""
    match message:
        case RuleSetPublished():
            return _activate(ctx, message)
        case EnforcementSwitched():
            _switch(ctx, customers(), alert_only=message.mode == "alert_only")
        case PartitionResumed() if message.partition == ctx.partition:
            ctx.shared.flood.resume()
            ctx.shared.flooded = []
    return None


def _switch(ctx: Context, customers: Iterable[Customer], *, alert_only: bool) -> None:
    """Core obeys `blocks` by itself, so the switch must be seen there too."""
    if alert_only != ctx.shared.alert_only:
        ctx.shared.alert_only = alert_only
        (blocks.suspend if alert_only else blocks.resume)(ctx, customers)


def _activate(ctx: Context, message: RuleSetPublished) -> str | None:
    try:
        rule_set = parse(message.document, ctx.catalogue)
    except RuleSetError as error:
        return error.reason
    ctx.shared.document = message.document
    ctx.activate(rule_set)
    return None


def _acknowledge(ctx: Context, offset: int, reason: str | None) -> None:
    ctx.count("controls", "refused" if reason else "accepted")
    ack = ControlAck(
        schema_version=1,
        partition=ctx.partition,
        controls_offset=offset,
        accepted=reason is None,
        reason=reason,
        rule_set=ctx.rule_set.hash,
        enforcement="alert_only" if ctx.shared.alert_only else "enforce",
        batch_clock=instant(ctx.clock),
    )
    ctx.send(names.CONTROL_ACKS, f"{offset}-{ctx.partition}", ack)


def report_refused(ctx: Context, log: RefusedLog, start: int, end: int) -> None:
    """Dead-letter what was refused on a topic of one partition; only one partition of all reports."""
    if ctx.partition != REPORTER:
        return
    for refused in log.between(start, end):
        publish(ctx, refused, partition=0)
        if refused.flood and refused.topic not in ctx.shared.flooded:
            ctx.shared.flooded = sorted([*ctx.shared.flooded, refused.topic])
