"""Messages that only update state: profile facts, loans, outcomes, dispositions. None gets a decision."""

from collections.abc import Callable
from typing import Any

from monitor.engine import blocks, episodes, late
from monitor.engine.context import Context
from monitor.engine.customer import MAX_LOANS, Customer, LoanState
from monitor.engine.episodes import COOL_DOWN
from monitor.engine.repeats import event_key, request_ended
from monitor.engine.state.packing import fingerprint
from topics.customers import (
    AccountClosed,
    AccountOpened,
    AccountStatement,
    CredentialReset,
    CustomerProfile,
    DeviceBound,
    PayeeAdded,
)
from topics.fields import CustomerMessage, OutcomeMessage
from topics.instants import event_time_ms
from topics.loans import LimitChanged, LoanClosed, LoanOpened
from topics.operations import Disposition
from topics.refusals import Reason, Refused

INNOCENT = frozenset({"FP_EXPLAINED", "FP_DATA", "POLICY_EXEMPT"})
HABIT = INNOCENT - {"FP_DATA"}  # wrong data are nobody's habit: forgotten although nobody was guilty
NOT_HABIT = frozenset({"FP_DATA", "CASHOUT_CONFIRMED", "MISUSE_CONFIRMED", "ATO", "SCAM_VICTIM", "MULE"}) | {
    "MERCHANT_COLLUSION"
}
ENDED = frozenset({"declined", "cancelled", "expired", "challenge_failed", "challenge_abandoned", "block_obeyed"})


def _account_opened(_: Context, customer: Customer, m: AccountOpened) -> None:
    card = m.account_kind == "credit_card"
    customer.ledger.open_account(m.account, card=card, balance=m.balance, seq=m.acct_seq)


def _account_closed(ctx: Context, customer: Customer, m: AccountClosed) -> None:
    late.settle(ctx, customer, customer.ledger.close_account(m.account, ctx.clock))


def _statement(ctx: Context, customer: Customer, m: AccountStatement) -> None:
    late.settle(ctx, customer, customer.ledger.statement(m.account, m.acct_seq, m.balance, ctx.clock))


def _device(_: Context, customer: Customer, m: DeviceBound) -> None:
    customer.devices.see(fingerprint(m.device_id), event_time_ms(m))


def _credential(_: Context, customer: Customer, m: CredentialReset) -> None:
    newest = max(customer.profile.credential_reset or 0, event_time_ms(m))
    customer.profile.credential_reset = newest


def _payee(_: Context, customer: Customer, m: PayeeAdded) -> None:
    customer.payees.see(fingerprint(m.creditor_account), event_time_ms(m))


def _profile(_: Context, customer: Customer, m: CustomerProfile) -> None:
    profile = customer.profile
    profile.party_id, profile.birth_year, profile.student = m.party_id, m.birth_year, m.student


def _loan_opened(ctx: Context, customer: Customer, m: LoanOpened) -> None:
    if len(customer.loans) >= MAX_LOANS:
        _forget_closed_loan(ctx, customer)
    customer.loans.setdefault(m.loan_id, LoanState(m.credit_limit, event_time_ms(m)))


def _forget_closed_loan(ctx: Context, customer: Customer) -> None:
    closed = [loan_id for loan_id, loan in customer.loans.items() if loan.closed]
    oldest = min(closed or customer.loans, key=lambda i: (customer.loans[i].opened, i))
    del customer.loans[oldest]
    ctx.count("evicted", "loan")


def known_loan(customer: Customer, loan_id: str) -> LoanState:
    """The open loan a message names; refused when it was never opened or is closed."""
    loan = customer.loans.get(loan_id)
    if loan is None:
        raise Refused(Reason.UNKNOWN_LOAN, "the loan was never opened")
    if loan.closed:
        raise Refused(Reason.CLOSED_LOAN, "the loan is closed")
    return loan


def _limit_changed(_: Context, customer: Customer, m: LimitChanged) -> None:
    known_loan(customer, m.loan_id).limit = m.credit_limit


