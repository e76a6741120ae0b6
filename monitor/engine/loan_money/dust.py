"""Loan money that leaves for others in parts too small to follow: each is nothing, together they may be a loan.

What a rule said of the sum stands beside the day it was said on, and is forgotten with it after 30 days: what goes on
trickling away is told again then.
"""

from monitor.engine.context import Context
from monitor.engine.customer import DAY, MAX_DUST, Customer, DustOfDay
from monitor.engine.loan_money import looks
from monitor.engine.tracing import effects
from rules.fact_values import Dust

HORIZON_DAYS = 30


def fell(ctx: Context, customer: Customer, part: effects.Dust) -> None:
    """Add a part that was cut off to those of the last 30 days of its draw and account; the rules look at the sum.

    Each part may be the same money beside other own money, so the sum of what is possible is at most what was drawn.
    """
    account, day = part.movement.account, part.movement.event_time // DAY
    row = _row(customer, part.draw, account, day)
    row.payments += 1
    row.certain += part.pair.certain
    row.possible += part.pair.possible
    rows = [one for one in customer.dust if (one.draw, one.account) == (part.draw, account)]
    rows = [one for one in rows if day - HORIZON_DAYS < one.day <= day]
    together = Dust(
        draw=part.draw,
        account=account,
        payments=sum(one.payments for one in rows),
        certain=sum(one.certain for one in rows),
        possible=min(part.cap, sum(one.possible for one in rows)),
    )
    before = {rule: said for one in rows for rule, said in one.raised.items()}  # what was said last
    raised = dict(before)
    looks.at_dust(ctx, customer, together, part.movement, raised)
    row.raised |= {rule: said for rule, said in raised.items() if said != before.get(rule)}


def _row(customer: Customer, draw: str, account: str, day: int) -> DustOfDay:
    """The day's row, new if need be. Bounded: the oldest day goes, so a sum errs to the side of silence."""
    for row in customer.dust:
        if (row.draw, row.account, row.day) == (draw, account, day):
            return row
    row = DustOfDay(draw, account, day)
    customer.dust = sorted([*customer.dust, row], key=lambda one: one.day)[-MAX_DUST:]
    return row


def expire(customer: Customer, now: int) -> None:
    """Forget what is older than 30 days."""
    customer.dust = [one for one in customer.dust if one.day > now // DAY - HORIZON_DAYS]
