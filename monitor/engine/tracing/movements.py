"""What happens to an account, and what one account tells another."""

from enum import IntEnum

from msgspec import Struct

from monitor.engine.tracing.interval import NO_CAP, Bounds, Pair
from monitor.engine.tracing.lots import Composition

TRAIL_ENDED = "TRAIL_ENDED"
UNKNOWN = "UNKNOWN"
CLOSED = "CLOSED"
ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
REPAID = "REPAID"
LOAN_CURRENCY = "CNY"  # of loans and of their use ledgers


class Kind(IntEnum):
    """What a movement is to tracing."""

    INFLOW = 0  # clean, or from an own account
    DRAW = 1  # a draw was credited
    OUTFLOW = 2
    REPAYMENT = 3  # an outflow whose bucket is the debt
    REFUND = 4  # somebody gives an earlier payment back, in whole or in part
    REVERSAL = 5  # a technical one: bears the payment's own id
    RETURN = 6  # the receiver sends it back later


BACKWARD = frozenset({Kind.REFUND, Kind.REVERSAL, Kind.RETURN})


class Share(Struct, frozen=True, array_like=True):
    """Loan money of one origin in a transfer. `home`: the borrower, "" here; `via`: accounts that sent it on."""

    certain: int
    possible: int
    point: int
    cap: int = NO_CAP
    hops: int = 0
    expires: int = 0
    home: str = ""
    via: tuple[str, ...] = ()

    @property
    def pair(self) -> Pair:
        """The money in it."""
        return Pair(self.certain, self.possible, self.point)


class Movement(Struct, frozen=True, array_like=True, gc=False, tag=0):
    """One posting as tracing sees it. Amounts in minor units, `event_time` in ms.

    `peer_account`: the other side, an account of this bank whose movements are traced; `peer_customer` whose it is, ""
    for the customer's own. `bucket` is where an outflow without one is booked: the destination class, REPAID, or
    TRAIL_ENDED. `same_name`: both accounts bear one name, so the step counts no hop and no trail ends for being small.
    `bridge`: money that may have left only to come back (cash, a wallet, another lender); `virtual`: what such a credit
    may bring back, possible only. `peer_amount`: what the other leg moved, where it is in another currency; certainty
    ends there. `sure`: nobody would doubt the class of use that `bucket` says. `event_id`: the message it was told by.
    """

    payment_id: str
    account: str
    acct_seq: int
    balance_after: int
    amount: int
    credit: bool
    kind: Kind
    bucket: str = UNKNOWN
    peer_account: str | None = None
    draw_id: str | None = None
    loan_id: str | None = None
    principal: int | None = None
    original_payment_id: str | None = None
    event_time: int = 0
    same_name: bool = True
    card: bool = False
    peer_customer: str = ""
    bridge: str = ""
    virtual: dict[str, Share] = {}
    sure: bool = True
    currency: str = LOAN_CURRENCY
    peer_currency: str = ""
    peer_amount: int = 0
    event_id: str = ""

    @property
    def signed(self) -> int:
        """Change of the balance."""
        return self.amount if self.credit else -self.amount

    @property
    def original(self) -> str:
        """The payment this one gives back; a reversal bears its id. "" when it gives nothing back."""
        return (self.original_payment_id or self.payment_id) if self.kind in BACKWARD else ""

    @property
    def transfer(self) -> str:
        """Identity of this movement in tags and records; a reversal must not be taken for its payment."""
        return f"{self.payment_id}<" if self.original == self.payment_id else self.payment_id

    @property
    def awaits_tag(self) -> bool:
        """The other account must say first what came."""
        return self.credit and self.peer_account is not None


class Tag(Struct, frozen=True, array_like=True):
    """What a transfer carries, told by its sender when its base passed it. `currency` "": the receiver's own.

    `undo`: it takes an earlier transfer back; `whole` is what that had brought, `composition` what comes back.
    """

    transfer: str
    amount: int
    shares: dict[str, Share]
    union: Bounds
    undo: bool = False
    composition: Composition = {}
    whole: dict[str, Pair] = {}
    currency: str = ""

    @property
    def sound(self) -> bool:
        """Whether every figure can be true."""
        pairs = [(share.certain, share.point, share.possible) for share in self.shares.values()]
        pairs.append((self.union.low, self.union.high, self.union.high))
        return all(0 <= low <= point <= high <= self.amount for low, point, high in pairs)


class Retire(Struct, frozen=True, array_like=True, tag=1):
    """The origin is closed: its money is no longer loan money here; or its trail ends, counted as `cause`."""

    origin: str
    bucket: str = CLOSED
    cause: str = ""


class Resync(Struct, frozen=True, array_like=True, tag=2):
    """The ledger holds another balance than the movements add up to."""

    balance: int


class Shut(Struct, frozen=True, array_like=True, tag=3):
    """The account was closed."""


class Envelope(Struct, frozen=True):
    """A message from one account to another, in order per pair. `customer`: the receiver's, "" for an own account."""

    sender: str
    receiver: str
    message: Tag | Retire
    customer: str = ""


class Booked(Struct, frozen=True, array_like=True):
    """An entry in the use ledger of a draw: where the money ended, by which payment, and whether its class is sure."""

    draw: str
    bucket: str
    certain: int
    possible: int
    point: int
    sign: int = 1
    account: str = ""
    payment: str = ""
    sure: bool = True
