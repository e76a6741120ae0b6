"""CO13: loan money travels in a ring and comes home as if somebody had paid it. Beside it: lending within a family."""

from itertools import pairwise

from monitor.simulator.calendar import DAY
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Person
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of
from monitor.simulator.requests import Result

_STEP = 100 * YUAN


def ring(stage: Stage) -> Process[None]:
    """Send most of the loan round through the partners, back to the borrower's own account."""
    yield stage.prologue()
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return
    amount = share_of(stage.rng, drawn.amount, *moves.haste(stage).sent, _STEP)
    for payer, payee in pairwise([stage.person, *stage.partners, stage.person]):
        passed = yield from moves.pass_on(stage, payer, payee, amount)
        if not passed:
            return
        amount = share_of(stage.rng, sum(paid.amount for paid in passed), *moves.haste(stage).passed, _STEP)
    _prove(stage, passed)


def _prove(stage: Stage, home: list[Result]) -> None:
    """It is proven by the first payment home that surely carries the borrower's own loan money."""
    for paid in home:
        certain, _ = stage.moved(paid)
        if certain:
            stage.prove(paid.credit_id, paid.posted_at, certain)


def family_pool(stage: Stage) -> Process[None]:
    """Pay into the family's pot, which another one gets each time; the borrower's turn comes too."""
    yield from moves.borrow_for_the_flat(stage, 0.1, 0.3)
    pot = share_of(stage.rng, stage.person.salary, 0.1, 0.25, _STEP)
    family = [stage.person, *stage.partners]
    for winner in [*stage.partners, stage.person]:
        yield stage.wait(4 * DAY, 6 * DAY)
        for payer in family:
            if payer is not winner:
                yield from _lend(stage, payer, winner, pot)


def friend_pays_back(stage: Stage) -> Process[None]:
    """Help a friend out with a little; he returns it after payday."""
    yield from moves.borrow_for_the_flat(stage, 0.1, 0.3)
    (friend,) = stage.partners
    amount = share_of(stage.rng, stage.person.salary, 0.1, 0.4, _STEP)
    yield from _lend(stage, stage.person, friend, amount)
    yield stage.wait(3 * DAY, 12 * DAY)
    yield from _lend(stage, friend, stage.person, amount)


def spouses(stage: Stage) -> Process[None]:
    """Send the spouse the housekeeping on the same day each week; what is left comes back."""
    yield from moves.borrow_for_the_flat(stage, 0.1, 0.3)
    (spouse,) = stage.partners
    for _ in range(2):
        amount = share_of(stage.rng, stage.person.salary, 0.1, 0.3, _STEP)
        yield from _lend(stage, stage.person, spouse, amount)
        yield stage.wait(6 * DAY, 8 * DAY)
        yield from _lend(stage, spouse, stage.person, share_of(stage.rng, amount, 0.1, 0.4, 10 * YUAN))


def _lend(stage: Stage, payer: Person, payee: Person, amount: int) -> Process[None]:
    if payer.main.available >= amount:
        stage.truth.amount += amount
        yield from moves.pay(stage, payer, payer.main, payee.as_payee(), amount)


CASE = Case(
    "CO13",
    moves.borrower,
    (
        Part("ring_of_2", ring, (1, 1, 1)),
        Part("ring_of_3", ring, (2, 2, 2)),
        Part("ring_of_4", ring, (3, 3, 3)),
    ),
    (
        Part("family_pool", family_pool, (2, 2, 2), "household"),
        Part("friend_pays_back", friend_pays_back, (1, 1, 1)),
        Part("spouses", spouses, (1, 1, 1), "household"),
    ),
)
