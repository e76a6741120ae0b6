"""Who pays other people's loans: a view keyed by the payer, beside the hot path of the borrowers."""

from monitor.engine.context import Context
from monitor.engine.customer import DAY, MAX_REPAID_FOR, Customer, RepaidForOne
from monitor.engine.loan_money import looks
from monitor.engine.payment import Payment
from monitor.engine.state.packing import HOUR, capped
from rules.fact_values import RepaidFor
from topics import fund_flow
from topics.instants import event_time_ms

HORIZON = 30 * DAY
SENT_BACK = 48 * HOUR


def repaid(ctx: Context, payer: Customer, message: fund_flow.RepaidFor) -> None:
    """A payer paid an instalment of somebody else's loan: count it, and let the rules look."""
    time = event_time_ms(message)
    payer.repaid_for = [one for one in payer.repaid_for if one.time > time - HORIZON]
    related = _related(ctx, message)
    payer.repaid_for.append(RepaidForOne(message.borrower, time, message.amount, related, message.event_id))
    del payer.repaid_for[:-MAX_REPAID_FOR]
    _look(ctx, payer, message.payment_id, message.event_id)


def sent_back(ctx: Context, payer: Customer, payment: Payment) -> None:
    """Money of a borrower whose instalment was paid here within 48 h comes to the payer."""
    if payment.outgoing or not payer.repaid_for or payment.other_customer is None:
        return
    for one in reversed(payer.repaid_for):
        if one.borrower == payment.other_customer and 0 <= payment.time - one.time <= SENT_BACK:
            one.back = capped(one.back + payment.amount)
            _look(ctx, payer, payment.message.payment_id, payment.message.event_id)
            return


def _related(ctx: Context, message: fund_flow.RepaidFor) -> bool:
    """Whether the party registry ties payer and borrower."""
    parties, borrower = ctx.view.parties_of_account(message.payer_account), message.borrower_party
    return borrower is not None and any(
        party == borrower or ctx.view.relation(party, borrower) is not None for party in parties
    )


def _look(ctx: Context, payer: Customer, payment_id: str, event_id: str) -> None:
    strangers = [one for one in payer.repaid_for if not one.related]
    if strangers:
        found = RepaidFor(
            borrowers=len({one.borrower for one in strangers}),
            amount=sum(one.amount for one in strangers),
            back=sum(one.back for one in strangers),
            event_ids=tuple(one.event_id for one in strangers[-8:]),
        )
        looks.at_payer(ctx, payer, found, payment_id, event_id)


def expire(customer: Customer, now: int) -> None:
    """Forget instalments older than 30 days."""
    customer.repaid_for = [one for one in customer.repaid_for if one.time > now - HORIZON]
