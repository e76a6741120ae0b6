"""What a rule is: its card (who, why, how much, what people are told) and the finding it returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rules.fact_values import PaymentPart
    from rules.facts import Facts, Values


class Action(IntEnum):
    """What a rule asks for; a higher value wins."""

    ALLOW = 0
    ALERT = 1
    CHALLENGE = 2
    HOLD = 3
    BLOCK = 4


class Mode(Enum):
    """How far a rule may go in the rule set in force."""

    OFF = "off"
    SHADOW = "shadow"
    ALERT = "alert"
    ENFORCE = "enforce"


class Point(Enum):
    """Where the action bites."""

    AUTH = "AUTH"
    TRANSFER = "TRANSFER"
    DRAW = "DRAW"
    LIMIT = "LIMIT"


class Scope(Enum):
    """What a block hits."""

    PAYMENT = "payment"
    NEXT_DRAW = "next_draw"
    MERCHANT = "merchant"
    NEXT_TRANSFERS = "next_transfers"


class Family(Enum):
    """Rules of one family tell of the same thing and count once."""

    FUND_FLOW = "fund_flow"
    CASH_OUT = "cash_out"
    TAKEOVER = "takeover"
    INDUCED_LOAN = "induced_loan"
    LISTED = "listed"
    UNUSUAL = "unusual"


class Purpose(Enum):
    """What a fact was collected for; a rule may read only facts of the purposes it declares."""

    CREDIT_RISK = "credit_risk"
    ANTI_FRAUD = "anti_fraud"
    LEGAL_DUTY = "legal_duty"


class Unit(Enum):
    """Unit of a parameter."""

    MONEY = "minor units of CNY"
    SHARE = "share, 0 to 1"
    HOURS = "hours"
    DAYS = "days"
    YEARS = "years"
    COUNT = "count"
    FACTOR = "factor"
    SWITCH = "0 no, 1 yes"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number an analyst may move within `low` and `high`."""

    name: str
    default: float
    low: float
    high: float
    unit: Unit
    meaning: str


@dataclass(frozen=True, slots=True)
class Text:
    """What the customer is told; both languages, no jargon. `{figure}` is filled from the finding."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Arming:
    """A block that a rule arms when the money has already moved; `Finding.subject` names the merchant."""

    scope: Scope
    hours: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one event.

    `margin` is the distance to the nearest threshold as a share of it: >= 0 fired, -0.1 missed by a tenth.
    `action` is what the rule asks for when fired; `figures` are the numbers actually used (money in minor units).
    `subject` names what an alert is about (payee, merchant, loan), `amount` is what is at stake: this event's part,
    which an alert adds up, or with `total` all that is so far. `payments`: where what is certain is of other
    payments than the one judged, these, so that they can be proven.
    """

    margin: float
    action: Action
    figures: Mapping[str, int | float | str | bool]
    subject: str = ""
    amount: int = 0
    event_ids: tuple[str, ...] = ()
    payments: "tuple[PaymentPart, ...]" = ()
    total: bool = False

    @property
    def fired(self) -> bool:
        """Whether the threshold was reached."""
        return self.margin >= 0


@dataclass(frozen=True, slots=True)
class Example:
    """A case the rule must get right. `facts` override `rules.examples.ORDINARY`; `expect` None must not fire."""

    name: str
    facts: Mapping[str, Any]
    expect: Action | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule's card. `evaluate` returns None where the rule has nothing to say of such an event.

    `rationale` is the head of the rule's file. `severity` runs from 1 to 5, 5 is worst. `action` is the most it ever
    asks for, `point` where that bites, `events` the message types it is asked about. `arming`: the blocks to arm when
    it asks for BLOCK after the money has moved. `hold_hours`: how long its HOLD lasts. `trust_exempt`: the trust list
    does not lower it. `budget_exempt`: it may enforce without a block budget. `blocks_from`: of a rule that blocks
    payments by their certain loan money, the parameter that says from how much on (minor units); headroom rests on it.
    `defaults`: its parameters as they come.
    """

    code: str
    title: str
    rationale: str
    family: Family
    severity: int
    action: Action
    point: Point
    events: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    parameters: tuple[Parameter, ...]
    customer: Text
    analyst: str
    remedy: str
    examples: tuple[Example, ...]
    evaluate: Callable[["Facts", "Values"], Finding | None]
    arming: tuple[Arming, ...] = ()
    hold_hours: int = 24
    trust_exempt: bool = False
    budget_exempt: bool = False
    blocks_from: str | None = None
    defaults: Mapping[str, float] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "defaults", {p.name: p.default for p in self.parameters})
