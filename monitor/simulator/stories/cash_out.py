"""Cash-out: a shop that sells nothing and pays back. Beside it a customer who returns a sofa."""

from monitor.simulator import cards, lending, transfers
from monitor.simulator.calendar import HOUR, MINUTE
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Loan, Shop
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of
from monitor.simulator.stories.story import Act, Scene, Story, yuan

_ROUNDS = 3


def empty_shop(scene: Scene) -> Process[None]:
    """Draw, pay a friendly shop, get the money back from its owner; again, until the bank stops it."""
    stage, line = scene.stage, scene.stage.person.line
    assert line is not None
    shop = stage.rng.choice(stage.town.shops["electronics"])
    scene.tell(f"{scene.name} needs cash; {shop.owner.name}, owner of {shop.name}, offers it for a fee.")
    third = line.undrawn // _ROUNDS
    for number in range(_ROUNDS):
        yield stage.wait(20 * MINUTE, HOUR)
        if not (yield from _round(scene, line, shop, share_of(stage.rng, third, 0.8, 1.0, 100 * YUAN), number)):
            return


def _round(scene: Scene, line: Loan, shop: Shop, amount: int, number: int) -> Process[bool]:
    stage, person = scene.stage, scene.stage.person
    drawn = yield from lending.draw(stage.core, person, line, person.main, amount, honest=False)
    again = "draws again: " if number else "draws "
    end = "" if stage.add(drawn) else ", and the bank refuses the draw"
    scene.tell(f"{scene.name} {again}{yuan(amount)}{end}.", *drawn.event_ids)
    if not drawn.accepted:
        return False
    yield stage.wait(15 * MINUTE, 30 * MINUTE)
    bought = yield from cards.purchase(stage.core, person, person.main, shop, amount)
    end = "no goods change hands" if stage.add(bought) else "the bank refuses the card"
    scene.tell(f"{scene.name} pays {yuan(amount)} at {shop.name}: {end}.", *bought.event_ids)
    if not bought.accepted:
        return False
    yield stage.wait(20 * MINUTE, 50 * MINUTE)
    back = int(amount * stage.rng.uniform(0.985, 0.994))
    event = transfers.receive(stage.core, person.main, shop.owner, back)
    stage.add_events(event)
    stage.prove(event, stage.core.now, back)
    scene.tell(f"{shop.owner.name} sends {yuan(back)} back, less the fee.", event)
    return True


def sofa_returned(scene: Scene) -> Process[None]:
    """Buy a sofa, bring it back, get a refund that names the purchase."""
    stage, person = scene.stage, scene.stage.person
    shop = stage.rng.choice(stage.town.shops["furniture"])
    amount = share_of(stage.rng, person.main.available, 0.3, 0.6)
    bought = yield from cards.purchase(stage.core, person, person.main, shop, amount)
    if not stage.add(bought):
        return
    yield stage.wait(30 * MINUTE, HOUR)
    stage.truth.amount = amount
    event = cards.refund(stage.core, person.main, shop, amount, bought.payment_id)
    stage.add_events(event)
    text = f"{scene.name} brings a sofa back to {shop.name} and gets {yuan(amount)} refunded; nothing is wrong here."
    scene.tell(text, *bought.event_ids, event)


def cash_out() -> Story:
    """Return the story of the empty shop."""
    return Story(
        "cash-out",
        "The shop that sells nothing",
        (Act("CO01", "episode", empty_shop), Act("CO01", "look_alike", sofa_returned)),
    )
