"""Capital flow: a loan for a renovation that ends at a broker. Beside it a saver who invests his salary."""

from monitor.simulator import cards, lending, transfers
from monitor.simulator.calendar import HOUR, MINUTE
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.people import YUAN, open_line
from monitor.simulator.randomness import money, share_of
from monitor.simulator.requests import Result
from monitor.simulator.stories.story import Act, Scene, Story, yuan
from monitor.simulator.transfers import Manner


def to_the_broker(scene: Scene) -> Process[None]:
    """Draw for the flat, spend a little on it, pass the rest through the own savings to a broker."""
    stage, person = scene.stage, scene.stage.person
    savings = _savings(scene)
    amount = yield from _borrow(scene, person.main)
    if not amount:
        return
    yield stage.wait(20 * MINUTE, 40 * MINUTE)
    shop = stage.rng.choice(stage.town.shops["building"])
    small = share_of(stage.rng, amount, 0.04, 0.09)
    bought = yield from cards.purchase(stage.core, person, person.main, shop, small)
    stage.add(bought)
    scene.tell(f"{scene.name} pays {shop.name} {yuan(small)}: this is what the loan is for.", *bought.event_ids)
    yield stage.wait(20 * MINUTE, 40 * MINUTE)
    moved = share_of(stage.rng, amount, 0.8, 0.88, 1000 * YUAN)
    passed = yield from transfers.transfer(stage.core, person, person.main, person.as_payee(savings), moved)
    stage.add(passed)
    scene.tell(f"{scene.name} moves {yuan(moved)} to the own savings, where other money lies.", *passed.event_ids)
    yield stage.wait(30 * MINUTE, HOUR)
    yield from _invest(scene, savings, moved + savings.available // 10)


def _invest(scene: Scene, savings: Account, wanted: int) -> Process[None]:
    stage, person = scene.stage, scene.stage.person
    broker = stage.rng.choice(stage.town.destinations["SECURITIES"])
    amount = min(wanted, savings.available) // (1000 * YUAN) * 1000 * YUAN
    paid = yield from transfers.transfer(stage.core, person, savings, broker, amount, Manner(honest=False))
    moved = stage.add(paid)
    _prove(scene, paid)
    end = "the loan is in shares now" if moved else "the bank stops it"
    scene.tell(f"{scene.name} orders {yuan(amount)} to the broker {broker.name}: {end}.", *paid.event_ids)


def _prove(scene: Scene, paid: Result) -> None:
    if paid.certain:
        scene.stage.prove(paid.request_id, paid.request_time, paid.certain)


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
    own = sum(account.balance for account in person.accounts if account.kind == "deposit")
    amount = max(money(stage.rng, 110_000 * YUAN, 0.3, 1000 * YUAN), 2 * own // (1000 * YUAN) * 1000 * YUAN)
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
        (Act("FF01", "episode", to_the_broker), Act("FF01", "look_alike", salary_invested)),
    )
