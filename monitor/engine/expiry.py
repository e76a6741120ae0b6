"""What ends by itself: one timer a customer, due at the first thing that can end."""

from monitor.engine.context import Context
from monitor.engine.customer import DAY, Customer
from monitor.engine.decision import blocks, episodes
from monitor.engine.loan_money import bridges, dust, homecoming, hubs, looks, loops, payers, spending
from monitor.engine.loan_money.settle import settle
from monitor.engine.state.packing import SECOND

TIDY_AFTER = (3 * DAY, 31 * DAY, 91 * DAY)  # quiet days after which memories have shrunk; a tidy customer is small
FORGET_AFTER = 400 * DAY
_LOOKS = (*TIDY_AFTER, FORGET_AFTER)
LOOK_AGAIN = 91 * DAY  # at a silent customer who cannot be forgotten


def due_at(customer: Customer) -> int:
    """Batch clock at which `expire` has something to do; a function of the state alone."""
    due = _next_tidying(customer)
    for block in customer.blocks.values():
        due = min(due, block.until)
    for request in customer.requests.values():
        due = min(due, request.expires)
    for time in looks.due(customer):
        due = min(due, time)
    tracing = customer.ledger.next_timer()
    return due if tracing is None else min(due, tracing)


def _next_tidying(customer: Customer) -> int:
    tidied = customer.tidied_s * SECOND
    for quiet in _LOOKS:
        if customer.last_seen + quiet > tidied:
            return customer.last_seen + quiet
    return tidied + LOOK_AGAIN


def expire(ctx: Context, customer: Customer) -> bool:
    """End what is due; -> whether the whole customer is to be forgotten."""
    blocks.expire(ctx, customer)
    _requests(ctx, customer)
    settle(ctx, customer, customer.ledger.expire(ctx.clock))
    looks.at_old_draws(ctx, customer)
    if _next_tidying(customer) <= ctx.clock:
        _tidy(customer, ctx.clock)
    return _forgettable(customer, ctx.clock)


def _requests(ctx: Context, customer: Customer) -> None:
    due = sorted(p for p, r in customer.requests.items() if r.expires <= ctx.clock)
    for payment_id in due:
        ctx.mark(customer)
        del customer.requests[payment_id]
        ctx.count("expired", "request")


def _tidy(customer: Customer, now: int) -> None:
    customer.tidied_s = now // SECOND
    customer.stopped = {code: at for code, at in customer.stopped.items() if at > now - DAY}
    customer.windows.expire(now)
    customer.payees.expire(now)
    customer.devices.expire(now)
    customer.cards.expire(now)
    customer.lately.expire(now)
    customer.amounts.expire(now)
    customer.ids.expire(now)
    loops.expire(customer, now)
    for memory in (bridges, dust, homecoming, hubs, payers, spending):
        memory.expire(customer, now)
    episodes.expire(customer, now)


def _forgettable(customer: Customer, now: int) -> bool:
    """Nothing heard for 400 days, nothing owed, no block in force."""
    owing = any(loan.owed for loan in customer.loans.values())
    return customer.last_seen + FORGET_AFTER <= now and not owing and not customer.blocks
