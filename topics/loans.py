"""Messages on `loans`."""

from typing import Annotated, Literal

from msgspec import Meta

from topics.fields import (
    Account,
    Amount,
    Currency,
    CustomerId,
    CustomerMessage,
    DeviceId,
    OutcomeMessage,
    Posting,
    Request,
)

LoanId = Annotated[str, Meta(min_length=1, max_length=64, description="Loan contract or revolving line.")]
DrawId = Annotated[
    str, Meta(min_length=1, max_length=64, description="One draw of the loan: the origin that tracing follows.")
]


class LoanOpened(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="loan.opened"):
    """A loan or line was granted. Every later loan message names a loan that was opened."""

    loan_id: LoanId
    credit_limit: Amount
    currency: Currency
    product: Annotated[str, Meta(description="Product of the loan.")] = "consumer"
    purpose_code: Annotated[str | None, Meta(description="Purpose agreed in the contract.")] = None


class DrawRequest(Request, kw_only=True, frozen=True, gc=False, tag="loan.draw_request"):
    """A draw on a line, before it is paid out."""

    loan_id: LoanId
    draw_id: DrawId
    disbursement_account: Account
    device_id: DeviceId | None = None
    channel: Annotated[str | None, Meta(description="mobile, web, branch, counter, api.")] = None


class LoanDisbursed(Posting, kw_only=True, frozen=True, gc=False, tag="loan.disbursed"):
    """A draw was credited to `account`."""

    loan_id: LoanId
    draw_id: DrawId
    payment_mode: Annotated[
        Literal["self", "entrusted"], Meta(description="Paid to the borrower, or through the borrower to the seller.")
    ] = "self"


class LoanRepaid(Posting, kw_only=True, frozen=True, gc=False, tag="loan.repaid"):
    """`amount` left `account` to repay the loan; principal + interest + fee = amount."""

    loan_id: LoanId
    principal: Amount
    interest: Amount = 0
    fee: Amount = 0
    manner: Annotated[Literal["auto", "manual", "early"], Meta(description="How the repayment was made.")] = "auto"
    payer_account: Annotated[
        Account | None, Meta(description="Whose money it was, when not the borrower's: it was credited just before.")
    ] = None
    payer_customer_id: Annotated[CustomerId | None, Meta(description="That payer, when a customer of the bank.")] = None


class LoanOutcome(OutcomeMessage, kw_only=True, frozen=True, gc=False, tag="loan.outcome"):
    """How a draw request ended."""


class LimitChanged(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="loan.limit_changed"):
    """The line's limit moved."""

    loan_id: LoanId
    credit_limit: Amount
    currency: Currency


class LoanClosed(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="loan.closed"):
    """The loan, or one draw of it, is settled: its money is no longer loan money."""

    loan_id: LoanId
    draw_id: DrawId | None = None
