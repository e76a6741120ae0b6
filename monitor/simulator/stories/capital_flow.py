"""Capital flow: a loan for a renovation that ends at a broker, by way of two friends. Beside it an honest saver."""

from monitor.simulator import cards, lending, transfers
from monitor.simulator.calendar import HOUR, MINUTE
from monitor.simulator.company import Company
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.parties import Person
from monitor.simulator.people import YUAN, open_line
from monitor.simulator.randomness import money, share_of
from monitor.simulator.stories.story import Act, Scene, Story, yuan
from monitor.simulator.transfers import Manner

_FRIENDS = Company(2, "friends", 0.4)
_GUILTY = Manner(honest=False)


def through_two_friends(scene: Scene) -> Process[None]:
    """Draw for the flat, spend a little on it, let the rest go from friend to friend; the last one pays a broker."""
    stage, person = scene.stage, scene.stage.person
    amount = yield from _borrow(scene, person.main)
    if not amount:
        return
    yield stage.wait(20 * MINUTE, 40 * MINUTE)
    shop = stage.rng.choice(stage.town.shops["building"])
    small = share_of(stage.rng, amount, 0.04, 0.09)
    bought = yield from cards.purchase(stage.core, person, person.main, shop, small)
    stage.add(bought)
    stage.used("CONSUMPTION", small)
    scene.tell(f"{scene.name} pays {shop.name} {yuan(small)}: this is what the loan is for.", *bought.event_ids)
    first, last = stage.partners
    sent = share_of(stage.rng, amount, 0.8, 0.88, 1000 * YUAN)
    received = yield from _hand_on(scene, person, first, sent, "a friend")
    handed = share_of(stage.rng, received, 0.96, 1.0, 100 * YUAN) if received else 0
    received = yield from _hand_on(scene, first, last, handed, "a friend's friend")
    if received:
        yield stage.wait(20 * MINUTE, 40 * MINUTE)
        yield from _invest(scene, last, received)


def _hand_on(scene: Scene, payer: Person, payee: Person, amount: int, who: str) -> Process[int]:
    """Let the money go one step; return what arrived."""
    stage = scene.stage
    affordable = min(amount, payer.main.available)
    if affordable <= 0:
        return 0
    yield stage.wait(20 * MINUTE, 40 * MINUTE)
    sent = yield from transfers.transfer(stage.core, payer, payer.main, payee.as_payee(), affordable, _GUILTY)
    moved = stage.add(sent)
    end = "where other money lies" if moved else "but the bank stops it"
    scene.tell(f"{payer.name} sends {yuan(affordable)} to {payee.name}, {who}, {end}.", *sent.event_ids)
    return affordable if moved else 0


def _invest(scene: Scene, friend: Person, received: int) -> Process[None]:
    """Let the last one order what he got, and a little of his own, to a broker."""
    stage = scene.stage
    broker = stage.rng.choice(stage.town.destinations["SECURITIES"])
    own = friend.main.available - received
    amount = (received + max(0, own) // 10) // (100 * YUAN) * 100 * YUAN
    paid = yield from transfers.transfer(stage.core, friend, friend.main, broker, amount, _GUILTY)
    moved = stage.add(paid)
    certain, _ = stage.asked(paid)
    if certain:
        stage.prove(paid.request_id, paid.request_time, certain)
    if moved:
        stage.used("SECURITIES", amount)
    end = f"the loan of {scene.name} is in shares now" if moved else "the bank stops it"
    scene.tell(f"{friend.name} orders {yuan(amount)} to the broker {broker.name}: {end}.", *paid.event_ids)


def salary_invested(scene: Scene) -> Process[None]:
    """Keep the loan in one account and invest salary from the other."""
    stage, person = scene.stage, scene.stage.person
    if not (yield from _borrow(scene, _savings(scene))):
        return
    yield stage.wait(20 * MINUTE, HOUR)
    broker = stage.rng.choice(stage.town.destinations["SECURITIES"])
    amount = share_of(stage.rng, person.main.available, 0.3, 0.6, 100 * YUAN)
    stage.truth.amount = amount
    paid = yield from transfers.transfer(stage.core, person, person.main, broker, amount)
    end = "it goes through" if stage.add(paid) else "it is refused"
    text = f"{scene.name} invests {yuan(amount)} of salary; the loan lies untouched in the other account: {end}."
    scene.tell(text, *paid.event_ids)


def _borrow(scene: Scene, account: Account) -> Process[int]:
    stage, person = scene.stage, scene.stage.person
    people = [person, *stage.partners]
    own = sum(account.balance for one in people for account in one.accounts if account.kind == "deposit")
    amount = max(money(stage.rng, 110_000 * YUAN, 0.3, 1000 * YUAN), 3 * own // (1000 * YUAN) * 1000 * YUAN)
    loan = open_line(stage.core.tag, person.index, amount, stage.rng, "consumer")
    granted = lending.grant(stage.core, person, loan, "renovation")
    stage.add_events(granted)
    yield stage.wait(10 * MINUTE, 20 * MINUTE)
    drawn = yield from lending.draw(stage.core, person, loan, account, amount)
    end = "" if stage.add(drawn) else ", and the bank refuses to pay it out"
    scene.tell(f"{scene.name} takes a loan of {yuan(amount)} to renovate the flat{end}.", granted, *drawn.event_ids)
    return amount if drawn.accepted else 0


def _savings(scene: Scene) -> Account:
    savings = scene.stage.person.savings
    assert savings is not None
    return savings


def capital_flow() -> Story:
    """Return the story of the renovation loan."""
    return Story(
        "capital-flow",
        "The renovation that went to the stock market",
        (Act("FF02", "episode", through_two_friends, _FRIENDS), Act("FF01", "look_alike", salary_invested)),
    )
