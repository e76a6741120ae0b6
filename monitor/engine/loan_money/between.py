"""Between partitions: tags, bookings and retirements to other customers, and the word that clears what is clean."""

from typing import Any

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.loan_money.tag_bytes import tag_bytes
from monitor.engine.shared import Awaited
from monitor.engine.tracing.interval import Bounds, Pair
from monitor.engine.tracing.movements import Booked, Envelope, Movement, Share, Tag
from topics import fund_flow
from topics.instants import instant
from topics.keys import partition_of
from topics.loans import LoanRepaid

CLEAR_EVERY = 2_000
MARGIN = 5_000  # a credit is covered when it was appended this long before: clocks differ, and a debit may come second
LISTEN = 60_000  # a credit may come this long after its debit: so long each payment is covered again
FORGET = 120_000  # a credit is given up long before
MOST_HOLDING = 1_000  # payments one message names; beyond it nothing is cleared and the credits are given up in time


# -- out -----------------------------------------------------------------------------------------------


def send(ctx: Context, customer: Customer, envelope: Envelope) -> None:
    """Tell another customer's account what a payment brings, or that a draw is closed."""
    to, message = envelope.customer, envelope.message
    if isinstance(message, Tag):
        key = to.encode()
        ctx.tell_encoded(partition_of(key, ctx.partitions), key, tag_bytes(ctx, customer, envelope, message))
        ctx.count("tags", "sent")
        return
    retire = fund_flow.Retire(**_envelope(ctx, to, "retire"), draw_id=message.origin, account=envelope.receiver)
    ctx.tell(_partition(ctx, to), retire)


def _partition(ctx: Context, customer_id: str) -> int:
    return partition_of(customer_id.encode(), ctx.partitions)


def _event_id(ctx: Context, what: str, place: fund_flow.SentFrom) -> str:
    return f"{what}-{ctx.partition}-{place.epoch}-{place.sequence}-{place.index}"


def _envelope(ctx: Context, to: str, what: str) -> dict[str, Any]:
    place = ctx.place()
    return {
        "schema_version": 1,
        "event_id": _event_id(ctx, what, place),
        "event_time": instant(ctx.clock),
        "customer_id": to,
        "sender_partition": ctx.partition,
        "sender": place,
    }


def book(ctx: Context, home: str, entry: Booked) -> None:
    """Tell the borrower's ledger that money of the draw ended here."""
    message = fund_flow.Book(
        **_envelope(ctx, home, "book"),
        draw_id=entry.draw,
        account=entry.account or "unknown",
        bucket=entry.bucket,
        certain=entry.certain,
        possible=entry.possible,
        point=entry.point,
        sign=entry.sign,
        payment_id=entry.payment or None,
        sure=entry.sure,
    )
    ctx.tell(_partition(ctx, home), message)
    ctx.count("books", "sent")


def tell_payer(ctx: Context, borrower: Customer, message: LoanRepaid) -> None:
    """Tell whoever paid the instalment that it was somebody else's; one elsewhere is known by the account."""
    payer = message.payer_customer_id or f"account:{message.payer_account}"
    told = fund_flow.RepaidFor(
        **_envelope(ctx, payer, "repaid"),
        payer_account=message.payer_account or "",
        borrower=borrower.customer_id,
        borrower_party=borrower.profile.party_id,
        loan_id=message.loan_id,
        payment_id=message.payment_id,
        amount=message.amount,
    )
    ctx.tell(_partition(ctx, payer), told)


# -- in ------------------------------------------------------------------------------------------------


def tag_of(customer: Customer, message: fund_flow.Tag) -> Tag:
    """The tag as tracing reads it; what comes home has its home here."""
    return Tag(
        message.transfer,
        message.amount,
        {draw: _share(customer, part) for draw, part in message.shares.items()},
        Bounds(message.union_certain, message.union_possible),
        message.undo,
        message.composition,
        {draw: Pair(*pair) for draw, pair in message.whole.items()},
        currency=message.currency,
    )


def _share(customer: Customer, part: fund_flow.SharePart) -> Share:
    home = "" if part.home == customer.customer_id else part.home
    return Share(part.certain, part.possible, part.point, part.cap, part.hops, part.expires, home, tuple(part.via))


