"""Outflows to forbidden uses, of whatever money: a loan drawn right after may only repay them (CO21)."""

from monitor.engine.customer import DAY, MAX_SPENT, Customer, Spent
from monitor.engine.payment import Payment
from rules.fact_values import Before, Destination
from rules.uses import FORBIDDEN

HORIZON = 30 * DAY


def remember(customer: Customer, payment: Payment, destination: Destination) -> None:
    """Keep an outflow to a forbidden use; bounded, the oldest goes."""
    if destination.name in FORBIDDEN and payment.deposit:
        customer.spent.append(Spent(payment.time, payment.amount, payment.message.event_id))
        del customer.spent[:-MAX_SPENT]


def before(customer: Customer, payment: Payment) -> Before | None:
    """What was spent so in the 30 days before this draw, the newest first."""
    recent = [one for one in customer.spent if payment.time - HORIZON <= one.time <= payment.time]
    if not recent:
        return None
    items = tuple((one.amount, payment.time - one.time, one.event_id) for one in reversed(recent))
    return Before(sum(amount for amount, _, _ in items), min(age for _, age, _ in items), items)


def expire(customer: Customer, now: int) -> None:
    """Forget what is older than 30 days."""
    customer.spent = [one for one in customer.spent if one.time > now - HORIZON]
