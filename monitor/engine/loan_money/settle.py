"""What follows when tracing makes something final: messages to others, second looks, bridges, what came home."""

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.loan_money import between, dust, homecoming, late, looks
from monitor.engine.loan_money.bridges import remember_bridge
from monitor.engine.refuse import refuse_tag
from monitor.engine.tracing.effects import RETURN_ABOVE, Passed
from monitor.engine.tracing.movements import LOAN_CURRENCY
from monitor.engine.tracing.posted import Settled
from topics.refusals import Reason


def settle(ctx: Context, customer: Customer, settled: Settled) -> None:
    """Send what is for others, count what tracing reports, and let the rules look at what has become final."""
    for event in settled.events:
        ctx.count("tracing", event)
        if event == RETURN_ABOVE:
            ctx.count("tolerated", Reason.RETURN_ABOVE_PAYMENT)
    for offset, reason in settled.refused:
        refuse_tag(ctx, offset, reason)
    for envelope in settled.outbox:
        between.send(ctx, customer, envelope)
    for home, entry in settled.abroad:
        between.book(ctx, home, entry)
    for passed in settled.passed:
        _passed(ctx, customer, passed)
    for part in settled.dust:
        dust.fell(ctx, customer, part)
    _ledgers_moved(ctx, customer, settled)
    if customer.ledger.changed:
        customer.ledger.changed = False
        between.note_holding(ctx, customer)
        ctx.mark(customer)


def _passed(ctx: Context, customer: Customer, passed: Passed) -> None:
    if customer.pending:
        late.look_again(ctx, customer, passed)
    movement = passed.movement
    if not passed.union.possible or passed.undone or movement.currency != LOAN_CURRENCY:
        return
    if movement.credit and movement.peer_customer and passed.tag is not None:
        homecoming.came(ctx, customer, passed)
    elif not movement.credit and movement.peer_customer:
        homecoming.remember_sent(customer, passed)
    elif not movement.credit and movement.bridge:
        remember_bridge(customer, passed)


def _ledgers_moved(ctx: Context, customer: Customer, settled: Settled) -> None:
    """Money of an own draw ended somewhere: the rules look at the loan as a whole."""
    uses = customer.ledger.uses.by_draw
    loans = {uses[entry.draw].loan: entry.payment for entry in settled.booked if entry.draw in uses}
    moved = [passed.movement for passed in settled.passed] if loans else []
    events = {movement.original or movement.payment_id: movement.event_id for movement in moved}
    for loan in sorted(loans):
        looks.at_loan(ctx, customer, loan, loans[loan], events.get(loans[loan], ""))
