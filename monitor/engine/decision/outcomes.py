"""How requests end: their reservation goes, blocks on them end, a challenge is passed or not."""

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.decision import blocks, challenges
from monitor.engine.decision.repeats import request_ended
from topics.fields import OutcomeMessage
from topics.refusals import Reason, Refused

NO_MONEY_MOVES = frozenset({"declined", "cancelled", "expired", "block_obeyed"}) | challenges.NOT_PASSED
OBEYED = frozenset({"declined", "cancelled", "expired", "block_obeyed"})
LET_GO = frozenset({"accepted", "hold_released"})


def apply(ctx: Context, customer: Customer, message: OutcomeMessage) -> None:
    """Apply an outcome; a second one of a request that has ended changes nothing. Raises `Refused`: no such request."""
    request = customer.requests.get(message.payment_id)
    if request is None:
        if not request_ended(customer, message):
            raise Refused(Reason.UNKNOWN_REQUEST, "no open request has this payment_id")
        ctx.count("repeats")
        return
    _end_blocks(ctx, customer, message)
    challenges.end(ctx, customer, request, message)
    ctx.mark(customer)
    request.released = request.released or message.outcome == "hold_released"
    if message.outcome in NO_MONEY_MOVES:
        del customer.requests[message.payment_id]


def _end_blocks(ctx: Context, customer: Customer, message: OutcomeMessage) -> None:
    for block_id in blocks.of_payment(customer, message.payment_id):
        if message.outcome in OBEYED:
            blocks.end(ctx, customer, block_id, "OBEYED", f"outcome {message.outcome}")
        elif message.outcome in LET_GO:
            blocks.end(ctx, customer, block_id, "RELEASED", f"outcome {message.outcome}")
