"""Facts for examples: an ordinary payment, and what is different about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rules.fact_values import Amounts, Before, Destination, Draw, Dust, Flow, Homecoming, Loop, RepaidFor, Route, Use
from rules.facts import Values
from rules.margins import DAY, HOUR
from rules.rule import Action, Example, Finding, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFacts:
    """Facts with every value given; fulfils `rules.facts.Facts`."""

    event: str
    event_id: str
    is_request: bool
    outgoing: bool
    amount: int
    currency: str
    counterparty: str
    destination: Destination
    flow: Flow
    account_resync: bool
    listed_on: str | None
    loop: Loop | None
    first_time_payee: bool
    own_account: bool
    payee_account_age_days: int | None
    amount_p95_90d: int
    new_device_age_ms: int | None
    credential_reset_age_ms: int | None
    in_call: bool
    screen_shared: bool
    draw: Draw | None
    age_years: int | None
    student: bool
    anomaly_quantile: float | None
    anomaly_drivers: tuple[str, ...]
    own_flow: Flow
    foreign_flow: Flow
    foreign_route: Route | None
    use: Use | None
    homecoming: Homecoming | None
    repaid_for: RepaidFor | None
    dust: Dust | None
    prohibited_before: Before | None


ORDINARY: Mapping[str, Any] = MappingProxyType(
    {
        "event": "transfer.request",
        "event_id": "event-1",
        "is_request": True,
        "outgoing": True,
        "amount": 500_00,
        "currency": "CNY",
        "counterparty": "payee-1",
        "destination": Destination("UNKNOWN", 0.0),
        "flow": Flow(certain=0, possible=0, point=0),
        "account_resync": False,
        "listed_on": None,
        "loop": None,
        "first_time_payee": False,
        "own_account": False,
        "payee_account_age_days": 1_000,
        "amount_p95_90d": 2_000_00,
        "new_device_age_ms": 300 * DAY,
        "credential_reset_age_ms": None,
        "in_call": False,
        "screen_shared": False,
        "draw": None,
        "age_years": 35,
        "student": False,
        "anomaly_quantile": 0.5,
        "anomaly_drivers": (),
        "own_flow": Flow(certain=0, possible=0, point=0),
        "foreign_flow": Flow(certain=0, possible=0, point=0),
        "foreign_route": None,
        "use": None,
        "homecoming": None,
        "repaid_for": None,
        "dust": None,
        "prohibited_before": None,
    }
)
"""A thirty-five-year-old pays a known payee 500 yuan from the usual phone; no loan money is in it."""


def sample(overrides: Mapping[str, Any]) -> SampleFacts:
    """Facts of the ordinary payment with some replaced. TypeError: a fact that does not exist."""
    return SampleFacts(**{**ORDINARY, **overrides})


def paying(destination: str, confidence: float, certain: int, possible: int) -> dict[str, Any]:
    """Override facts: 20,000 yuan go to a payee of this class, with this much loan money in them (minor units)."""
    flow = Flow(certain=certain, possible=possible, point=certain)
    return {"amount": 20_000_00, "destination": Destination(destination, confidence), "flow": flow, "own_flow": flow}


def paying_for(
    destination: str, confidence: float, certain: int, possible: int, *, own: int = 0, together: int = 0
) -> dict[str, Any]:
    """Override facts: as `paying`, but it is other people's loan money.

    Beside it at most `own` may be of own draws; of both `together` at least this much is certain.
    """
    least = max(certain, together)
    return paying(destination, confidence, 0, 0) | {
        "flow": Flow(certain=least, possible=possible + own, point=least),
        "own_flow": Flow(certain=0, possible=own, point=0),
        "foreign_flow": Flow(certain=certain, possible=possible, point=certain),
        "foreign_route": Route(hops=2, via=("borrower-1", "helper-1")),
    }


def transfer(amount: int, **facts: object) -> dict[str, Any]:
    """Override facts: a transfer to a first-time payee, unless `facts` say otherwise."""
    return {"amount": amount, "first_time_payee": True, **facts}


def returning(paid: int, returned: int, relation: str = "owner", **more: int) -> dict[str, Any]:
    """Override facts: money paid to a shop five hours ago comes back; `more` are other fields of `Loop`."""
    fields = {"earlier": 0, "age_ms": 5 * HOUR} | more
    legs = ("paid-1", "event-1")
    loop = Loop(merchant="shop-1", paid=paid, returned=returned, relation=relation, event_ids=legs, **fields)
    return {"event": "transfer.posting", "is_request": False, "outgoing": False, "amount": returned, "loop": loop}


OWN_ELSEWHERE: dict[str, Any] = {"destination": Destination("SELF_OFFUS", 0.85)}
"""Override facts: the other side is an account in the customer's own name at another bank."""


def returning_through(
    paid: int, returned: int, certain: int = 0, possible: int | None = None, **more: int
) -> dict[str, Any]:
    """Override facts: the payee passed the money on to a helper, who returns it; of it this much is the own loan's.

    All of it is possible unless `possible` says otherwise; `more` are other fields of `Loop`.
    """
    most = returned if possible is None else possible
    loop = returning(paid, returned, "through", **more)["loop"]
    return home_again(paid, certain, most, amount=returned) | {"loop": loop}


