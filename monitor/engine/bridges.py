"""Virtual edges: money that leaves where no trail can be seen and may be what comes back. They carry `possible` only.

Cash that is paid in again, a wallet or an own account elsewhere, a household's account elsewhere, and one lender paid
off with another's money (domain.md §C).
"""

from typing import Final, NamedTuple

from monitor.engine.customer import MAX_BRIDGES, Bridge, Customer
from monitor.engine.payment import Payment
from monitor.engine.reference.view import ReferenceView
from monitor.engine.state.packing import HOUR
from monitor.engine.tracing.effects import Passed
from monitor.engine.tracing.movements import Share
from rules.facts import Destination

HORIZON = 72 * HOUR


class Kind(NamedTuple):
    """The least and the most that may come back, as hundredths of what left."""

    least: int
    most: int


KINDS: Final = {"cash": Kind(80, 105), "self": Kind(80, 105), "household": Kind(80, 105), "lender": Kind(70, 200)}


def kind_of(customer: Customer, payment: Payment, destination: Destination, view: ReferenceView) -> str:
    """Which bridge a payment may be an end of, "" for none."""
    if payment.cash:
        return "cash"
    if payment.other_customer is not None or not payment.counterparty:
        return ""
    if payment.same_name:
        return "self"
    if destination.name == "OTHER_LENDER":
        return "lender"
    return "household" if _household(customer, payment, view) else ""


def _household(customer: Customer, payment: Payment, view: ReferenceView) -> bool:
    own = customer.profile.party_id
    others = view.parties_of_account(payment.counterparty) if own else ()
    return any(view.relation(own, other) == "household" for other in others) if own else False


def remember_bridge(customer: Customer, passed: Passed) -> None:
    """Keep what may come back of an outflow; bounded, the oldest goes."""
    movement, entry = passed.movement, customer.ledger.entries.get(passed.movement.account)
    if entry is None:
        return
    shares = entry.account.shares_of({draw: pair.possible for draw, pair in passed.pairs.items()})
    customer.bridges = [one for one in customer.bridges if one.time > movement.event_time - HORIZON]
    customer.bridges.append(Bridge(movement.bridge, movement.event_time, movement.amount, 0, shares))
    del customer.bridges[:-MAX_BRIDGES]


def brought_back(customer: Customer, kind: str, amount: int, time: int) -> dict[str, Share]:
    """What a credit may bring back: shares with a possible part only."""
    bridge = _bridge(customer, kind, amount, time)
    shares = sorted(bridge.shares.items()) if bridge else []
    return {draw: _at_most(share, amount) for draw, share in shares}


def note_crossed(customer: Customer, kind: str, amount: int, time: int) -> None:
    """Count a credit as having come back."""
    bridge = _bridge(customer, kind, amount, time)
    if bridge is not None:
        bridge.returned += amount


def _bridge(customer: Customer, kind: str, amount: int, time: int) -> Bridge | None:
    if not kind:
        return None
    ends = (one for one in customer.bridges if one.kind == kind and one.time <= time <= one.time + HORIZON)
    return next((one for one in ends if _fits(one, amount)), None)


def _fits(bridge: Bridge, amount: int) -> bool:
    """Whether the credit, with what came back before, can be what left; one in parts is, once it adds up."""
    bounds, back = KINDS[bridge.kind], bridge.returned + amount
    return 100 * back <= bounds.most * bridge.amount and (
        100 * back >= bounds.least * bridge.amount or 100 * amount >= PART * bridge.amount
    )


PART = 20  # hundredths of what left that a credit must at least be, to count as a part of it


def _at_most(share: Share, amount: int) -> Share:
    possible = min(share.possible, amount)
    return Share(0, possible, 0, share.cap, share.hops, share.expires, share.home, share.via)


def expire(customer: Customer, now: int) -> None:
    """Forget what can no longer come back."""
    customer.bridges = [one for one in customer.bridges if one.time > now - HORIZON]
