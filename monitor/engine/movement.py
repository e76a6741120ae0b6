"""Between the bank's messages and tracing: the movement a posting is, the loan money a request would take."""

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.facts import destination_of
from monitor.engine.payment import Payment
from monitor.engine.traced import CLEAN, Traced
from monitor.engine.tracing.interval import OTHER
from monitor.engine.tracing.movements import REPAID, TRAIL_ENDED, Kind, Movement
from monitor.engine.tracing.posted import Pairs, Posted
from rules.facts import Flow
from topics.fields import Posting
from topics.loans import LoanDisbursed, LoanRepaid

CNY = "CNY"
_BACKWARD = {"refund": Kind.REFUND, "chargeback": Kind.REFUND, "reversal": Kind.REVERSAL, "return": Kind.RETURN}


def movement_of(ctx: Context, customer: Customer, payment: Payment) -> Movement:
    """The movement tracing applies."""
    message = payment.message
    assert isinstance(message, Posting)
    own = payment.counterparty if customer.ledger.has_account(payment.counterparty) else None
    draw = message if isinstance(message, LoanDisbursed) else None
    return Movement(
        payment_id=message.payment_id,
        account=message.account,
        acct_seq=message.acct_seq,
        balance_after=message.balance_after,
        amount=message.amount,
        credit=not payment.outgoing,
        kind=_kind(payment, named=payment.original is not None),
        bucket=_bucket(ctx, customer, payment),
        own_counterparty_account=own,
        draw_id=draw.draw_id if draw else None,
        loan_id=message.loan_id if isinstance(message, LoanDisbursed | LoanRepaid) else None,
        principal=draw.amount if draw else None,
        original_payment_id=payment.original,
        event_time=payment.time,
        same_name=own is not None or payment.same_name,
        card=not payment.deposit,
    )


def _kind(payment: Payment, *, named: bool) -> Kind:
    if payment.kind == "disbursement":
        return Kind.DRAW
    if payment.kind == "repayment":
        return Kind.REPAYMENT
    if payment.kind in _BACKWARD and (named or payment.kind == "reversal"):  # a reversal bears its payment's id
        return _BACKWARD[payment.kind]
    return Kind.OUTFLOW if payment.outgoing else Kind.INFLOW


def _bucket(ctx: Context, customer: Customer, payment: Payment) -> str:
    """Where an outflow's loan money is booked. What another customer of this bank gets is followed no further yet."""
    if payment.kind == "repayment":
        return REPAID
    if payment.other_customer is not None and payment.other_customer != customer.customer_id:
        return TRAIL_ENDED
    return destination_of(payment, ctx.view).name


def traced_request(customer: Customer, payment: Payment) -> Traced:
    """Loan money a request would take, whatever becomes of the requests still open on the account."""
    if not (payment.outgoing and payment.deposit and payment.message.currency == CNY):
        return CLEAN
    reserved = sum(
        request.amount
        for request in customer.requests.values()
        if request.outgoing and not request.superseded and request.account == payment.account
    )
    return traced(customer.ledger.preview(payment.account, payment.amount, reserved))


def traced_posting(posted: Posted, payment: Payment) -> Traced:
    """Loan money a posting took; what comes in says nothing of use."""
    if not (payment.outgoing and payment.deposit and payment.message.currency == CNY):
        return CLEAN
    return traced(posted.carried)


def traced(found: Pairs) -> Traced:
    """As rules and decisions read it."""
    union = found.union
    if not union.possible:
        return CLEAN
    per_draw = {draw: list(pair) for draw, pair in found.pairs.items() if draw != OTHER}
    point = min(union.possible, max(union.certain, sum(pair.point for pair in found.pairs.values())))
    return Traced(Flow(union.certain, union.possible, point, found.provisional, tuple(per_draw)), per_draw)
