"""CO21: the forbidden purchase comes first, out of savings, and the loan fills them up again.

Beside it: people who invest as they always do and borrow for something else.
"""

from random import Random
from typing import NamedTuple

from monitor.simulator.calendar import DAY, HOUR
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Person
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import money, share_of
from monitor.simulator.requests import Result
from monitor.simulator.truth import Grade

_STEP = 1000 * YUAN


class _Manner(NamedTuple):
    """How long after the purchase the loan comes, and how much of it, as a share of what was paid."""

    wait: tuple[int, int]
    refilled: tuple[float, float]


_MANNERS: dict[Grade, _Manner] = {
    "blatant": _Manner((3 * HOUR, 30 * HOUR), (0.97, 1.05)),
    "ordinary": _Manner((DAY, 4 * DAY), (0.9, 1.15)),
    "careful": _Manner((4 * DAY, 12 * DAY), (0.5, 0.95)),
}


def prepare(person: Person, rng: Random, tag: str) -> None:
    """Give the actor savings worth investing."""
    moves.borrower(person, rng, tag)
    moves.savings_of(person).balance = money(rng, person.salary * 8, 0.4)


def refilled(stage: Stage) -> Process[None]:
    """Invest the savings, then borrow about as much and leave it in their place."""
    yield stage.prologue(0.2, 0.5)
    paid = yield from _buy(stage, moves.forbidden(stage), 0.5, 0.9)
    if paid is None:
        return
    manner = _MANNERS[stage.truth.grade]
    yield stage.wait(*manner.wait)
    amount = share_of(stage.rng, paid.amount, *manner.refilled, _STEP)
    drawn = yield from moves.borrow(stage, moves.savings_of(stage.person), amount, honest=False)
    if drawn is not None:
        stage.prove(drawn.posting_id, drawn.posted_at, min(paid.amount, drawn.amount))


def regular_investor(stage: Stage) -> Process[None]:
    """Invest a little of the savings every week, also in the week of the loan; the loan goes into the flat."""
    yield stage.prologue(0.1, 0.2)
    for _ in range(3):
        yield from _buy(stage, _shares(stage), 0.01, 0.04)
        yield stage.wait(6 * DAY, 8 * DAY)
    yield from _renovate(stage, None)


def long_before(stage: Stage) -> Process[None]:
    """Put savings into shares, and borrow for the flat weeks later."""
    yield stage.prologue(0.05, 0.1)
    yield from _buy(stage, _shares(stage), 0.3, 0.6)
    yield stage.wait(12 * DAY, 18 * DAY)
    yield from _renovate(stage, None)


def wealthy(stage: Stage) -> Process[None]:
    """Put a fortune into a wealth product, and days later borrow a little for new windows, paid at once."""
    yield stage.prologue(0.2, 0.4)
    paid = yield from _buy(stage, _product(stage), 0.6, 0.9)
    if paid is not None:
        yield stage.wait(DAY, 4 * DAY)
        yield from _renovate(stage, share_of(stage.rng, paid.amount, 0.1, 0.4, _STEP))


def _shares(stage: Stage) -> moves.Target:
    return moves.Target("SECURITIES", stage.rng.choice(stage.town.destinations["SECURITIES"]))


def _product(stage: Stage) -> moves.Target:
    return moves.Target("WEALTH_AM", stage.rng.choice(stage.town.destinations["WEALTH_AM"]))


def _buy(stage: Stage, target: moves.Target, low: float, high: float) -> Process[Result | None]:
    """Invest a share of the savings."""
    savings = moves.savings_of(stage.person)
    amount = share_of(stage.rng, savings.available, low, high, 100 * YUAN)
    paid = yield from moves.pay(stage, stage.person, savings, target.payee, amount)
    if stage.truth.kind == "look_alike":
        stage.truth.amount += amount
    return paid if paid.accepted else None


def _renovate(stage: Stage, amount: int | None) -> Process[None]:
    drawn = yield from moves.borrow(stage, stage.person.main, amount)
    if drawn is not None:
        yield stage.wait(2 * HOUR, 2 * DAY)
        yield from moves.shop(stage, stage.person.main, "building", share_of(stage.rng, drawn.amount, 0.7, 0.95))


CASE = Case(
    "CO21",
    prepare,
    (Part("refilled", refilled),),
    (
        Part("regular_investor", regular_investor),
        Part("long_before", long_before),
        Part("wealthy", wealthy),
    ),
)
