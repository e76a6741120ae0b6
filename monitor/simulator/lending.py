"""Loans: granted, drawn, repaid by instalments, closed."""

from monitor.simulator import identity
from monitor.simulator.core import Core
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.parties import Loan, Payee, Person
from monitor.simulator.randomness import jitter
from monitor.simulator.requests import Result, payment_from, submit
from topics.loans import DrawRequest, LimitChanged, LoanClosed, LoanDisbursed, LoanOpened, LoanRepaid
from topics.names import LOANS

_INSTALMENTS = 12
_MONTHLY_INTEREST_BASIS_POINTS = 60


def grant(core: Core, person: Person, loan: Loan, purpose: str = "consumption", at: int | None = None) -> str:
    """Publish that a loan or line was granted; return the event id."""
    message = LoanOpened(
        **core.envelope(person.customer_id, at),
        loan_id=loan.loan_id,
        credit_limit=loan.limit,
        currency="CNY",
        product=loan.product,
        purpose_code=purpose,
    )
    core.publish(LOANS, message)
    return message.event_id


def change_limit(core: Core, person: Person, loan: Loan, limit: int) -> None:
    """Move the limit of a line."""
    loan.limit = limit
    message = LimitChanged(
        **core.envelope(person.customer_id), loan_id=loan.loan_id, credit_limit=limit, currency="CNY"
    )
    core.publish(LOANS, message)


def draw(
    core: Core, person: Person, loan: Loan, account: Account, amount: int, *, honest: bool = True
) -> Process[Result]:
    """Draw `amount` into `account`: request, outcome, disbursement."""
    envelope = core.envelope(person.customer_id)
    draw_id = identity.digest(loan.loan_id, envelope["event_id"], size=6)
    request = DrawRequest(
        **envelope,
        payment_id=payment_from(envelope),
        amount=amount,
        currency="CNY",
        deadline_ms=3000,
        loan_id=loan.loan_id,
        draw_id=draw_id,
        disbursement_account=account.account_id,
        device_id=person.device,
        channel="mobile",
    )
    result = yield from submit(core, request, honest=honest, funds=lambda: loan.undrawn >= amount)
    if result.accepted:
        loan.owed[draw_id] = amount
        yield 500 + jitter(result.payment_id, 1500)
        _disburse(core, loan, draw_id, account, amount, result)
    return result


def due(loan: Loan, draw_id: str, *, whole: bool = False) -> tuple[int, int]:
    """Return principal and interest of the next instalment, or of the rest."""
    owed = loan.owed[draw_id]
    principal = owed if whole else min(owed, -(-loan.limit // _INSTALMENTS))
    return principal, owed * _MONTHLY_INTEREST_BASIS_POINTS // 10_000


def repay(
    core: Core, loan: Loan, account: Account, draw_id: str, *, whole: bool = False, payer: Payee | None = None
) -> list[str]:
    """Take an instalment (or the rest) from `account` if it holds enough; close what is settled. Event ids.

    `payer`: whose money it was, when somebody else had sent it to `account`.
    """
    principal, interest = due(loan, draw_id, whole=whole)
    if account.available < principal + interest:
        return []
    entry, _ = core.ledger.debit(account, principal + interest)
    envelope = core.envelope(account.customer_id)
    message = LoanRepaid(
        **envelope,
        payment_id=payment_from(envelope),
        account=account.account_id,
        acct_seq=entry.acct_seq,
        balance_after=entry.balance_after,
        amount=principal + interest,
        currency="CNY",
        loan_id=loan.loan_id,
        principal=principal,
        interest=interest,
        manner="early" if whole else "auto" if payer is None else "manual",
        payer_account=payer.account if payer else None,
        payer_customer_id=payer.customer_id if payer else None,
    )
    append = core.publish(LOANS, message)
    return [message.event_id, *_close_if_settled(core, loan, account, draw_id, principal, append)]


def _close_if_settled(
    core: Core, loan: Loan, account: Account, draw_id: str, principal: int, not_before: int
) -> list[str]:
    loan.owed[draw_id] -= principal
    if loan.owed[draw_id]:
        return []
    del loan.owed[draw_id]
    message = LoanClosed(
        **core.envelope(account.customer_id),
        loan_id=loan.loan_id,
        draw_id=draw_id if loan.product == "line" else None,
    )
    core.publish(LOANS, message, not_before=not_before)
    return [message.event_id]


def _disburse(core: Core, loan: Loan, draw_id: str, account: Account, amount: int, result: Result) -> None:
    entry = core.ledger.credit(account, amount, {account.customer_id: (amount, amount)})
    message = LoanDisbursed(
        **core.envelope(account.customer_id),
        payment_id=result.payment_id,
        account=account.account_id,
        acct_seq=entry.acct_seq,
        balance_after=entry.balance_after,
        amount=amount,
        currency="CNY",
        loan_id=loan.loan_id,
        draw_id=draw_id,
    )
    core.publish(LOANS, message)
    result.event_ids.append(message.event_id)
    result.posting_id, result.posted_at = message.event_id, core.now
