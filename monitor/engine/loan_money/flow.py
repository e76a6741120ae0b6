"""Messages of other partitions: each applied once, in the order their journal has them."""

from monitor.engine.api import Record
from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.decision import blocks
from monitor.engine.loan_money import between, hubs, looks, payers
from monitor.engine.loan_money.settle import settle
from monitor.engine.state.store import CustomerStore
from monitor.engine.tracing.interval import OTHER
from monitor.engine.tracing.movements import CLOSED, LOAN_CURRENCY, Booked, Retire
from monitor.engine.tracing.tags import without
from rules.uses import FORBIDDEN
from topics import fund_flow
from topics.fields import Message
from topics.refusals import Reason, Refused

FundFlowMessage = fund_flow.Tag | fund_flow.Book | fund_flow.Retire | fund_flow.RepaidFor | fund_flow.Clear


def take(ctx: Context, customers: CustomerStore[Customer], message: Message, record: Record) -> None:
    """Apply a message; one that is not behind the sender's last one was applied before. Raises `Refused`."""
    assert isinstance(message, FundFlowMessage)
    sender = str(message.sender_partition)
    last = ctx.shared.heard.get(sender)
    if last is not None and message.sender <= last:
        ctx.count("repeats")
        return
    ctx.shared.heard[sender] = message.sender  # also of what is refused: a repeat says it no better
    if isinstance(message, fund_flow.Clear):
        _clear(ctx, customers, message)
    else:
        _apply(ctx, customers.for_change(message.customer_id.encode()), message, record)


def _apply(
    ctx: Context,
    customer: Customer,
    message: fund_flow.Tag | fund_flow.Book | fund_flow.Retire | fund_flow.RepaidFor,
    record: Record,
) -> None:
    match message:
        case fund_flow.Tag():
            _tag(ctx, customer, message, record.offset)
        case fund_flow.Book():
            _book(ctx, customer, message)
        case fund_flow.Retire():
            settle(ctx, customer, customer.ledger.receive(message.account, Retire(message.draw_id), ctx.clock))
            blocks.release_closed(ctx, customer, message.draw_id)
        case fund_flow.RepaidFor():
            payers.repaid(ctx, customer, message)
    customer.saw(ctx.clock)


def _tag(ctx: Context, customer: Customer, message: fund_flow.Tag, offset: int) -> None:
    tag = between.tag_of(customer, message)
    for draw in [draw for draw, share in tag.shares.items() if not share.home and not _runs(customer, draw)]:
        ctx.count("tracing", "tag_closed_draw")
        share, tag = tag.shares[draw], without(tag, draw)
        if tag.currency in ("", LOAN_CURRENCY):
            customer.ledger.book(Booked(draw, CLOSED, share.certain, share.possible, share.point))
    between.arrived(ctx, message)
    if hubs.has_crowd(ctx, customer, message.account):
        settle(ctx, customer, customer.ledger.turn_away(tag, ctx.clock))
    else:
        settle(ctx, customer, customer.ledger.receive(message.account, tag, ctx.clock, offset))
    ctx.count("tags", "received")


def _runs(customer: Customer, draw: str) -> bool:
    """Whether a draw is one that still is loan money; OTHER has no name, thus no home."""
    use = customer.ledger.uses.by_draw.get(draw)
    return draw == OTHER or (use is not None and not use.ended)


def _book(ctx: Context, customer: Customer, message: fund_flow.Book) -> None:
    entry = Booked(
        message.draw_id,
        message.bucket,
        message.certain,
        message.possible,
        message.point,
        message.sign,
        message.account,
        message.payment_id or "",
        message.sure,
    )
    if not customer.ledger.book(entry, named=entry.sure and entry.bucket in FORBIDDEN):
        raise Refused(Reason.UNKNOWN_DRAW, "the customer has no such draw")
    ctx.mark(customer)
    ctx.count("books", "received")
    loan = customer.ledger.uses.by_draw[message.draw_id].loan
    looks.at_loan(ctx, customer, loan, message.payment_id or "", message.event_id)


def _clear(ctx: Context, customers: CustomerStore[Customer], message: fund_flow.Clear) -> None:
    """Nothing was tagged: the credits this covers bring nothing."""
    for credit in between.covered(ctx, message):
        customer = customers.for_change(credit.customer.encode())
        settled = customer.ledger.clear(credit.account, credit.transfer, ctx.clock)
        if settled is not None:
            settle(ctx, customer, settled)
        elif customer.ledger.parked(credit.account):
            between.wait_on(ctx, message, credit)
