"""FF02: loan money reaches a forbidden place from somebody else's account. Beside it: rent, wages, a household."""

from itertools import pairwise
from typing import NamedTuple

from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Person
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of, split
from monitor.simulator.transfers import ORDINARY, Manner

_STEP = 100 * YUAN


def layering(stage: Stage) -> Process[None]:
    """Send the loan through one person after the other; the last one invests it."""
    yield stage.prologue()
    target = moves.forbidden(stage)
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return
    amount = share_of(stage.rng, drawn.amount, *moves.haste(stage).sent, _STEP)
    for payer, payee in pairwise([stage.person, *stage.partners]):
        passed = yield from moves.pass_on(stage, payer, payee, amount)
        if not passed:
            return
        amount = _goes_on(stage, sum(paid.amount for paid in passed))
    yield stage.wait(*moves.haste(stage).wait)
    yield from _order(stage, stage.partners[-1], target, amount)


def split_to_payee(stage: Stage) -> Process[None]:
    """Split the loan over several people; each of them invests a part of it in the same place."""
    spread = yield from _spread(stage, stage.partners)
    for person, part in spread.parts:
        yield stage.wait(*moves.haste(stage).wait)
        yield from _order(stage, person, spread.target, _goes_on(stage, part))


def split_to_collector(stage: Stage) -> Process[None]:
    """Split the loan over several people; all send it on to one, who invests the sum."""
    *helpers, collector = stage.partners
    spread = yield from _spread(stage, helpers)
    collected = 0
    for person, part in spread.parts:
        passed = yield from moves.pass_on(stage, person, collector, _goes_on(stage, part))
        collected += sum(paid.amount for paid in passed)
    if collected:
        yield stage.wait(*moves.haste(stage).wait)
        yield from _order(stage, collector, spread.target, _goes_on(stage, collected))


class _Spread(NamedTuple):
    """The parts of a loan with those who hold them, and where they will go."""

    target: moves.Target
    parts: list[tuple[Person, int]]


def _spread(stage: Stage, people: list[Person]) -> Process[_Spread]:
    """Borrow and send everybody a part."""
    yield stage.prologue()
    spread = _Spread(moves.forbidden(stage), [])
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return spread
    total = share_of(stage.rng, drawn.amount, *moves.haste(stage).sent, _STEP)
    for person, part in zip(people, split(stage.rng, total, len(people), _STEP), strict=True):
        passed = yield from moves.pass_on(stage, stage.person, person, part)
        if passed:
            spread.parts.append((person, sum(paid.amount for paid in passed)))
    return spread


def _goes_on(stage: Stage, amount: int) -> int:
    return share_of(stage.rng, amount, *moves.haste(stage).passed, _STEP)


def _order(stage: Stage, person: Person, target: moves.Target, amount: int) -> Process[None]:
    pieces = split(stage.rng, amount, moves.haste(stage).pieces, _STEP)
    yield from moves.invest(stage, person, person.main, target, pieces)


def landlord_invests(stage: Stage) -> Process[None]:
    """Pay rent out of the account the loan is in; the landlord buys shares with savings, as he does every month."""
    yield from _innocent(stage, "building", [(2 * HOUR, 2 * DAY, 0.2, 0.35)])


def employee_invests(stage: Stage) -> Process[None]:
    """Pay wages to two helpers out of the account the loan is in; one of them invests own savings."""
    wages = [(HOUR, 2 * DAY, 0.3, 0.6), (MINUTE, HOUR, 0.3, 0.6)]
    yield from _innocent(stage, "building", wages, Manner(text="wages", wages=True))


def shared_household(stage: Stage) -> Process[None]:
    """Send the spouse the housekeeping week by week; she invests what she had saved before."""
    weekly = (6 * DAY, 8 * DAY, 0.08, 0.2)
    yield from _innocent(stage, "furniture", [(2 * HOUR, DAY, 0.08, 0.2), weekly, weekly])


def friend_paid_back(stage: Stage) -> Process[None]:
    """Pay a large old debt to a friend days after the draw; he invests as always, out of his own."""
    yield from _innocent(stage, "clinic", [(DAY, 4 * DAY, 1.0, 2.5)])


def _innocent(
    stage: Stage, purpose: str, payments: list[tuple[int, int, float, float]], manner: Manner = ORDINARY
) -> Process[None]:
    """Spend a loan on its purpose and pay the partners in turn after a wait, a share of salary each; one invests."""
    yield stage.prologue(0.2, 0.4)
    drawn = yield from moves.borrow(stage, stage.person.main)
    if drawn is None:
        return
    yield from moves.shop(stage, stage.person.main, purpose, share_of(stage.rng, drawn.amount, 0.4, 0.7))
    received = 0
    for number, (soonest, latest, low, high) in enumerate(payments):
        yield stage.wait(soonest, latest)
        payee = stage.partners[number % len(stage.partners)]
        amount = share_of(stage.rng, stage.person.salary, low, high, 10 * YUAN)
        yield from moves.pay(stage, stage.person, stage.person.main, payee.as_payee(), amount, manner)
        received += amount
    yield stage.wait(2 * HOUR, 4 * DAY)
    yield from _invest_own(stage, stage.partners[0], received)


def _invest_own(stage: Stage, person: Person, received: int) -> Process[None]:
    """Invest a part of what would be there without the payments."""
    amount = share_of(stage.rng, max(_STEP, person.main.available - received), 0.1, 0.4, _STEP)
    stage.truth.amount = amount
    broker = stage.rng.choice(stage.town.destinations["SECURITIES"])
    yield from moves.pay(stage, person, person.main, broker, amount)


CASE = Case(
    "FF02",
    moves.borrower,
    (
        Part("through_two", layering, (2, 2, 2)),
        Part("through_three", layering, (3, 3, 3)),
        Part("split_to_payee", split_to_payee, (2, 3, 4)),
        Part("split_to_collector", split_to_collector, (3, 4, 5)),
    ),
    (
        Part("landlord_invests", landlord_invests, (1, 1, 1)),
        Part("employee_invests", employee_invests, (2, 2, 2)),
        Part("shared_household", shared_household, (1, 1, 1), "household"),
        Part("friend_paid_back", friend_paid_back, (1, 1, 1)),
    ),
)
