"""The facts a rule may read about one event and its customer.

Money is in minor units, time in milliseconds of event time. A fact is computed when first read, and once.
Every fact has its purposes in `rules/purposes.py`; a rule reads only those whose purpose it declares.
Thresholds are in CNY: what is said of loan money, draws and loops is about CNY only and empty for any other currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

Values = Mapping[str, float]  # a rule's parameters in force, by name: the only other thing it reads
Figures = dict[str, int | float | str | bool]  # the numbers it actually used, by name


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


LOOP_HORIZON_HOURS = 72


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
    borrower's accounts, `with_others` in other customers'. `moved`, `moved_by_others`: the rows booked to since the
    last look, from own and from others' accounts; () both when it is the age that is looked at, None when not known.
    `spent`: payments of others that surely took money of it to a forbidden class that is sure, a few of them.
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
    moved: tuple[str, ...] | None = None
    moved_by_others: tuple[str, ...] | None = None
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


WITHOUT_PAYMENT = ("loan.use", "fund_flow.homecoming", "payer.repayment", "fund_flow.dust")
"""Events no payment is behind: nothing to stop, amount 0, no counterparty. A BLOCK arms what the rule's card says."""


class Facts(Protocol):
    """One event, its customer, and the money in it."""

    @property
    def event(self) -> str:
        """Message type, e.g. `transfer.request`, or one of `WITHOUT_PAYMENT`."""

    @property
    def event_id(self) -> str:
        """Identity of the message; "" where time alone was the reason to look."""

    @property
    def is_request(self) -> bool:
        """Whether it can still be stopped; a posting cannot."""

    @property
    def outgoing(self) -> bool:
        """Whether money leaves the customer's account."""

    @property
    def amount(self) -> int:
        """Amount in minor units of `currency`."""

    @property
    def currency(self) -> str:
        """ISO 4217 code."""

    @property
    def counterparty(self) -> str:
        """Account or merchant on the other side, empty when there is none."""

    # where the money goes
    @property
    def destination(self) -> Destination:
        """Class of use of the payee; `UNKNOWN` with confidence 0 when nothing speaks for any."""

    @property
    def flow(self) -> Flow:
        """Loan money in this payment; all zero when it carries none, and for card credit."""

    @property
    def own_flow(self) -> Flow:
        """The part of `flow` that is of the customer's own draws."""

    @property
    def foreign_flow(self) -> Flow:
        """The part of `flow` that is of other people's draws."""

    @property
    def foreign_route(self) -> Route | None:
        """The way the largest part of `foreign_flow` took; None when there is none."""

    @property
    def use(self) -> Use | None:
        """On `loan.use`: what became of the loan's money so far."""

    @property
    def homecoming(self) -> Homecoming | None:
        """On `fund_flow.homecoming`: the customer's own loan money came back from others."""

    @property
    def repaid_for(self) -> RepaidFor | None:
        """On `payer.repayment`: what this payer paid of other people's loans."""

    @property
    def dust(self) -> Dust | None:
        """On `fund_flow.dust`: what left this way so far; the limit of one part is CNY 100."""

    @property
    def prohibited_before(self) -> Before | None:
        """On `loan.disbursed`: what went to forbidden uses before; None when nothing did."""

    @property
    def account_resync(self) -> bool:
        """Whether the account's postings had a gap that no statement has settled yet."""

    @property
    def listed_on(self) -> str | None:
        """Name of the official list the counterparty is on, None when on none."""

    # closed loop
    @property
    def loop(self) -> Loop | None:
        """On an incoming payment or a homecoming: the money sent out that comes back with it."""

    # payee
    @property
    def first_time_payee(self) -> bool:
        """Whether the customer surely never paid this counterparty; False when that was forgotten."""

    @property
    def own_account(self) -> bool:
        """Whether the counterparty is the customer's own account."""

    @property
    def payee_account_age_days(self) -> int | None:
        """Age of the counterparty's account, None when unknown."""

    @property
    def amount_p95_90d(self) -> int:
        """95th percentile of the customer's outgoing amounts in 90 days, CNY; 0 when unknown."""

    # takeover
    @property
    def new_device_age_ms(self) -> int | None:
        """Time since the device in use was first seen or bound; None when none is named, or none was known before."""

    @property
    def credential_reset_age_ms(self) -> int | None:
        """Time since a password, phone number or SIM was last replaced; None when never seen."""

    @property
    def in_call(self) -> bool:
        """Whether the payer is on a phone call."""

    @property
    def screen_shared(self) -> bool:
        """Whether the payer's screen is being shared."""

    # draw
    @property
    def draw(self) -> Draw | None:
        """The customer's newest draw; None when there is none in the memory kept."""

    @property
    def age_years(self) -> int | None:
        """Age of the customer, None when unknown."""

    @property
    def student(self) -> bool:
        """Whether the customer is registered as a student."""

    # model
    @property
    def anomaly_quantile(self) -> float | None:
        """Share of the model's past scores below this payment's; None when it is not scored or the model warms up."""

    @property
    def anomaly_drivers(self) -> tuple[str, ...]:
        """What makes the payment unusual, strongest first; named for high quantiles only."""
