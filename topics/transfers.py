"""Messages on `transfers` (ISO 20022 names)."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from topics.fields import (
    Account,
    Amount,
    CreditDebit,
    Currency,
    CustomerId,
    DeviceId,
    OutcomeMessage,
    Posting,
    Request,
    Text,
)

CounterpartyAgent = Annotated[str | None, Meta(description="BIC or clearing member of the other side; null is on-us.")]
SameName = Annotated[bool, Meta(description="Both sides bear the same name; core compares, no name is needed here.")]
ProductCode = Annotated[
    str | None,
    Meta(
        description="Product of the payment: `SECURITIES_TRANSFER`, `FUTURES_TRANSFER`, `WEALTH_PURCHASE`, "
        "`FUND_PURCHASE`, `METAL_PURCHASE`, `TIME_DEPOSIT`, `MORTGAGE_REPAYMENT`, `INSURANCE_PREMIUM` … or null."
    ),
]
OnUsCustomer = Annotated[
    CustomerId | None, Meta(description="Customer of the other side when the account is in this bank.")
]


class TransferRequest(Request, kw_only=True, frozen=True, gc=False, tag="transfer.request"):
    """A transfer instruction or an in-house purchase order, before it is executed."""

    debtor_account: Account
    creditor_account: Account
    creditor_name: Annotated[Text, Meta(description="Name of the payee as instructed.")] = ""
    creditor_agent: CounterpartyAgent = None
    creditor_customer_id: OnUsCustomer = None
    creditor_account_opened_on: Annotated[
        date | None, Meta(description="Opening date of the payee's account, if known.")
    ] = None
    same_name: SameName = False
    product_code: ProductCode = None
    purpose_code: Annotated[str | None, Meta(description="ISO 20022 Purp/Cd.")] = None
    remittance_information: Annotated[Text | None, Meta(description="Unstructured remittance text.")] = None
    channel: Annotated[str | None, Meta(description="mobile, web, branch, counter, api.")] = None
    device_id: DeviceId | None = None
    in_call: Annotated[bool, Meta(description="The payer is on a phone call. Purpose: anti-fraud only.")] = False
    screen_shared: Annotated[bool, Meta(description="The screen is being shared. Purpose: anti-fraud only.")] = False


class TransferPosting(Posting, kw_only=True, frozen=True, gc=False, tag="transfer.posting"):
    """One leg of an executed transfer, cash, salary, fee or interest, on one account."""

    posting_kind: Annotated[
        Literal["transfer", "refund", "return", "reversal", "cash", "salary", "interest", "fee", "purchase_order"],
        Meta(
            description="What moved the money: `return` is a later return by the receiver, `reversal` a technical one."
        ),
    ]
    credit_debit: CreditDebit
    account_kind: Annotated[Literal["deposit", "credit_card"], Meta(description="Kind of `account`.")] = "deposit"
    counterparty_account: Annotated[Account | None, Meta(description="The other side; null for cash and fees.")] = None
    counterparty_name: Annotated[Text, Meta(description="Name of the other side.")] = ""
    counterparty_agent: CounterpartyAgent = None
    counterparty_customer_id: OnUsCustomer = None
    counterparty_currency: Annotated[
        Currency | None, Meta(description="Currency of the other leg when it differs (ISO 20022 InstdAmt).")
    ] = None
    counterparty_amount: Annotated[
        Amount | None, Meta(description="Amount of the other leg, minor units of `counterparty_currency`.")
    ] = None
    same_name: SameName = False
    product_code: ProductCode = None
    remittance_information: Annotated[Text | None, Meta(description="Unstructured remittance text.")] = None
    original_payment_id: Annotated[
        str | None, Meta(description="The payment a refund, return or reversal gives back.")
    ] = None


class TransferOutcome(OutcomeMessage, kw_only=True, frozen=True, gc=False, tag="transfer.outcome"):
    """How a transfer request ended."""
