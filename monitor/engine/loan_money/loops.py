"""Closed loops: money paid out that comes back from the payee or somebody linked to it."""

from monitor.engine.customer import MAX_PAID, PAID_LIFE, Customer, LoopSeen, Paid
from monitor.engine.payment import Payment
from monitor.engine.reference.view import ReferenceView
from monitor.engine.state.packing import capped, fingerprint
from monitor.engine.tracing.movements import Movement
from rules.fact_values import Loop
from rules.facts import LOOP_HORIZON_HOURS

HORIZON = LOOP_HORIZON_HOURS * 3_600_000
MAX_LOOPS = 16
THROUGH_ONE = 3  # accounts that sent the money: own, payee, intermediary
_GIVEN_BACK = frozenset({"refund", "return", "reversal", "chargeback"})


def remember_paid(customer: Customer, payment: Payment) -> None:
    """Keep an outgoing payment as the possible first leg of a loop; bounded, the smallest goes.

    One in another currency is kept to be known when it is given back, and adds nothing to a loop.
    """
    if not payment.counterparty:
        return
    customer.paid = [leg for leg in customer.paid if leg.time > payment.time - HORIZON]
    leg = Paid(
        payment=fingerprint(payment.message.payment_id),
        counterparty=payment.counterparty,
        merchant=payment.merchant is not None,
        amount=payment.amount if payment.in_yuan else 0,
        time=payment.time,
        event_id=payment.message.event_id,
    )
    customer.paid.append(leg)
    if len(customer.paid) > MAX_PAID:
        customer.paid.remove(min(customer.paid, key=lambda one: (one.amount, one.time, one.event_id)))


def knows(customer: Customer, payment_id: str) -> bool:
    """Whether this payment is among the legs remembered."""
    return any(leg.payment == fingerprint(payment_id) for leg in customer.paid)


def loop_of(customer: Customer, payment: Payment, view: ReferenceView) -> Loop | None:
    """What this credit brings back, or None when it brings nothing back."""
    if payment.outgoing or not payment.counterparty:
        return None
    recent = [leg for leg in customer.paid if payment.time - HORIZON <= leg.time <= payment.time]
    tied = [(leg, tie) for leg in recent if (tie := _tie(view, leg, payment))]
    return _loop(customer, payment, tied) if tied else None


def through_one(customer: Customer, movement: Movement, via: tuple[str, ...]) -> Loop | None:
    """A loop over one intermediary: the payee of an earlier payment passed the money on to who pays it back now.

    `via`: own account, payee, intermediary, as the tag of the credit says.
    """
    if len(via) != THROUGH_ONE:
        return None
    recent = [leg for leg in customer.paid if movement.event_time - HORIZON <= leg.time <= movement.event_time]
    legs = [leg for leg in recent if leg.counterparty == via[1]]
    if not legs:
        return None
    first = legs[0]
    return Loop(
        merchant=first.counterparty,
        paid=sum(leg.amount for leg in legs),
        returned=movement.amount + sum(leg.returned for leg in legs),
        relation="through",
        earlier=_earlier(customer, first, movement.event_time),
        event_ids=(*(leg.event_id for leg in legs), movement.event_id),
        age_ms=movement.event_time - first.time,
    )


def note_through(customer: Customer, loop: Loop, amount: int, time: int, *, found: bool) -> None:
    """Count the credit against the newest leg, as for a loop that a link shows."""
    newest = max((leg for leg in customer.paid if leg.event_id in loop.event_ids), key=lambda leg: leg.time)
    newest.returned = capped(newest.returned + amount)
    _note_found(customer, loop, time, found=found)


def _earlier(customer: Customer, first: Paid, time: int) -> int:
    return sum(1 for seen in customer.loops if seen.first != first.event_id and seen.time >= time - PAID_LIFE)


def _note_found(customer: Customer, loop: Loop, time: int, *, found: bool) -> None:
    if found and all(seen.first != loop.event_ids[0] for seen in customer.loops):
        customer.loops.append(LoopSeen(loop.event_ids[0], time))
        del customer.loops[:-MAX_LOOPS]


def _tie(view: ReferenceView, leg: Paid, payment: Payment) -> str | None:
    """What ties the payer of this credit to the payee of that leg."""
    if (payment.original and fingerprint(payment.original) == leg.payment) or payment.counterparty == leg.counterparty:
        return "payee"
    if leg.merchant:
        return view.tie(leg.counterparty, payment.counterparty)
    return _tie_of_accounts(view, leg.counterparty, payment.counterparty)


def _tie_of_accounts(view: ReferenceView, payee: str, payer: str) -> str | None:
    payers = view.parties_of_account(payer)
    for owner in view.parties_of_account(payee):
        if owner in payers:
            return "owner"
        relation = next((r for other in payers if (r := view.relation(owner, other))), None)
        if relation:
            return relation
    return None


def _loop(customer: Customer, payment: Payment, tied: list[tuple[Paid, str]]) -> Loop:
    legs, first = [leg for leg, _ in tied], tied[0][0]
    refund = payment.amount if payment.kind in _GIVEN_BACK and payment.original else 0
    salary = payment.amount if payment.kind == "salary" else 0
    return Loop(
        merchant=first.counterparty,
        paid=sum(leg.amount for leg in legs),
        returned=payment.amount + sum(leg.returned for leg in legs),
        relation=tied[-1][1],
        earlier=_earlier(customer, first, payment.time),
        event_ids=(*(leg.event_id for leg in legs), payment.message.event_id),
        age_ms=payment.time - first.time,
        refunded=refund + sum(leg.refunded for leg in legs),
        salary=salary + sum(leg.salary for leg in legs),
    )


def remember_return(customer: Customer, payment: Payment, loop: Loop, *, found: bool) -> None:
    """Count the credit against the newest leg; a loop that a rule found is remembered for 30 days."""
    newest = max((leg for leg in customer.paid if leg.event_id in loop.event_ids), key=lambda leg: leg.time)
    newest.returned = capped(newest.returned + payment.amount)
    if payment.kind in _GIVEN_BACK and payment.original:
        newest.refunded = capped(newest.refunded + payment.amount)
    if payment.kind == "salary":
        newest.salary = capped(newest.salary + payment.amount)
    _note_found(customer, loop, payment.time, found=found)


def expire(customer: Customer, now: int) -> None:
    """Forget legs and loops older than 30 days."""
    customer.paid = [leg for leg in customer.paid if leg.time > now - HORIZON]
    customer.loops = [seen for seen in customer.loops if seen.time > now - PAID_LIFE]
