"""FR01: somebody else takes over the customer's account. Beside it: a new phone, a forgotten password."""

from random import Random

from monitor.simulator import profile, transfers
from monitor.simulator.calendar import HOUR, MINUTE
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import outsider
from monitor.simulator.parties import Payee, Person
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import money, share_of, split
from monitor.simulator.transfers import Manner

_PIECES = {"blatant": 1, "ordinary": 2, "careful": 3}


def prepare(person: Person, rng: Random, tag: str) -> None:  # noqa: ARG001 - the signature of all
    """Give the actor savings worth stealing."""
    person.main.balance = person.salary * 2 + money(rng, 60_000 * YUAN, 0.5)


def takeover(stage: Stage) -> Process[None]:
    """Reset the credential, bind a device, store a payee, pay: at once, or over some hours, or patiently."""
    yield stage.prologue()
    device = profile.fresh_device(stage.core, stage.person)
    stage.add_events(profile.reset(stage.core, stage.person, stage.rng.choice(("password", "sim", "phone"))))
    yield stage.wait(2 * MINUTE, 30 * MINUTE)
    stage.add_events(profile.bind_device(stage.core, stage.person, device))
    yield from _lie_low(stage)
    yield from _empty(stage, Manner(honest=False, device=device))


def _lie_low(stage: Stage) -> Process[None]:
    grade = stage.truth.grade
    if grade == "blatant":
        yield stage.wait(3 * MINUTE, 40 * MINUTE)
    elif grade == "ordinary":
        yield stage.wait(HOUR, 6 * HOUR)
    else:
        yield stage.wait(8 * HOUR, 18 * HOUR)


def _empty(stage: Stage, manner: Manner) -> Process[None]:
    thief = outsider(stage.rng, stage.core.tag, "thief", stage.person.index)
    main, pay = stage.person.main, transfers.pay_new
    total = share_of(stage.rng, main.available, 0.6, 0.95, 100 * YUAN)
    for piece in split(stage.rng, total, _PIECES[stage.truth.grade], 100 * YUAN):
        result = yield from pay(stage.core, stage.person, main, thief, piece, manner)
        moved = stage.add(result)
        stage.prove(result.request_id, result.request_time, piece)
        if not moved:
            return
        pay = transfers.transfer
        yield stage.wait(10 * MINUTE, 2 * HOUR)


def new_phone_old_payee(stage: Stage) -> Process[None]:
    """Buy a phone; the same day send money to a relative paid for months."""
    relative = moves.old_friend(stage)
    yield from moves.earlier_payments(stage, relative)
    stage.add_events(profile.buy_device(stage.core, stage.person))
    yield stage.wait(HOUR, 8 * HOUR)
    yield from _pay(stage, relative, share_of(stage.rng, stage.person.main.available, 0.4, 0.7, 100 * YUAN))


def reset_then_rent(stage: Stage) -> Process[None]:
    """Forget the password, reset it, and pay the rent as every month."""
    landlord = stage.person.landlord
    yield from moves.earlier_payments(stage, landlord)
    stage.add_events(profile.reset(stage.core, stage.person, "password"))
    yield stage.wait(5 * MINUTE, 3 * HOUR)
    yield from _pay(stage, landlord, share_of(stage.rng, stage.person.salary, 0.3, 0.9, 50 * YUAN))


def new_phone_small_new_payee(stage: Stage) -> Process[None]:
    """Buy a phone and pay a new acquaintance for a dinner."""
    yield stage.prologue()
    stage.add_events(profile.buy_device(stage.core, stage.person))
    yield stage.wait(HOUR, 8 * HOUR)
    friend = outsider(stage.rng, stage.core.tag, "dinner", stage.person.index)
    amount = money(stage.rng, 180 * YUAN, 0.5)
    stage.truth.amount = amount
    stage.add((yield from transfers.pay_new(stage.core, stage.person, stage.person.main, friend, amount)))


def _pay(stage: Stage, payee: Payee, amount: int) -> Process[None]:
    stage.truth.amount = amount
    stage.add((yield from transfers.transfer(stage.core, stage.person, stage.person.main, payee, amount)))


CASE = Case(
    "FR01",
    prepare,
    (Part("takeover", takeover),),
    (
        Part("new_phone_old_payee", new_phone_old_payee),
        Part("reset_then_rent", reset_then_rent),
        Part("new_phone_small_new_payee", new_phone_small_new_payee),
    ),
)
