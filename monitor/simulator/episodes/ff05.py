"""FF05: a loan is carried off in crumbs, by many small payments. Beside it: stalls, shared dinners, red packets.

Who is blatant pays one helper all day long; who is careful has three, takes weeks and lets salary come in between.
"""

from typing import NamedTuple

from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Person
from monitor.simulator.people import YUAN
from monitor.simulator.truth import Grade

_PATTERN = 12  # payments after which nobody would call it chance


class _Manner(NamedTuple):
    """How many payments, of how many yuan, how long between (ms)."""

    payments: tuple[int, int]
    yuan: tuple[int, int]
    wait: tuple[int, int]


_MANNERS: dict[Grade, _Manner] = {
    "blatant": _Manner((50, 80), (80, 99), (2 * MINUTE, 30 * MINUTE)),
    "ordinary": _Manner((30, 45), (70, 99), (2 * HOUR, 10 * HOUR)),
    "careful": _Manner((18, 26), (40, 95), (8 * HOUR, 30 * HOUR)),
}


def crumbs(stage: Stage) -> Process[None]:
    """Draw, then send it off bit by bit, to each helper in turn."""
    yield stage.prologue(0.05, 0.2)
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return
    manner, gone = _MANNERS[stage.truth.grade], 0
    for number in range(stage.rng.randint(*manner.payments)):
        yield stage.wait(*manner.wait)
        amount = stage.rng.randint(*manner.yuan) * YUAN
        helper = stage.partners[number % len(stage.partners)]
        paid = yield from moves.pay(stage, stage.person, stage.person.main, helper.as_payee(), amount, moves.MISUSE)
        if not paid.accepted:
            return
        stage.used("TRAIL_ENDED", amount)
        possible = stage.moved(paid)[1]
        gone += possible
        if number + 1 >= _PATTERN and possible:
            stage.prove(paid.posting_id, paid.posted_at, possible if stage.truth.amount else gone)


def breakfast_stall(stage: Stage) -> Process[None]:
    """Have breakfast at the stall of a neighbour who is a customer too, most days for three weeks."""
    yield from moves.borrow_for_the_flat(stage, 0.05, 0.2)
    for _ in range(stage.rng.randint(12, 18)):
        yield from _pay_a_little(stage, stage.partners[0], (6, 25))
        yield stage.wait(20 * HOUR, 28 * HOUR)


def shared_dinners(stage: Stage) -> Process[None]:
    """Pay friends one's share of a dinner, now and then."""
    yield from moves.borrow_for_the_flat(stage, 0.05, 0.2)
    for friend in stage.partners:
        yield from _pay_a_little(stage, friend, (40, 95))
        yield stage.wait(3 * DAY, 8 * DAY)


def red_packets(stage: Stage) -> Process[None]:
    """Send the family red packets for a feast, of lucky amounts."""
    yield from moves.borrow_for_the_flat(stage, 0.05, 0.2)
    for relative in stage.partners:
        for _ in range(2):
            yield from _pay_a_little(stage, relative, (66, 88))
            yield stage.wait(5 * MINUTE, 2 * HOUR)


def _pay_a_little(stage: Stage, payee: Person, yuan: tuple[int, int]) -> Process[None]:
    amount = stage.rng.randint(*yuan) * YUAN
    if stage.person.main.available >= amount:
        stage.truth.amount += amount
        yield from moves.pay(stage, stage.person, stage.person.main, payee.as_payee(), amount)


CASE = Case(
    "FF05",
    moves.borrower,
    (
        Part("to_one_helper", crumbs, (1, 1, 1)),
        Part("to_several_helpers", crumbs, (2, 2, 3)),
    ),
    (
        Part("breakfast_stall", breakfast_stall, (1, 1, 1)),
        Part("shared_dinners", shared_dinners, (3, 3, 3)),
        Part("red_packets", red_packets, (3, 3, 3), "household"),
    ),
)