def drawn(amount: int, to_new_payees: int, age_ms: int = HOUR, line_idle_ms: int | None = None) -> dict[str, Any]:
    """Override facts: after a draw this much has gone to first-time payees, this payment included."""
    draw = Draw(amount=amount, age_ms=age_ms, to_new_payees=to_new_payees, event_id="draw-1", line_idle_ms=line_idle_ms)
    return {"amount": to_new_payees, "first_time_payee": True, "draw": draw}


def without_payment(event: str, **facts: object) -> dict[str, Any]:
    """Override facts: something has happened that no payment is behind (`rules.facts.WITHOUT_PAYMENT`)."""
    nothing = {"is_request": False, "outgoing": False, "amount": 0, "counterparty": "", "amount_p95_90d": 0}
    return nothing | {"event": event, "new_device_age_ms": None, "payee_account_age_days": None} | facts


def used(spent: Mapping[str, Amounts | int], **more: Any) -> dict[str, Any]:
    """Override facts: what became of a loan of 100,000 yuan drawn 40 days ago; a plain amount is certain.

    `spent` went from the borrower's own accounts; `more` are other fields of `Use`; what is in no bucket is unspent.
    """
    own, others = ledger(spent), ledger(more.pop("through_others", {}))
    names = sorted({*own, *others})
    buckets = {
        name: Amounts(*map(sum, zip(own.get(name, NONE), others.get(name, NONE), strict=True))) for name in names
    }
    left = more.pop("principal", 100_000_00) - sum(row.point for row in buckets.values())
    fields: dict[str, Any] = {"loan": "loan-1", "draws": ("draw-1",), "age_ms": 40 * DAY, "with_others": NONE} | more
    use = Use(
        principal=left + sum(row.point for row in buckets.values()),
        unspent=Amounts(left, left, left),
        buckets=buckets,
        through_others=others,
        **fields,
    )
    return without_payment("loan.use", event_id="loan:loan-1", use=use)


NONE = Amounts()


def ledger(rows: Mapping[str, Amounts | int]) -> dict[str, Amounts]:
    """Write a loan's ledger; a plain amount is certain."""
    return {name: Amounts(row, row, row) if isinstance(row, int) else row for name, row in rows.items()}


def home_again(sent: int, certain: int, possible: int, hops: int = 3, **more: Any) -> dict[str, Any]:
    """Override facts: of `sent` of a draw of two days ago one credit brings this much home (minor units), over `hops`.

    `more` are other fields of `Homecoming`.
    """
    fields = {"returned": certain, "returned_certain": certain, "age_ms": 2 * DAY, "amount": possible} | more
    home = Homecoming(
        draw="draw-1",
        certain=certain,
        possible=possible,
        point=certain,
        hops=hops,
        sent=sent,
        via=("own-1", "helper-1", "helper-2", "helper-3")[:hops],
        **fields,
    )
    return without_payment("fund_flow.homecoming", homecoming=home)


def repaying(borrowers: int, amount: int, back: int) -> dict[str, Any]:
    """Override facts: a payer has paid this much of so many unrelated people's loans, and got this much back."""
    paid = RepaidFor(borrowers=borrowers, amount=amount, back=back, event_ids=("repaid-1", "event-1"))
    return without_payment("payer.repayment", repaid_for=paid)


def trickled(payments: int, certain: int, possible: int) -> dict[str, Any]:
    """Override facts: within 30 days this much of a draw left in so many parts too small to follow (minor units)."""
    dust = Dust(draw="draw-1", account="own-1", payments=payments, certain=certain, possible=possible)
    return without_payment("fund_flow.dust", dust=dust)


def drawn_after(amount: int, *spent: tuple[int, int]) -> dict[str, Any]:
    """Override facts: a draw is paid out; before it this went to forbidden uses (minor units, ms ago), newest first."""
    items = tuple((one, age, f"spent-{number}") for number, (one, age) in enumerate(spent, 1))
    before = Before(sum(one for one, _ in spent), spent[0][1], items) if spent else None
    return {
        "event": "loan.disbursed",
        "is_request": False,
        "outgoing": False,
        "amount": amount,
        "prohibited_before": before,
    }


def outcome(rule: Rule, example: Example, values: Values | None = None) -> Finding | None:
    """Evaluate an example with these parameters, or the rule's defaults; None when the rule does not fire."""
    finding = rule.evaluate(sample(example.facts), rule.defaults if values is None else values)
    return finding if finding is not None and finding.fired else None


def surprises(rule: Rule, values: Values | None = None) -> list[str]:
    """Name the examples whose outcome is not the expected one, a line each."""
    lines = []
    for example in rule.examples:
        finding = outcome(rule, example, values)
        action = finding.action if finding else None
        if action != example.expect:
            lines.append(f"{rule.code}, {example.name}: expected {word(example.expect)}, got {word(action)}")
    return lines


def word(action: Action | None) -> str:
    """Name an action, or that there is none."""
    return "no hit" if action is None else action.name
