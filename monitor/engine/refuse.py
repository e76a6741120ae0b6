"""Dead letters: what was refused, why, and where it stands."""

from monitor.engine.api import Record
from monitor.engine.context import Context
from monitor.engine.reference.refused import RefusedRecord, describe
from topics import names
from topics.answers import DeadLetter
from topics.instants import instant
from topics.refusals import Reason, Refused


def refuse(ctx: Context, record: Record, refused: Refused) -> None:
    """Publish a dead letter for a record of this partition."""
    publish(ctx, describe(record, refused), ctx.partition)


def refuse_tag(ctx: Context, offset: int, reason: str) -> None:
    """Publish a dead letter for a tag that turned out bad; the value of one taken earlier stands at its place."""
    record = ctx.record
    if record is not None and (record.topic, record.offset) == (names.FUND_FLOW, offset):
        refuse(ctx, record, Refused(Reason(reason), "it does not agree with the payment, or with what was said before"))
        return
    detail = "found bad after it was taken; the value stands on the topic"
    publish(ctx, RefusedRecord(names.FUND_FLOW, offset, Reason(reason), detail, None, None, 0, ""), ctx.partition)


def publish(ctx: Context, refused: RefusedRecord, partition: int) -> None:
    """Publish a dead letter. `partition` is the record's own."""
    letter = DeadLetter(
        schema_version=1,
        reason=refused.reason,
        detail=refused.detail,
        topic=refused.topic,
        partition=partition,
        offset=refused.offset,
        key=refused.key,
        value=refused.value,
        value_size=refused.size,
        value_digest=refused.digest,
        batch_clock=instant(ctx.clock),
    )
    ctx.count("dead_letters", refused.topic, refused.reason)
    ctx.send(names.DEAD_LETTERS, f"{refused.topic}-{partition}-{refused.offset}", letter)