# -- what waits for a word, and who owes one -------------------------------------------------------------


def note_posting(
    ctx: Context, customer: Customer, movement: Movement, other_customer: str | None, appended: int
) -> None:
    """A payment between customers: ours must be covered by our word, whatever it was; theirs waits for their word."""
    if other_customer is None or other_customer == customer.customer_id:
        return
    other = str(_partition(ctx, other_customer))
    if not movement.credit:
        ctx.shared.owing[other] = ctx.clock
    elif movement.peer_account and customer.ledger.awaits(movement.account, movement.transfer):
        awaited = Awaited(appended, ctx.clock, customer.customer_id, movement.account, movement.transfer)
        ctx.shared.awaiting.setdefault(other, []).append(awaited)


def note_holding(ctx: Context, customer: Customer) -> None:
    """Keep the list of payments that are not known yet."""
    holding = customer.ledger.holding_back()
    if holding:
        ctx.shared.holding[customer.customer_id] = holding
    else:
        ctx.shared.holding.pop(customer.customer_id, None)


def word_due(ctx: Context) -> int | None:
    """Batch clock at which the others are to be told."""
    return ctx.shared.cleared_at + CLEAR_EVERY if ctx.shared.owing else None


def give_word(ctx: Context) -> None:
    """Tell each partition we paid that all we applied is tagged; done when our word covers the newest payment."""
    shared = ctx.shared
    due = word_due(ctx)
    if due is None or due > ctx.clock:
        return
    shared.cleared_at = ctx.clock
    holding = sorted(transfer for transfers in shared.holding.values() for transfer in transfers)
    if len(holding) > MOST_HOLDING:
        ctx.count("clears", "too_many_waiting")
        return
    if not shared.through:
        return
    for partition in sorted(shared.owing):
        ctx.tell(int(partition), _clear(ctx, holding))
        ctx.count("clears", "sent")
        if not holding and shared.owing[partition] + LISTEN + 2 * MARGIN < shared.through:
            del shared.owing[partition]


def _clear(ctx: Context, waiting: list[str]) -> fund_flow.Clear:
    place = ctx.place()
    return fund_flow.Clear(
        schema_version=1,
        event_id=_event_id(ctx, "clear", place),
        event_time=instant(ctx.clock),
        sender_partition=ctx.partition,
        sender=place,
        through=ctx.shared.through,
        waiting=waiting,
    )


def covered(ctx: Context, message: fund_flow.Clear) -> list[Awaited]:
    """The credits this word is about, in the order they came; the others wait on."""
    waiting = ctx.shared.awaiting.get(str(message.sender_partition), [])
    except_for, until = frozenset(message.waiting), message.through - MARGIN
    resolved = [one for one in waiting if one.appended <= until and one.transfer not in except_for]
    rest = [one for one in waiting if one.appended > until or one.transfer in except_for]
    _keep(ctx, str(message.sender_partition), rest)
    return resolved


def wait_on(ctx: Context, message: fund_flow.Clear, credit: Awaited) -> None:
    """The word covers the credit, but its turn has not come: a later one will be heard."""
    ctx.shared.awaiting.setdefault(str(message.sender_partition), []).append(credit)


def arrived(ctx: Context, message: fund_flow.Tag) -> None:
    """The tag is here: nobody waits for a word about this credit."""
    waiting = ctx.shared.awaiting.get(str(message.sender_partition))
    if waiting:
        rest = [one for one in waiting if (one.customer, one.transfer) != (message.customer_id, message.transfer)]
        _keep(ctx, str(message.sender_partition), rest)


def _keep(ctx: Context, partition: str, rest: list[Awaited]) -> None:
    if rest:
        ctx.shared.awaiting[partition] = rest
    else:
        ctx.shared.awaiting.pop(partition, None)


def expire(ctx: Context) -> None:
    """Forget credits that were given up; the oldest come first."""
    awaiting = ctx.shared.awaiting
    for partition in sorted(awaiting):
        waiting = awaiting[partition]
        if waiting[0].since + FORGET <= ctx.clock:
            _keep(ctx, partition, [one for one in waiting if one.since + FORGET > ctx.clock])
