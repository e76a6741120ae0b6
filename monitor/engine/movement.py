"""Between the bank's messages and tracing: the movement a posting is, the loan money a request would take."""

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.loan_money import bridges, hubs
from monitor.engine.payment import Payment
from monitor.engine.traced import CLEAN, CLEAN_FLOW, Traced
from monitor.engine.tracing.interval import OTHER, Pair
from monitor.engine.tracing.movements import REPAID, TRAIL_ENDED, UNKNOWN, Kind, Movement
from monitor.engine.tracing.posted import Pairs, Posted
from rules.fact_values import Destination, Flow
from topics.fields import Posting
from topics.loans import LoanDisbursed, LoanRepaid

SURE = 0.9  # confidence in a class of use from which nobody would doubt it
_BACKWARD = {"refund": Kind.REFUND, "chargeback": Kind.REFUND, "reversal": Kind.REVERSAL, "return": Kind.RETURN}


def movement_of(ctx: Context, customer: Customer, payment: Payment, destination: Destination) -> Movement:
    """The movement tracing applies. `destination`: class of use of the payee."""
    message = payment.message
    assert isinstance(message, Posting)
    draw = message if isinstance(message, LoanDisbursed) else None
    peer, whose = _peer(ctx, customer, payment)
    bridged = payment.deposit and not peer and payment.in_yuan
    bridge = bridges.kind_of(customer, payment, destination, ctx.view) if bridged else ""
    back = bridge and not payment.outgoing
    return Movement(
        payment_id=message.payment_id,
        account=message.account,
        acct_seq=message.acct_seq,
        balance_after=message.balance_after,
        amount=message.amount,
        credit=not payment.outgoing,
        kind=_kind(payment, named=payment.original is not None),
        bucket=_bucket(customer, payment, destination),
        peer_account=peer,
        draw_id=draw.draw_id if draw else None,
        loan_id=message.loan_id if isinstance(message, LoanDisbursed | LoanRepaid) else None,
        principal=draw.amount if draw else None,
        original_payment_id=payment.original,
        event_time=payment.time,
        same_name=(peer is not None and not whose) or payment.same_name,
        card=not payment.deposit,
        peer_customer=whose,
        bridge=bridge,
        sure=destination.confidence >= SURE,
        virtual=bridges.brought_back(customer, bridge, payment.amount, payment.time) if back else {},
        currency=message.currency,
        peer_currency=payment.peer_currency if peer else "",
        peer_amount=payment.peer_amount if peer and payment.outgoing else 0,
        event_id=message.event_id,
    )


def _peer(ctx: Context, customer: Customer, payment: Payment) -> tuple[str | None, str]:
    """The other account and whose it is ("" for the customer's own), where its movements are followed too.

    Not through a hub: what goes there ends there, what comes from there is clean.
    """
    account, other = payment.counterparty, payment.other_customer
    if not account or payment.merchant is not None:
        return None, ""
    if customer.ledger.has_account(account):
        return account, ""
    if other is None or other == customer.customer_id or hubs.is_hub(ctx, customer, payment):
        return None, ""
    return account, other


def _kind(payment: Payment, *, named: bool) -> Kind:
    if payment.kind == "disbursement":
        return Kind.DRAW
    if payment.kind == "repayment":
        return Kind.REPAYMENT
    if payment.kind in _BACKWARD and (named or payment.kind == "reversal"):  # a reversal bears its payment's id
        return _BACKWARD[payment.kind]
    return Kind.OUTFLOW if payment.outgoing else Kind.INFLOW


def _bucket(customer: Customer, payment: Payment, destination: Destination) -> str:
    """Where an outflow's loan money is booked that is followed no further."""
    if payment.kind == "repayment":
        return REPAID
    if destination.name == UNKNOWN and payment.other_customer not in (None, customer.customer_id):
        return TRAIL_ENDED  # a hub of this bank: the trail was given up, it is not unknown where the money went
    return destination.name


def traced_request(customer: Customer, payment: Payment) -> Traced:
    """Loan money a request would take, whatever becomes of the requests still open on the account."""
    if not (payment.outgoing and payment.deposit and payment.in_yuan):
        return CLEAN
    reserved = customer.reserved(payment.account, payment.message.payment_id)
    found = customer.ledger.preview(payment.account, payment.amount, reserved)
    return traced(customer, _running(customer, found) if found.pairs else found)


def traced_posting(customer: Customer, posted: Posted, payment: Payment) -> Traced:
    """Loan money a posting took; what comes in says nothing of use."""
    if not (payment.outgoing and payment.deposit and payment.in_yuan):
        return CLEAN
    return traced(customer, posted.carried)


def traced(customer: Customer, found: Pairs) -> Traced:
    """As rules and decisions read it."""
    union = found.union
    if not union.possible:
        return CLEAN
    named = {draw: pair for draw, pair in found.pairs.items() if draw != OTHER}
    point = min(union.possible, max(union.certain, sum(pair.point for pair in found.pairs.values())))
    flow = Flow(union.certain, union.possible, point, found.provisional, tuple(named))
    homes = customer.ledger.homes
    return Traced(
        flow,
        {draw: list(pair) for draw, pair in named.items()},
        _part(found, [draw for draw in named if draw not in homes]),
        _part(found, [draw for draw in named if draw in homes]),
    )


def _running(customer: Customer, found: Pairs) -> Pairs:
    """Without own draws that have ended: word of it may still be on its way to the account, behind what waits.

    While something is provisional it may be money of origins that nobody has named yet.
    """
    uses = customer.ledger.uses.by_draw
    ended = [pair for draw, pair in found.pairs.items() if draw in uses and uses[draw].ended]
    if not ended:
        return found
    gone = Pair(*map(sum, zip(*ended, strict=True)))
    pairs = {draw: pair for draw, pair in found.pairs.items() if draw not in uses or not uses[draw].ended}
    named = found.union.possible if found.provisional else sum(pair.possible for pair in pairs.values())
    certain = max(0, found.union.certain - gone.possible)
    possible = max(certain, min(found.union.possible - gone.certain, named))
    union = Pair(certain, possible, min(possible, max(certain, found.union.point - gone.point)))
    return Pairs(pairs, union, found.provisional)


def _part(found: Pairs, draws: list[str]) -> Flow:
    """Loan money of some draws: the union less what all others may be at most, or must be at least."""
    if not draws:
        return CLEAN_FLOW
    here = [found.pairs[draw] for draw in draws]
    others = [pair for draw, pair in found.pairs.items() if draw not in draws]
    certain = max(sum(pair.certain for pair in here), found.union.certain - sum(pair.possible for pair in others))
    possible = min(sum(pair.possible for pair in here), found.union.possible - sum(pair.certain for pair in others))
    point = min(possible, max(certain, sum(pair.point for pair in here)))
    return Flow(certain, possible, point, found.provisional, tuple(draws))
