"""Postings whose loan money was not final when they were decided: the desk hears of the possible part when it is.

While a movement waits, what is possible alerts nobody (it can only fall). When the account's base passes it, the
pairs are final, and the rules are asked once more. That can alert; the decision stands as it was given.
"""

import msgspec

from monitor.engine.context import Context
from monitor.engine.customer import MAX_PENDING, Customer, Pending
from monitor.engine.decision import episodes
from monitor.engine.decision.verdict import Verdict, evaluate, lower
from monitor.engine.facts import EventFacts
from monitor.engine.movement import traced
from monitor.engine.payment import payment_of
from monitor.engine.tracing.effects import Passed
from monitor.engine.tracing.movements import LOAN_CURRENCY
from monitor.engine.tracing.posted import Pairs
from rules.rule import Action, Family
from topics.cards import CardPosting
from topics.fields import Posting
from topics.transfers import TransferPosting

_decode = msgspec.json.Decoder(CardPosting | TransferPosting).decode


def keep(ctx: Context, customer: Customer, transfer: str, message: Posting, verdict: Verdict) -> None:
    """Remember a posting that waits, and which rules have spoken of it already; bounded, the oldest goes.

    Not one in another currency than the loans: the rules read figures in theirs.
    """
    if not isinstance(message, CardPosting | TransferPosting) or message.currency != LOAN_CURRENCY:
        return
    if len(customer.pending) >= MAX_PENDING:
        del customer.pending[0]
        ctx.count("evicted", "pending")
    codes = sorted({hit.rule.code for hit in (*verdict.hits, *verdict.shadow)})
    customer.pending.append(Pending(transfer, msgspec.json.encode(message), codes))


def look_again(ctx: Context, customer: Customer, passed: Passed) -> None:
    """Ask the fund-flow rules once more about a posting that waited, now that its pairs are final."""
    waiting = next((p for p in customer.pending if p.transfer == passed.movement.transfer), None)
    if waiting is None:
        return
    customer.pending.remove(waiting)
    payment = payment_of(_decode(waiting.message))
    facts = EventFacts(ctx, customer, payment, traced(customer, Pairs(passed.pairs, passed.union)))
    rules = [
        rule
        for rule in ctx.by_event.get(payment.event, ())
        if rule.family is Family.FUND_FLOW and rule.code not in waiting.codes
    ]
    verdict = Verdict()
    evaluate(verdict, rules, ctx.rule_set, facts, ctx.count)
    lower(verdict, trusted=False, alert_only=True)
    for hit in verdict.hits:
        if hit.action >= Action.ALERT:
            episodes.raise_alert(ctx, customer, hit, episodes.about(payment, facts.path()))
