"""Loan money that went to others and came home: a ring, however long, is a tag that arrives back at its borrower."""

from monitor.engine.context import Context
from monitor.engine.customer import DAY, MAX_STRAYS, Customer, Stray
from monitor.engine.loan_money import looks, loops
from monitor.engine.tracing.effects import Passed
from monitor.engine.tracing.interval import Pair
from monitor.engine.tracing.movements import Movement
from rules.fact_values import Homecoming, PaymentPart

HORIZON = 7 * DAY
MOST_NAMED = 8


def remember_sent(customer: Customer, passed: Passed) -> None:
    """Note what of each own draw a payment took to another customer."""
    for draw, pair in passed.pairs.items():
        if pair.possible and draw in customer.ledger.uses.by_draw:
            _note(customer, Stray(draw, passed.movement.event_time, True, pair.certain, pair.point))


def _note(customer: Customer, stray: Stray) -> None:
    """Bounded: the oldest goes."""
    customer.strays = [one for one in customer.strays if one.time > stray.time - HORIZON]
    customer.strays.append(stray)
    del customer.strays[:-MAX_STRAYS]


def _come(movement: Movement, draw: str, pair: Pair) -> Stray:
    """What came home; named only where some of it is certain."""
    account, payment = (movement.account, movement.payment_id) if pair.certain else ("", "")
    return Stray(draw, movement.event_time, False, pair.certain, pair.point, account, payment)


def _part(stray: Stray) -> PaymentPart:
    return PaymentPart(stray.account, stray.payment, stray.draw, stray.certain)


def _largest(strays: list[Stray]) -> tuple[PaymentPart, ...]:
    """The credits that surely brought most home, in the order they came."""
    sure = [one for one in strays if one.payment]
    largest = sorted(sure, key=lambda one: (-one.certain, one.time, one.payment))[:MOST_NAMED]
    return tuple(_part(one) for one in sure if one in largest)


def came(ctx: Context, customer: Customer, passed: Passed) -> None:
    """A credit whose tag is final: the rules look at each own draw that came home with it; the loop counts once."""
    looped = False
    for draw, pair in passed.pairs.items():
        share = None if passed.tag is None else passed.tag.shares.get(draw)
        use = customer.ledger.uses.by_draw.get(draw)
        if share is None or use is None or not share.hops or not pair.possible:
            continue
        stray = _come(passed.movement, draw, pair)
        _note(customer, stray)
        strays = [one for one in customer.strays if one.draw == draw]
        home = Homecoming(
            draw=draw,
            amount=passed.movement.amount,
            certain=pair.certain,
            possible=pair.possible,
            point=pair.point,
            hops=share.hops,
            age_ms=max(0, passed.movement.event_time - use.drawn),
            sent=sum(one.point for one in strays if one.out),
            returned=sum(one.point for one in strays if not one.out),
            returned_certain=sum(one.certain for one in strays if not one.out),
            via=share.via,
            credit=_largest([stray]),
            credits=_largest(strays),
        )
        loop = None if looped else loops.through_one(customer, passed.movement, share.via)
        looped = looped or loop is not None
        looks.at_homecoming(ctx, customer, home, loop, passed.movement)


def expire(customer: Customer, now: int) -> None:
    """Forget what is older than a week."""
    customer.strays = [one for one in customer.strays if one.time > now - HORIZON]
