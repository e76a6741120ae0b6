"""Accounts with a crowd of counterparties: payroll, an exchange, a big shop. No trail is followed through one.

The bank names hubs on `reference`; a customer whose crowd is as large counts as one too. Counterparties are sampled by
their fingerprint, one in 64, so that the memory of an ordinary customer stays empty.
"""

from monitor.engine.context import Context
from monitor.engine.customer import DAY, Customer
from monitor.engine.payment import Payment
from monitor.engine.state.packing import fingerprint
from monitor.engine.state.recency import Recency

SAMPLED = 64
CROWD = 1_000  # counterparties in 30 days (tracing.md §8)
WINDOW = 30 * DAY
_CAPACITY = 32


def is_hub(ctx: Context, customer: Customer, payment: Payment) -> bool:
    """Whether either side of the payment is a hub."""
    view = ctx.view
    named = view.hub(payment.counterparty) or view.hub(payment.account)
    return named is not None or crowded(customer, payment.time)


def has_crowd(ctx: Context, customer: Customer, account: str) -> bool:
    """Whether a customer's account is a hub."""
    return ctx.view.hub(account) is not None or crowded(customer, ctx.clock)


def crowded(customer: Customer, now: int) -> bool:
    """Whether the customer had more than a thousand counterparties in 30 days, by the sample."""
    return customer.crowd is not None and customer.crowd.distinct(WINDOW, now) * SAMPLED > CROWD


def note(customer: Customer, payment: Payment) -> bool:
    """Count the counterparty if it is one of the sample; -> whether the crowd is reached with it."""
    name = fingerprint(payment.counterparty) if payment.counterparty else b""
    if not name or name[-1] % SAMPLED:
        return False
    before = crowded(customer, payment.time)
    if customer.crowd is None:
        customer.crowd = Recency(capacity=_CAPACITY)
    customer.crowd.seen(name, payment.time)
    return not before and crowded(customer, payment.time)


def foreign(customer: Customer) -> list[tuple[str, str]]:
    """Where other borrowers' loan money is or may come in: account and origin."""
    ledger = customer.ledger
    return sorted(
        (account, origin)
        for account, entry in ledger.entries.items()
        for origin in entry.account.present() & ledger.homes.keys()
    )


def expire(customer: Customer, now: int) -> None:
    """Forget a crowd that is gone."""
    if customer.crowd is not None:
        customer.crowd.expire(now, WINDOW)
        if not customer.crowd.rows:
            customer.crowd = None
