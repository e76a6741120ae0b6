"""Dead letters: what was refused, why, and where it stands. Never a card number."""

from hashlib import sha256

from monitor.engine.api import Record
from monitor.engine.context import Context
from topics import names
from topics.answers import DeadLetter
from topics.instants import instant
from topics.masking import mask
from topics.refusals import Refused


def refuse(ctx: Context, record: Record, refused: Refused, partition: int | None = None) -> None:
    """Publish a dead letter. `partition` is the record's own when it is not the engine's."""
    value = record.value or b""
    letter = DeadLetter(
        schema_version=1,
        reason=refused.reason,
        detail=refused.detail,
        topic=record.topic,
        partition=ctx.partition if partition is None else partition,
        offset=record.offset,
        key=None if record.key is None else mask(record.key),
        value=None if record.value is None else mask(value),
        value_size=len(value),
        value_digest=sha256(value).hexdigest(),
        batch_clock=instant(ctx.clock),
    )
    ctx.count("dead_letters", record.topic, refused.reason)
    ctx.send(names.DEAD_LETTERS, f"{record.topic}-{letter.partition}-{record.offset}", letter)
