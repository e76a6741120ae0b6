"""The facts a rule may read about one event and its customer.

Money is in minor units, time in milliseconds of event time. A fact is computed when first read, and once.
Every fact has a purpose in `PURPOSES`; device and credential facts may serve anti-fraud rules only.
"""

from dataclasses import dataclass
from typing import Protocol

from rules.rule import Purpose


@dataclass(frozen=True, slots=True)
class Destination:
    """Class of use of the payee (`topics.reference.DestinationClass`), with what speaks for it."""

    name: str
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """Loan money in this payment: certain <= point <= possible <= amount. `loans` are the draws concerned."""

    certain: int
    possible: int
    point: int
    provisional: bool = False
    loans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """The customer's newest draw, and what left to first-time payees since (this payment included)."""

    amount: int
    age_ms: int
    to_new_payees: int
    event_id: str
    line_idle_ms: int | None


@dataclass(frozen=True, slots=True)
class Loop:
    """Money that went to a merchant or payee and came back from somebody linked to it.

    `paid` and `returned` within the window, `refunds_excluded` were legitimate; `earlier` counts former loops in 30 d.
    """

    merchant: str
    paid: int
    returned: int
    relation: str
    earlier: int
    event_ids: tuple[str, ...] = ()


class Facts(Protocol):
    """One event, its customer, and the money in it."""

    # the event
    @property
    def event(self) -> str: ...  # message type, e.g. "transfer.request"
    @property
    def event_id(self) -> str: ...
    @property
    def is_request(self) -> bool: ...
    @property
    def outgoing(self) -> bool: ...
    @property
    def amount(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def counterparty(self) -> str: ...  # account or merchant on the other side, "" when there is none
    # where the money goes
    @property
    def destination(self) -> Destination: ...
    @property
    def flow(self) -> Flow: ...
    @property
    def account_resync(self) -> bool: ...
    @property
    def listed_on(self) -> str | None: ...  # name of the official list the counterparty is on
    # closed loop
    @property
    def loop(self) -> Loop | None: ...  # on an incoming payment: the outgoing leg it closes
    # payee
    @property
    def first_time_payee(self) -> bool: ...
    @property
    def own_account(self) -> bool: ...  # the counterparty is the customer's own
    @property
    def payee_account_age_days(self) -> int | None: ...
    @property
    def amount_p95_90d(self) -> int: ...  # 95th percentile of outgoing amounts, 0 when unknown
    # takeover
    @property
    def new_device_age_ms(self) -> int | None: ...  # since the device in use was first seen, None if none named
    @property
    def credential_reset_age_ms(self) -> int | None: ...
    @property
    def in_call(self) -> bool: ...
    @property
    def screen_shared(self) -> bool: ...
    # draw
    @property
    def draw(self) -> Draw | None: ...
    @property
    def age_years(self) -> int | None: ...
    @property
    def student(self) -> bool: ...


_ANY = frozenset(Purpose)
_CREDIT = frozenset({Purpose.CREDIT_RISK, Purpose.ANTI_FRAUD})
_FRAUD = frozenset({Purpose.ANTI_FRAUD})

PURPOSES: dict[str, frozenset[Purpose]] = {
    "event": _ANY,
    "event_id": _ANY,
    "is_request": _ANY,
    "outgoing": _ANY,
    "amount": _ANY,
    "currency": _ANY,
    "counterparty": _ANY,
    "destination": _CREDIT,
    "flow": _CREDIT,
    "account_resync": _CREDIT,
    "listed_on": frozenset({Purpose.LEGAL_DUTY}),
    "loop": _CREDIT,
    "first_time_payee": _FRAUD,
    "own_account": _ANY,
    "payee_account_age_days": _FRAUD,
    "amount_p95_90d": _FRAUD,
    "new_device_age_ms": _FRAUD,
    "credential_reset_age_ms": _FRAUD,
    "in_call": _FRAUD,
    "screen_shared": _FRAUD,
    "draw": _CREDIT,
    "age_years": _FRAUD,
    "student": _FRAUD,
}
