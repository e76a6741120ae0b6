"""The facts of one event: `rules.facts.Facts` over the customer's state. Each is computed when first read, and once."""

from datetime import date

from monitor.engine.anomaly.features import Features
from monitor.engine.anomaly.model import Score
from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.lazy import lazy
from monitor.engine.loan_money import loops, spending
from monitor.engine.observe import features_of
from monitor.engine.payment import Payment
from monitor.engine.reference.destination import Payee, classify
from monitor.engine.reference.view import ReferenceView
from monitor.engine.state.packing import fingerprint
from monitor.engine.traced import Traced
from rules.fact_values import Before, Destination, Draw, Loop, Route
from rules.texts import money

DAY = 86_400_000
P95 = 95


class EventFacts:
    """Lazy facts; reads state, never changes it."""

    def __init__(
        self, ctx: Context, customer: Customer, payment: Payment, traced: Traced, destination: Destination | None = None
    ) -> None:
        self._ctx, self._customer, self._payment, self._view = ctx, customer, payment, ctx.view
        self._destination = destination
        self.flow, self.per_draw = traced.flow, traced.per_draw
        self.own_flow, self.foreign_flow = traced.own, traced.foreign
        self.use = self.homecoming = self.repaid_for = self.dust = None
        self.account_resync = customer.ledger.resync(payment.account)
        message = payment.message
        self.event, self.event_id = payment.event, message.event_id
        self.is_request, self.outgoing = payment.is_request, payment.outgoing
        self.amount, self.currency = message.amount, message.currency
        self.counterparty = payment.counterparty
        self.in_call, self.screen_shared = payment.in_call, payment.screen_shared

    @lazy
    def destination(self) -> Destination:
        """Class of use of the payee."""
        return self._destination or destination_of(self._payment, self._view)

    @lazy
    def listed_on(self) -> str | None:
        """Name of the official list the counterparty is on: its account, or the merchant's settlement account."""
        named = self._view.listed(self.counterparty) if self.counterparty else None
        if named is None and self._payment.merchant is not None:
            merchant = self._view.merchant(self._payment.merchant)
            settled = merchant.settlement_account if merchant else None
            named = self._view.listed(settled) if settled else None
        return named

    @lazy
    def foreign_route(self) -> Route | None:
        """The way the largest part of other people's loan money took."""
        draws = self.foreign_flow.loans
        if not draws:
            return None
        largest = max(draws, key=lambda draw: (self.per_draw[draw][1], draw))
        return self._customer.ledger.route(self._payment.account, largest)

    @lazy
    def prohibited_before(self) -> Before | None:
        """What went to forbidden uses before this draw."""
        return spending.before(self._customer, self._payment) if self.event == "loan.disbursed" else None

    @lazy
    def loop(self) -> Loop | None:
        """Money sent out that comes back with this credit."""
        return loops.loop_of(self._customer, self._payment, self._view) if self._payment.in_yuan else None

    @lazy
    def first_time_payee(self) -> bool:
        """Whether the customer surely never paid this counterparty."""
        return bool(self.counterparty) and not self.own_account and not self._customer.payees.paid(self._name)

    @lazy
    def own_account(self) -> bool:
        """Whether the counterparty is the customer's own account."""
        return self._customer.ledger.has_account(self.counterparty)

    @lazy
    def payee_account_age_days(self) -> int | None:
        """Age of the counterparty's account."""
        opened = self._payment.payee_opened_on
        if opened is None:
            return None
        return max(0, self._payment.time // DAY - (opened - date(1970, 1, 1)).days)

    @lazy
    def amount_p95_90d(self) -> int:
        """95th percentile of outgoing amounts in 90 days; 0 when unknown."""
        return self._customer.amounts.quantile(P95, self._payment.time)

    @lazy
    def new_device_age_ms(self) -> int | None:
        """Time since the device in use was first seen. The first one ever seen may be the one of many years."""
        device, devices = self._payment.device, self._customer.devices
        if device is None or not devices:
            return None
        seen = devices.get(fingerprint(device))
        return 0 if seen is None else max(0, self._payment.time - seen.first_seen)

    @lazy
    def credential_reset_age_ms(self) -> int | None:
        """Time since a credential was last replaced."""
        reset = self._customer.profile.credential_reset
        return None if reset is None else max(0, self._payment.time - reset)

    @lazy
    def draw(self) -> Draw | None:
        """The newest draw and what left to first-time payees since, open requests and this payment included."""
        draw, payment = self._customer.draw, self._payment
        if draw is None or not payment.in_yuan:
            return None
        this = payment.amount if payment.outgoing and self.first_time_payee else 0
        waiting = sum(
            r.amount
            for payment_id, r in self._customer.requests.items()
            if r.new_payee and payment_id != payment.message.payment_id
        )
        return Draw(
            draw.amount, max(0, payment.time - draw.time), draw.to_new_payees + waiting + this, draw.event_id, draw.idle
        )

    @lazy
    def age_years(self) -> int | None:
        """Age of the customer by year of birth."""
        born = self._customer.profile.birth_year
        return None if born is None else self._year - born

    @property
    def student(self) -> bool:
        """Whether the customer is registered as a student."""
        return self._customer.profile.student

    @lazy
    def features(self) -> Features | None:
        """What the model looks at; only what the customer asks to send out is scored."""
        if not (self.is_request and self.outgoing):
            return None
        return features_of(self._customer, self._payment, self)

    @lazy
    def score(self) -> Score | None:
        """How unusual the event is; scoring is remembered by the model, so it happens once."""
        return None if self.features is None else self._ctx.model.score(self.features)

    @property
    def anomaly_quantile(self) -> float | None:
        """How unusual the payment is among the model's past scores."""
        return None if self.score is None else self.score.quantile

    @property
    def anomaly_drivers(self) -> tuple[str, ...]:
        """What makes it unusual."""
        return () if self.score is None else self.score.drivers

    def path(self) -> list[str]:
        """The money's way in words, as far as this bank sees it."""
        steps = [f"draw {draw}: between {money(c)} and {money(p)}" for draw, (c, p, _) in sorted(self.per_draw.items())]
        if steps:
            steps.append(f"account {self._payment.account}")
        if self.counterparty:
            where = self.destination
            known = f" ({where.name}: {', '.join(where.evidence)})" if where.evidence else ""
            steps.append(f"{'to' if self.outgoing else 'from'} {self.counterparty}{known}")
        return steps

    @property
    def _name(self) -> bytes:
        return fingerprint(self.counterparty)

    @property
    def _year(self) -> int:
        return date.fromordinal(date(1970, 1, 1).toordinal() + self._payment.time // DAY).year


def destination_of(payment: Payment, view: ReferenceView) -> Destination:
    """Class of use of the payee, from product, merchant, agent, name and the curated list."""
    payee = Payee(
        account="" if payment.merchant else payment.counterparty,
        merchant=payment.merchant or "",
        agent=payment.agent,
        name=payment.name,
        category_code=payment.mcc,
        product_code=payment.product,
        cash=payment.cash,
        own_name=payment.same_name,
    )
    return classify(payee, view)
