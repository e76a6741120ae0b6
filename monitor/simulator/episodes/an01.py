"""AN01: at night the account is emptied, from the usual phone, to somebody paid before. No rule says why it is wrong.

A relative who knows the code uses the phone while its owner sleeps. Beside it: a taxi before dawn, the yearly fees.
"""

from random import Random
from typing import NamedTuple

from monitor.simulator import cards
from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Person
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import money, share_of, split
from monitor.simulator.truth import Grade


class _Manner(NamedTuple):
    """Share of the balance, in how many payments, from which hour of the night on."""

    share: tuple[float, float]
    payments: int
    hour: int


_MANNERS: dict[Grade, _Manner] = {
    "blatant": _Manner((0.85, 0.97), 4, 2),
    "ordinary": _Manner((0.5, 0.8), 2, 1),
    "careful": _Manner((0.25, 0.4), 1, 22),
}


def prepare(person: Person, rng: Random, tag: str) -> None:  # noqa: ARG001 - the signature of all
    """Give the actor savings that somebody may want."""
    person.main.balance = person.salary * 3 + money(rng, 60_000 * YUAN, 0.5)


def emptied_at_night(stage: Stage) -> Process[None]:
    """Send the savings to a payee the phone knows."""
    payee, manner = moves.old_friend(stage), _MANNERS[stage.truth.grade]
    yield from moves.earlier_payments(stage, payee)
    yield stage.until(manner.hour)
    total = share_of(stage.rng, stage.person.main.available, *manner.share, 100 * YUAN)
    for piece in split(stage.rng, total, manner.payments, 100 * YUAN):
        paid = yield from moves.pay(stage, stage.person, stage.person.main, payee, piece, moves.MISUSE)
        stage.prove(paid.request_id, paid.request_time, piece)
        if not paid.accepted:
            return
        yield stage.wait(MINUTE, 8 * MINUTE)


def taxi_before_dawn(stage: Stage) -> Process[None]:
    """Take a taxi to an early flight."""
    yield stage.prologue()
    yield stage.until(3)
    amount = money(stage.rng, 90 * YUAN, 0.4)
    shop = stage.rng.choice(stage.town.shops["transit"])
    stage.truth.amount = amount
    stage.add((yield from cards.purchase(stage.core, stage.person, stage.person.main, shop, amount)))


def fees_in_parts(stage: Stage) -> Process[None]:
    """Pay school fees by day, as large as a salary, in three parts to the same account."""
    school = moves.old_friend(stage)
    for _ in range(3):
        yield stage.prologue(0.1, 0.18)
        amount = share_of(stage.rng, stage.person.salary, 0.8, 1.2, 100 * YUAN)
        if stage.person.main.available >= amount:
            stage.truth.amount += amount
            yield from moves.pay(stage, stage.person, stage.person.main, school, amount)
    yield stage.wait(HOUR, DAY)


CASE = Case(
    "AN01",
    prepare,
    (Part("emptied_at_night", emptied_at_night),),
    (Part("taxi_before_dawn", taxi_before_dawn), Part("fees_in_parts", fees_in_parts)),
)
