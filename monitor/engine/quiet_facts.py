"""Facts of an event without a payment: everything about a payment is empty."""

from monitor.engine.reference.destination import UNKNOWN
from monitor.engine.traced import CLEAN_FLOW
from monitor.engine.tracing.movements import LOAN_CURRENCY
from rules.fact_values import Before, Destination, Draw, Dust, Flow, Homecoming, Loop, RepaidFor, Route, Use


class QuietFacts:
    """`rules.facts.Facts` where only one thing has happened: what `event` says."""

    is_request = outgoing = account_resync = first_time_payee = own_account = False
    in_call = screen_shared = student = False
    amount = amount_p95_90d = 0
    currency, counterparty = LOAN_CURRENCY, ""
    destination: Destination = UNKNOWN
    flow: Flow = CLEAN_FLOW
    own_flow: Flow = CLEAN_FLOW
    foreign_flow: Flow = CLEAN_FLOW
    foreign_route: Route | None = None
    prohibited_before: Before | None = None
    listed_on: str | None = None
    draw: Draw | None = None
    payee_account_age_days: int | None = None
    new_device_age_ms: int | None = None
    credential_reset_age_ms: int | None = None
    age_years: int | None = None
    anomaly_quantile: float | None = None
    anomaly_drivers: tuple[str, ...] = ()

    def __init__(
        self,
        event: str,
        event_id: str,
        *,
        use: Use | None = None,
        homecoming: Homecoming | None = None,
        loop: Loop | None = None,
        repaid_for: RepaidFor | None = None,
        dust: Dust | None = None,
    ) -> None:
        self.event, self.event_id = event, event_id
        self.use, self.homecoming, self.loop = use, homecoming, loop
        self.repaid_for, self.dust = repaid_for, dust
