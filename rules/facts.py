"""The facts a rule may read about one event and its customer.

Money is in minor units, time in milliseconds of event time. A fact is computed when first read, and once.
Every fact has its purposes in `rules/purposes.py`; a rule reads only those whose purpose it declares.
Thresholds are in CNY: what is said of loan money, draws and loops is about CNY only and empty for any other currency.
"""

from collections.abc import Mapping
from typing import Protocol

from rules.fact_values import Before, Destination, Draw, Dust, Flow, Homecoming, Loop, RepaidFor, Route, Use

Values = Mapping[str, float]  # a rule's parameters in force, by name: the only other thing it reads
Figures = dict[str, int | float | str | bool]  # the numbers it actually used, by name

LOOP_HORIZON_HOURS = 72
"""How long a return may follow its payment and still be a `Loop`."""

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
