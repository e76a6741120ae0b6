"""The least that any system does which answers: decode the message with the codec, encode an answer of usual size."""

from datetime import UTC, datetime

from monitor.engine.api import Output
from topics import names
from topics.answers import Decision, Position
from topics.codec import decode, encode
from topics.fields import Posting, Request

_CLOCK = datetime(2026, 3, 2, tzinfo=UTC)
_POSITION = Position(partition=0, epoch=0, sequence=0)


def answer(topic: str, key: bytes | None, value: bytes | None, append_time: int) -> Output | None:
    """Say ALLOW to a request or posting; nothing else is answered."""
    message = decode(topic, key, value, append_time)
    if not isinstance(message, Request | Posting):
        return None
    decision = _allow(message)
    header = ("event_id", message.event_id.encode())
    return Output(names.DECISIONS, message.customer_id.encode(), encode(decision), (header,))


def _allow(message: Request | Posting) -> Decision:
    return Decision(
        schema_version=1,
        event_id=message.event_id,
        payment_id=message.payment_id,
        customer_id=message.customer_id,
        action="ALLOW",
        enforcement_point=None,
        fail_policy=None,
        too_late=False,
        degraded=[],
        budget_exceeded=[],
        reasons=[],
        shadow=[],
        fund_flow=None,
        anomaly=None,
        block_ids=[],
        until=None,
        lifted_by=None,
        rule_set="",
        engine_version="",
        model_version="",
        position=_POSITION,
        batch_clock=_CLOCK,
    )
