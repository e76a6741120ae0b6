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
from rules.fact_values import Destination

HORIZON = 72 * HOUR


class Kind(NamedTuple):
    """The least and the most that may come back, as hundredths of what left."""

    least: int
    most: int


_MOST_OF_IT: Final = Kind(80, 105)
KINDS: Final = {
    "cash": _MOST_OF_IT,
    "wallet": _MOST_OF_IT,
    "self": _MOST_OF_IT,
    "household": _MOST_OF_IT,
    "lender": Kind(70, 200),
}
STORED_VALUE: Final = "6540"  # ISO 18245: stored value bought or loaded, which is what a card tops a wallet up with
AS_CASH: Final = "CASH"  # the class of use of a wallet company's account or bank on the bank's own list


def kind_of(customer: Customer, payment: Payment, destination: Destination, view: ReferenceView) -> str:
    """Which bridge a payment may be an end of, "" for none."""
    if payment.cash:
        return "cash"
    if is_wallet(payment, view):
        return "wallet"
    if payment.other_customer is not None or not payment.counterparty:
        return ""
    if payment.same_name:
        return "self"
    if destination.name == "OTHER_LENDER":
        return "lender"
    return "household" if _household(customer, payment, view) else ""


def is_wallet(payment: Payment, view: ReferenceView) -> bool:
    """Whether the other side is a wallet company, in whatever name: by category, or by the bank's own list.

    One that is a customer here has other people's trails followed to it, unless it is a hub; then this is what is left.
    """
    if payment.merchant is not None:
        return payment.mcc == STORED_VALUE
    known = (("account", payment.counterparty), ("agent", payment.agent))
    return any(view.curated(kind, name) == AS_CASH for kind, name in known if name)


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
    shares: dict[str, Share] = {}
    for bridge in _bridges(customer, kind, amount, time):
        for draw, share in bridge.shares.items():
            shares[draw] = _joined(shares[draw], share) if draw in shares else share
    return {draw: _at_most(share, amount) for draw, share in sorted(shares.items())}


def note_crossed(customer: Customer, kind: str, amount: int, time: int) -> None:
    """Count a credit as having come back: of the first what is still out, the rest of the last."""
    bridges = _bridges(customer, kind, amount, time)
    for bridge in bridges[:-1]:
        part = min(amount, max(0, bridge.amount - bridge.returned))
        bridge.returned, amount = bridge.returned + part, amount - part
    if bridges:
        bridges[-1].returned += amount


def _bridges(customer: Customer, kind: str, amount: int, time: int) -> list[Bridge]:
    """What a credit may be: one outflow or, as machines give out only so much at a time, several in a row.

    The fewest it can be; of these the oldest.
    """
    if not kind:
        return []
    ends = [one for one in customer.bridges if one.kind == kind and one.time <= time <= one.time + HORIZON]
    rows = (ends[first : first + size] for size in range(1, len(ends) + 1) for first in range(len(ends) - size + 1))
    return next((row for row in rows if _fits(row, amount)), [])


def _fits(row: list[Bridge], amount: int) -> bool:
    """Whether the credit, with what came back before, can be what left; one in parts is, once it adds up."""
    left, back = sum(one.amount for one in row), sum(one.returned for one in row) + amount
    bounds = KINDS[row[0].kind]
    return 100 * back <= bounds.most * left and (100 * back >= bounds.least * left or 100 * amount >= PART * left)


PART = 20  # hundredths of what left that a credit must at least be, to count as a part of it


def _joined(one: Share, other: Share) -> Share:
    """Loan money of one draw that left twice; its trail is as long as the longer one's."""
    expires = max(one.expires, other.expires)
    hops, via = max((one.hops, one.via), (other.hops, other.via))
    return Share(0, one.possible + other.possible, 0, max(one.cap, other.cap), hops, expires, one.home, via)


def _at_most(share: Share, amount: int) -> Share:
    possible = min(share.possible, amount)
    return Share(0, possible, 0, share.cap, share.hops, share.expires, share.home, share.via)


def forget_foreign(customer: Customer) -> None:
    """What comes back is no other borrower's loan money: their trails ended here."""
    for bridge in customer.bridges:
        bridge.shares = {draw: share for draw, share in bridge.shares.items() if not share.home}


def expire(customer: Customer, now: int) -> None:
    """Forget what can no longer come back."""
    customer.bridges = [one for one in customer.bridges if one.time > now - HORIZON]
