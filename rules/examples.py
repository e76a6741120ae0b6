"""Facts for examples: an ordinary payment, and what is different about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rules.facts import Before, Destination, Draw, Flow, Homecoming, Loop, RepaidFor, Route, Use, Values
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


def transfer(amount: int, **facts: object) -> dict[str, Any]:
    """Override facts: a transfer to a first-time payee, unless `facts` say otherwise."""
    return {"amount": amount, "first_time_payee": True, **facts}


def returning(paid: int, returned: int, relation: str = "owner", **more: int) -> dict[str, Any]:
    """Override facts: money paid to a shop five hours ago comes back; `more` are other fields of `Loop`."""
    fields = {"earlier": 0, "age_ms": 5 * HOUR} | more
    legs = ("paid-1", "event-1")
    loop = Loop(merchant="shop-1", paid=paid, returned=returned, relation=relation, event_ids=legs, **fields)
    return {"event": "transfer.posting", "is_request": False, "outgoing": False, "amount": returned, "loop": loop}


def drawn(amount: int, to_new_payees: int, age_ms: int = HOUR, line_idle_ms: int | None = None) -> dict[str, Any]:
    """Override facts: after a draw this much has gone to first-time payees, this payment included."""
    draw = Draw(amount=amount, age_ms=age_ms, to_new_payees=to_new_payees, event_id="draw-1", line_idle_ms=line_idle_ms)
    return {"amount": to_new_payees, "first_time_payee": True, "draw": draw}


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
