"""Messages on `customers`: profile facts that only update state."""

from typing import Annotated, Literal

from msgspec import Meta

from topics.cards import AccountKind
from topics.fields import MOST_POSTINGS, Account, AcctSeq, Balance, Currency, CustomerMessage, DeviceId, Text


class AccountOpened(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="customer.account_opened"):
    """An account of the customer, new or first made known; without it the opening balance is unknown."""

    account: Account
    account_kind: AccountKind
    currency: Currency
    acct_seq: Annotated[
        int,
        Meta(ge=0, le=MOST_POSTINGS, description="Last posting number included in `balance`; 0 for a new account."),
    ]
    balance: Balance


class AccountClosed(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="customer.account_closed"):
    """The account is gone; its money ends there."""

    account: Account


class AccountStatement(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="customer.account_statement"):
    """The ledger's word on a balance; settles an account in RESYNC."""

    account: Account
    acct_seq: AcctSeq
    balance: Balance


class DeviceBound(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="customer.device_bound"):
    """A device was bound to the customer. Purpose: anti-fraud only."""

    device_id: DeviceId


class CredentialReset(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="customer.credential_reset"):
    """A credential, phone number or SIM was replaced. Purpose: anti-fraud only."""

    credential: Annotated[Literal["password", "phone", "sim", "biometric"], Meta(description="What was replaced.")]


class PayeeAdded(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="customer.payee_added"):
    """A payee was stored; it is known from now on, but has not been paid."""

    creditor_account: Account
    creditor_name: Annotated[Text, Meta(description="Name of the payee.")] = ""


class CustomerProfile(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="customer.profile"):
    """Facts about the person that rules read."""

    party_id: Annotated[str | None, Meta(description="The person in the party registry; joins `reference`.")] = None
    birth_year: Annotated[int, Meta(ge=1900, le=2100, description="Year of birth.")] | None = None
    student: Annotated[bool, Meta(description="Registered as a student.")] = False