def _loan_closed(ctx: Context, customer: Customer, m: LoanClosed) -> None:
    loan = known_loan(customer, m.loan_id)
    for draw_id in sorted(loan.draws) if m.draw_id is None else [m.draw_id]:
        late.settle(ctx, customer, customer.ledger.close_draw(draw_id, ctx.clock))
        loan.draws.pop(draw_id, None)
    loan.closed = m.draw_id is None


def _outcome(ctx: Context, customer: Customer, m: OutcomeMessage) -> None:
    request = customer.requests.get(m.payment_id)
    if request is None:
        if request_ended(customer, m):
            ctx.count("repeats")
            return
        raise Refused(Reason.UNKNOWN_REQUEST, "no open request has this payment_id")
    for block_id in blocks.of_payment(customer, m.payment_id):
        _end_of_block(ctx, customer, m, block_id)
    if m.outcome == "challenge_passed":
        request.passed = True
    elif m.outcome in ENDED:
        del customer.requests[m.payment_id]
    if m.outcome in ("challenge_failed", "challenge_abandoned"):
        ctx.count("challenges_failed", m.outcome)


def _end_of_block(ctx: Context, customer: Customer, m: OutcomeMessage, block_id: str) -> None:
    if m.outcome in ("declined", "block_obeyed", "cancelled", "expired"):
        blocks.end(ctx, customer, block_id, "OBEYED", f"outcome {m.outcome}")
    elif m.outcome in ("hold_released", "accepted"):
        blocks.end(ctx, customer, block_id, "RELEASED", f"outcome {m.outcome}")


def _disposition(ctx: Context, customer: Customer, m: Disposition) -> None:
    event_id = _subject_event(customer, m)
    if m.verdict in INNOCENT or m.release:
        _release(ctx, customer, m, event_id)
    if m.verdict in HABIT or m.verdict in NOT_HABIT:
        ctx.model.explain(event_id.encode(), innocent=m.verdict in HABIT)
    ctx.count("dispositions", m.verdict)


def _subject_event(customer: Customer, m: Disposition) -> str:
    """The event a verdict speaks of, whatever it names."""
    if m.subject_kind == "alert":
        episode = episodes.find(customer, m.subject_id)
        if episode is not None:
            episode.cool_until = event_time_ms(m) + COOL_DOWN if m.verdict == "FP_EXPLAINED" else episode.cool_until
            return episode.event_id
    elif m.subject_kind == "block" and m.subject_id in customer.blocks:
        return customer.blocks[m.subject_id].event_id
    elif m.subject_kind == "event" and customer.ids.find(event_key(m.subject_id)) is not None:
        return m.subject_id
    raise Refused(Reason.UNKNOWN_SUBJECT, f"no {m.subject_kind} of this customer has this id")


def _release(ctx: Context, customer: Customer, m: Disposition, event_id: str) -> None:
    named = [b for b, s in customer.blocks.items() if b == m.subject_id or s.event_id == event_id]
    for block_id in sorted(named):
        blocks.end(ctx, customer, block_id, "RELEASED", f"disposition {m.verdict} by {m.analyst}")


_HANDLERS: dict[type, Callable[[Context, Customer, Any], None]] = {
    AccountOpened: _account_opened,
    AccountClosed: _account_closed,
    AccountStatement: _statement,
    DeviceBound: _device,
    CredentialReset: _credential,
    PayeeAdded: _payee,
    CustomerProfile: _profile,
    LoanOpened: _loan_opened,
    LimitChanged: _limit_changed,
    LoanClosed: _loan_closed,
    Disposition: _disposition,
}


def update(ctx: Context, customer: Customer, message: CustomerMessage) -> None:
    """Apply a message that gets no decision; raises `Refused` when it names what is not there."""
    if isinstance(message, OutcomeMessage):
        _outcome(ctx, customer, message)
    else:
        _HANDLERS[type(message)](ctx, customer, message)
