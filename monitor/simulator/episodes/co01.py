"""CO01: money paid to a shop comes back from its owner. Beside it: refunds, salaries, family."""

from random import Random

from monitor.simulator import cards, lending, transfers
from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes import co01_through
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Payee, Person, Shop
from monitor.simulator.people import YUAN, open_line
from monitor.simulator.randomness import money, share_of, split

_CATEGORIES = ("electronics", "furniture", "building", "jewellery", "clothing")


def prepare(person: Person, rng: Random, tag: str) -> None:
    """Give the actor a line to cash out."""
    limit = money(rng, 50_000 * YUAN, 0.5, 1000 * YUAN)
    person.line = open_line(tag, person.index, limit, rng)
    person.main.balance = money(rng, person.salary * 2, 0.3)


def closed_loop(stage: Stage) -> Process[None]:
    """Draw, pay a willing shop, get the money back less its fee: twice, once, or in pieces from the owner's family."""
    yield stage.prologue()
    line = stage.person.line
    assert line is not None
    amount = share_of(stage.rng, line.undrawn, 0.4, 0.9, 100 * YUAN)
    drawn = yield from lending.draw(stage.core, stage.person, line, stage.person.main, amount, honest=False)
    if not stage.add(drawn):
        return
    shop = _shop(stage)
    for paid in _purchases(stage, amount):
        yield stage.wait(30 * MINUTE, 20 * HOUR)
        if not (yield from _pay(stage, shop, paid)):
            return
        yield from _return(stage, shop, paid)


def _purchases(stage: Stage, amount: int) -> list[int]:
    total = share_of(stage.rng, amount, 0.8, 0.98, 100 * YUAN)
    return split(stage.rng, total, 2, 100 * YUAN) if stage.truth.grade == "blatant" else [total]


def _pay(stage: Stage, shop: Shop, amount: int) -> Process[bool]:
    person = stage.person
    if stage.rng.random() < 0.3:  # noqa: PLR2004 - some shops prefer a transfer
        result = yield from transfers.pay_new(stage.core, person, person.main, shop.settlement, amount)
    else:
        result = yield from cards.purchase(stage.core, person, person.main, shop, amount)
    return stage.add(result)


def _return(stage: Stage, shop: Shop, paid: int) -> Process[None]:
    """Send back what was paid less a fee. It is proven when the last piece is in."""
    back = int(paid * stage.rng.uniform(0.95, 0.994))
    careful = stage.truth.grade == "careful"
    payer: Payee = shop.relative if careful else shop.owner
    pieces = split(stage.rng, back, stage.rng.randint(2, 3)) if careful else [back]
    for piece in pieces:
        yield stage.wait(2 * HOUR, 18 * HOUR) if careful else stage.wait(20 * MINUTE, 10 * HOUR)
        event = transfers.receive(stage.core, stage.person.main, payer, piece)
        stage.add_events(event)
    stage.prove(event, stage.core.now, back)


def genuine_refund(stage: Stage) -> Process[None]:
    """Bring the goods back: the card payment is refunded and named."""
    yield stage.prologue()
    shop, amount = _shop(stage), share_of(stage.rng, stage.person.main.available, 0.3, 0.8)
    bought = yield from cards.purchase(stage.core, stage.person, stage.person.main, shop, amount)
    if stage.add(bought):
        yield stage.wait(4 * HOUR, 2 * DAY)
        stage.truth.amount = amount
        stage.add_events(cards.refund(stage.core, stage.person.main, shop, amount, bought.payment_id))


def refund_by_transfer(stage: Stage) -> Process[None]:
    """Cancel an order paid by transfer: the shop returns it and names the payment."""
    yield stage.prologue()
    shop, amount = _shop(stage), share_of(stage.rng, stage.person.main.available, 0.3, 0.8)
    person = stage.person
    paid = yield from transfers.pay_new(stage.core, person, person.main, shop.settlement, amount)
    if stage.add(paid):
        yield stage.wait(4 * HOUR, 2 * DAY)
        stage.truth.amount = amount
        event = transfers.receive(stage.core, person.main, shop.settlement, amount, "refund", paid.payment_id)
        stage.add_events(event)


def salary_from_shop(stage: Stage) -> Process[None]:
    """Shop where one works, days before the shop pays the salary."""
    yield stage.prologue()
    shop, amount = _shop(stage), share_of(stage.rng, stage.person.salary, 0.3, 0.6)
    stage.add((yield from cards.purchase(stage.core, stage.person, stage.person.main, shop, amount)))
    yield stage.wait(8 * HOUR, 2 * DAY)
    stage.truth.amount = stage.person.salary
    stage.add_events(transfers.receive(stage.core, stage.person.main, shop.settlement, stage.person.salary, "salary"))


def family_shop(stage: Stage) -> Process[None]:
    """Buy at a sister's shop; now and then she sends money for the children."""
    yield stage.prologue(0.1, 0.3)
    shop = _shop(stage)
    for _ in range(3):
        amount = share_of(stage.rng, stage.person.salary, 0.1, 0.4)
        stage.add((yield from cards.purchase(stage.core, stage.person, stage.person.main, shop, amount)))
        yield stage.wait(DAY, 3 * DAY)
        gift = share_of(stage.rng, amount, 0.05, 0.3, 100)
        stage.truth.amount += gift
        stage.add_events(transfers.receive(stage.core, stage.person.main, shop.owner, gift))


def _shop(stage: Stage) -> Shop:
    return stage.rng.choice(stage.town.shops[stage.rng.choice(_CATEGORIES)])


CASE = Case(
    "CO01",
    prepare,
    (Part("closed_loop", closed_loop), *co01_through.EPISODES),
    (
        Part("genuine_refund", genuine_refund),
        Part("refund_by_transfer", refund_by_transfer),
        Part("salary_from_shop", salary_from_shop),
        Part("family_shop", family_shop),
        *co01_through.LOOK_ALIKES,
    ),
)
