"""Messages that only update state: accounts, profile facts, loans. None gets a decision."""

from collections.abc import Callable
from typing import Any

from monitor.engine.context import Context
from monitor.engine.customer import MAX_LOANS, Customer, LoanState
from monitor.engine.decision import blocks, dispositions, outcomes
from monitor.engine.loan_money.settle import settle
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


def _account_opened(_: Context, customer: Customer, m: AccountOpened) -> None:
    card = m.account_kind == "credit_card"
    customer.ledger.open_account(m.account, card=card, balance=m.balance, seq=m.acct_seq)


def _account_closed(ctx: Context, customer: Customer, m: AccountClosed) -> None:
    settle(ctx, customer, customer.ledger.close_account(m.account, ctx.clock))


def _statement(ctx: Context, customer: Customer, m: AccountStatement) -> None:
    settle(ctx, customer, customer.ledger.statement(m.account, m.acct_seq, m.balance, ctx.clock))


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
    loan, running = known_loan(customer, m.loan_id), customer.ledger.draws_of(m.loan_id)
    use = None if m.draw_id is None else customer.ledger.use_of_proceeds(m.draw_id)
    if use is not None and use.loan != m.loan_id:
        raise Refused(Reason.UNKNOWN_LOAN, "the draw belongs to another loan")
    for draw_id in running if m.draw_id is None else [m.draw_id]:
        settle(ctx, customer, customer.ledger.close_draw(draw_id, ctx.clock))
        blocks.release_closed(ctx, customer, draw_id)
    if m.draw_id is None:
        loan.closed, loan.owed = True, 0


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
    Disposition: dispositions.apply,
}


def update(ctx: Context, customer: Customer, message: CustomerMessage) -> None:
    """Apply a message that gets no decision; raises `Refused` when it names what is not there."""
    if isinstance(message, OutcomeMessage):
        outcomes.apply(ctx, customer, message)
    else:
        _HANDLERS[type(message)](ctx, customer, message)
