"""Fraud: a call that ends in a loan sent away, and a stolen phone number. Beside them two innocents."""

from monitor.simulator import lending, profile, transfers
from monitor.simulator.calendar import DAY, HOUR, MINUTE, day_of
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import outsider
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of
from monitor.simulator.stories.story import Act, Scene, Story, yuan
from monitor.simulator.transfers import Manner

_ON_THE_PHONE = Manner(honest=False, in_call=True, screen_shared=True)


def the_call(scene: Scene) -> Process[None]:
    """An idle line is drawn on the phone and sent to a stranger."""
    stage, person = scene.stage, scene.stage.person
    line = person.line
    assert line is not None
    age = day_of(stage.core.now).year - person.birth_year
    scene.tell(f"{scene.name}, {age}, has a credit line of {yuan(line.limit)} and has never used it.")
    yield stage.wait(20 * MINUTE, 30 * MINUTE)
    amount = share_of(stage.rng, line.undrawn, 0.85, 1.0, 100 * YUAN)
    drawn = yield from lending.draw(stage.core, person, line, person.main, amount, honest=False)
    end = "" if stage.add(drawn) else ", and the bank refuses"
    scene.tell(f"A caller who says he is the police makes {scene.name} draw {yuan(amount)}{end}.", *drawn.event_ids)
    if drawn.accepted:
        yield stage.wait(15 * MINUTE, 30 * MINUTE)
        yield from _send_away(scene, share_of(stage.rng, amount, 0.92, 1.0, 100 * YUAN))


def _send_away(scene: Scene, amount: int) -> Process[None]:
    stage, person = scene.stage, scene.stage.person
    opened = day_of(stage.core.now - 9 * DAY)
    mule = outsider(stage.rng, stage.core.tag, "story-mule", person.index, opened_on=opened)
    paid = yield from transfers.pay_new(stage.core, person, person.main, mule, amount, _ON_THE_PHONE)
    moved = stage.add(paid)
    stage.prove(paid.request_id, paid.request_time, amount)
    who = f"{scene.name}, still on the phone, sends {yuan(amount)} to {mule.name}, never paid before"
    scene.tell(f"{who}: {'the money is gone' if moved else 'the bank stops it'}.", *paid.event_ids)


def stolen_number(scene: Scene) -> Process[None]:
    """A thief with the victim's phone number empties the account."""
    stage, person = scene.stage, scene.stage.person
    device = profile.fresh_device(stage.core, person)
    first = profile.reset(stage.core, person, "sim")
    yield stage.wait(5 * MINUTE, 15 * MINUTE)
    second = profile.bind_device(stage.core, person, device)
    stage.add_events(first, second)
    scene.tell(f"A thief gets a SIM card in the name of {scene.name} and logs in from another phone.", first, second)
    yield stage.wait(15 * MINUTE, 40 * MINUTE)
    thief = outsider(stage.rng, stage.core.tag, "story-thief", person.index)
    amount = share_of(stage.rng, person.main.available, 0.7, 0.95, 100 * YUAN)
    manner = Manner(honest=False, device=device)
    paid = yield from transfers.pay_new(stage.core, person, person.main, thief, amount, manner)
    moved = stage.add(paid)
    stage.prove(paid.request_id, paid.request_time, amount)
    end = "the account is empty" if moved else "the bank does not believe him"
    scene.tell(f"He orders {yuan(amount)} to {thief.name}: {end}.", *paid.event_ids)


def police_list(scene: Scene) -> Process[None]:
    """A victim of a false shop pays an account the police know."""
    stage, person = scene.stage, scene.stage.person
    payee = stage.rng.choice(stage.town.listed)
    amount = share_of(stage.rng, person.main.available, 0.1, 0.3, 10 * YUAN)
    paid = yield from transfers.pay_new(stage.core, person, person.main, payee, amount, Manner(honest=False))
    moved = stage.add(paid)
    stage.prove(paid.request_id, paid.request_time, amount)
    end = "the money is gone" if moved else "the account is on the police's list, the bank refuses"
    scene.tell(f"{scene.name} pays {yuan(amount)} for a bargain to {payee.name}: {end}.", *paid.event_ids)


def new_phone(scene: Scene) -> Process[None]:
    """An innocent buys a phone and pays an old friend."""
    stage, person = scene.stage, scene.stage.person
    friend = person.payees[-1]
    for _ in range(2):
        amount = share_of(stage.rng, person.main.available, 0.02, 0.05, 10 * YUAN)
        stage.add((yield from transfers.transfer(stage.core, person, person.main, friend, amount)))
        yield stage.wait(20 * MINUTE, HOUR)
    bound = profile.buy_device(stage.core, person)
    stage.add_events(bound)
    scene.tell(f"{scene.name} buys a new phone; nothing is wrong here.", bound)
    yield stage.wait(20 * MINUTE, HOUR)
    amount = share_of(stage.rng, person.main.available, 0.3, 0.5, 100 * YUAN)
    stage.truth.amount = amount
    paid = yield from transfers.transfer(stage.core, person, person.main, friend, amount)
    end = "it goes through" if stage.add(paid) else "it is refused"
    scene.tell(f"{scene.name} sends {yuan(amount)} to {friend.name}, an old friend: {end}.", *paid.event_ids)


def fraud() -> Story:
    """Return the story of the call and the stolen number."""
    return Story(
        "fraud",
        "The call, the stolen number, and a new phone",
        (
            Act("FR02", "episode", the_call),
            Act("FR01", "episode", stolen_number),
            Act("FR09", "episode", police_list),
            Act("FR01", "look_alike", new_phone),
        ),
    )
