"""What the facts of an event are made of: plain values, money in minor units of CNY, time in milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Destination:
    """Class of use of the payee (`topics.reference.DestinationClass`), with what speaks for it."""

    name: str
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """Loan money in this payment: certain <= point <= possible <= amount. `loans` are the draws concerned.

    `provisional`: an earlier movement is not final yet, so `certain` can only grow and `possible` only fall.
    """

    certain: int
    possible: int
    point: int
    provisional: bool = False
    loans: tuple[str, ...] = ()


class PaymentPart(NamedTuple):
    """At least `certain` minor units of a payment are money of a draw. `account`: the one it left, or came to."""

    account: str
    payment_id: str
    draw: str
    certain: int


@dataclass(frozen=True, slots=True)
class Draw:
    """The customer's newest draw, and what left to first-time payees since (this payment included).

    `line_idle_ms` is how long the line had not been used before this draw; None when it never was or is unknown.
    """

    amount: int
    age_ms: int
    to_new_payees: int
    event_id: str
    line_idle_ms: int | None


@dataclass(frozen=True, slots=True)
class Loop:
    """Money that went to a merchant or payee and came back from somebody linked to it; this event is a return leg.

    `paid` went out and `returned` came back within the last `LOOP_HORIZON_HOURS`, the first payment `age_ms` ago.
    Parts of `returned` with an innocent reason: `refunded` gives back a named purchase, `salary` was booked as salary.
    `relation` says how the two are linked (`through`: the payee passed the money on); `earlier` counts former loops in
    30 days with whomever, not the earlier legs of this one. `event_ids` are the payments out, and this event last.
    """

    merchant: str
    paid: int
    returned: int
    relation: str
    earlier: int
    event_ids: tuple[str, ...] = ()
    age_ms: int = 0
    refunded: int = 0
    salary: int = 0


class Amounts(NamedTuple):
    """Loan money, minor units: certain <= point <= possible."""

    certain: int = 0
    possible: int = 0
    point: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """The way loan money took: how many customers it passed, and the accounts that sent it on, the borrower's first."""

    hops: int
    via: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """What became of one loan's money so far. `age_ms` since its newest draw.

    `buckets`: class of use, or how a trail ended -> amounts; `through_others`: the part of them that was spent from
    other people's accounts, `doubtful`: the part of that whose class had a confidence below 0.9. `unspent` is in the
    borrower's accounts, `with_others` in other customers'. `spent`: payments of others that surely took money of it to
    a forbidden class that is sure, a few of them.
    """

    loan: str
    draws: tuple[str, ...]
    principal: int
    age_ms: int
    unspent: Amounts
    with_others: Amounts
    buckets: Mapping[str, Amounts]
    through_others: Mapping[str, Amounts]
    doubtful: Mapping[str, Amounts] = field(default_factory=dict)
    spent: tuple[PaymentPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Homecoming:
    """A credit that brought the customer's own loan money back from others.

    `amount` is the credit's; `certain`, `possible`, `point` of it are money of `draw`. `hops` counts the customers
    passed, the borrower included; `age_ms` since the draw. Of this draw `sent` went to others in 7 days and `returned`
    came home, this included, both by point; `returned_certain` is the certain part of that. `via`: who sent it on.
    `credit` names the certain part of this one, if there is any; `credits` those of the 7 days, the largest few.
    """

    draw: str
    amount: int
    certain: int
    possible: int
    point: int
    hops: int
    age_ms: int
    sent: int
    returned: int
    returned_certain: int
    via: tuple[str, ...] = ()
    credit: tuple[PaymentPart, ...] = ()
    credits: tuple[PaymentPart, ...] = ()


@dataclass(frozen=True, slots=True)
class RepaidFor:
    """Instalments this payer paid of other people's loans in 30 days.

    `borrowers` counts those not related to the payer; `back` is what they sent the payer within 48 h of an instalment.
    """

    borrowers: int
    amount: int
    back: int
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dust:
    """Loan money of one draw that left an account in 30 days in parts too small to be followed, over `payments`."""

    draw: str
    account: str
    payments: int
    certain: int
    possible: int


@dataclass(frozen=True, slots=True)
class Before:
    """Outflows to forbidden uses in 30 days, of whatever money; `items`: amount, ms ago, event of the newest 8."""

    amount: int
    newest_age_ms: int
    items: tuple[tuple[int, int, str], ...] = ()
