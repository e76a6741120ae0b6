"""What happens to money, as the bank's messages tell it: one shape for every posting, and what has no number.

Money is in minor units. Instants are the bank's own, with its offset.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

OWN: Final = ""
"""Colour of money that is not this loan's."""

UNSPENT: Final = "UNSPENT"
WITH_OTHERS: Final = "WITH_OTHERS"
ON_THE_WAY: Final = "ON_THE_WAY"
TRAIL_ENDED: Final = "TRAIL_ENDED"
UNKNOWN: Final = "UNKNOWN"
REPAID: Final = "REPAID"
OVERDRAFT: Final = "OVERDRAFT"
CARD_DEBT: Final = "CARD_DEBT"
ACCOUNT_CLOSED: Final = "ACCOUNT_CLOSED"
CLOSED: Final = "CLOSED"


@dataclass(frozen=True, slots=True)
class Movement:
    """One posting on one account.

    `peer` is the other account where it is followed there, else "" and `bucket` is where an outflow ends. `payee` and
    `name` say who is on the other side. `original`: the payment that this one gives back. `draw`: of a disbursement.
    """

    event: str
    payment: str
    account: str
    customer: str
    seq: int
    balance_after: int
    amount: int
    credit: bool
    when: datetime
    currency: str
    card: bool = False
    bucket: str = ""
    peer: str = ""
    payee: str = ""
    name: str = ""
    original: str = ""
    loan: str = ""
    draw: str = ""

    @property
    def transfer(self) -> str:
        """What both legs are known by; a technical reversal bears the id of the payment it takes back."""
        return f"{self.payment}<" if self.original == self.payment else self.payment

    @property
    def balance_before(self) -> int:
        """The ledger's balance before it."""
        return self.balance_after - (self.amount if self.credit else -self.amount)


@dataclass(frozen=True, slots=True)
class Statement:
    """The ledger's word on a balance after posting `seq`; the first one opens the account."""

    event: str
    account: str
    customer: str
    seq: int
    balance: int
    when: datetime


@dataclass(frozen=True, slots=True)
class Shut:
    """An account was closed."""

    event: str
    account: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """A loan, or one `draw` of it, is repaid: its money is nobody's loan any more. `account` is always ""."""

    event: str
    loan: str
    draw: str
    when: datetime
    account: str = ""


Step = Movement | Statement | Shut | Settled
