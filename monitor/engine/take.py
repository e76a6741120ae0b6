"""One record: decode it, know whether it is a repeat, hand it to its handler, or refuse it."""

from monitor.engine import handlers
from monitor.engine.api import Record
from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.decision.judge import publish
from monitor.engine.decision.kept import unpack
from monitor.engine.decision.repeats import identity_of, recall, remember
from monitor.engine.loan_money import flow
from monitor.engine.refuse import refuse
from monitor.engine.state.store import CustomerStore
from monitor.engine.updates import update
from topics import names
from topics.codec import decode
from topics.fields import CustomerMessage, Posting, Request
from topics.refusals import Refused


def take(ctx: Context, customers: CustomerStore[Customer], record: Record) -> bool:
    """Apply one record; -> whether it was taken. What is refused goes to `dead-letters` and changes nothing."""
    known = (record.key or b"") in customers
    ctx.record = record
    ctx.count("records", record.topic)
    try:
        message = decode(record.topic, record.key, record.value, record.timestamp)
        if record.topic == names.FUND_FLOW:
            flow.take(ctx, customers, message, record)
        else:
            assert isinstance(message, CustomerMessage)
            _apply(ctx, customers.for_change(message.customer_id.encode()), message, record)
    except Refused as refused:
        if not known:
            customers.remove(record.key or b"")
        refuse(ctx, record, refused)
        ctx.shared.flood.saw(dead=refused.reason.counts_for_flood)
        return False
    ctx.shared.flood.saw(dead=False)
    return True


def _apply(ctx: Context, customer: Customer, message: CustomerMessage, record: Record) -> None:
    identity = identity_of(message)
    kept = recall(customer, identity)
    if kept is not None:
        _answer_again(ctx, message, kept)
        return
    core = _handle(ctx, customer, message, record)  # may refuse, so nothing is changed before it
    customer.saw(ctx.clock)
    remember(customer, identity, core, ctx.clock)


def _answer_again(ctx: Context, message: CustomerMessage, kept: bytes) -> None:
    ctx.count("repeats")
    if kept and isinstance(message, Request | Posting):
        publish(ctx, message, unpack(kept))


def _handle(ctx: Context, customer: Customer, message: CustomerMessage, record: Record) -> bytes:
    """-> what is kept of the decision, b"" where there is none."""
    if isinstance(message, Request):
        return handlers.request(ctx, customer, message, record.timestamp)
    if isinstance(message, Posting):
        return handlers.posting(ctx, customer, message, record.timestamp)
    update(ctx, customer, message)
    return b""
