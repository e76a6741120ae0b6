"""What honest borrowers do: draw for a purpose, spend it on that, repay by instalments."""

from monitor.simulator import cards, lending, transfers
from monitor.simulator.calendar import DAY, HOUR, day_of
from monitor.simulator.core import Core
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Loan, Person
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of, split, substream

_DRAWS_A_DAY = 0.03
_EARLY_REPAYERS = 0.03
_LIMIT_RISES = 0.01
_SECOND_THOUGHTS = 0.25
PURPOSES = ("furniture", "electronics", "travel", "clinic", "school", "building")


def use_line(core: Core, person: Person, loan: Loan, number: int) -> Process[None]:
    """Draw now and then, and pay what is due."""
    rng = substream("line", core.tag, person.index, number)
    if day_of(core.now).day == loan.due_day:
        for draw_id in sorted(loan.owed):
            lending.repay(core, loan, person.main, draw_id)
    elif loan.owed and rng.random() < _EARLY_REPAYERS:
        _give_back(core, person, loan)
    elif rng.random() < _LIMIT_RISES:
        lending.change_limit(core, person, loan, loan.limit + share_of(rng, loan.limit, 0.05, 0.3, 1000 * YUAN))
    elif not loan.owed and rng.random() < _DRAWS_A_DAY:
        amount = share_of(rng, loan.undrawn, 0.15, 0.7, 100 * YUAN)
        drawn = yield from lending.draw(core, person, loan, person.main, amount)
        if drawn.accepted and rng.random() < _SECOND_THOUGHTS:
            yield rng.randrange(HOUR, 2 * DAY)
            _give_back(core, person, loan)
        elif drawn.accepted:
            yield from _spend(core, person, amount, number)


def _give_back(core: Core, person: Person, loan: Loan) -> None:
    for draw_id in sorted(loan.owed):
        lending.repay(core, loan, person.main, draw_id, whole=True)


def _spend(core: Core, person: Person, amount: int, number: int) -> Process[None]:
    """Spend a draw over some days: shops for one purpose, now and then a seller paid by transfer."""
    rng = substream("spend", core.tag, person.index, number)
    shops = person.favourites[rng.choice(PURPOSES)]
    for piece in split(rng, share_of(rng, amount, 0.5, 0.95), rng.randint(1, 4)):
        yield rng.randrange(4 * HOUR, 3 * DAY)
        shop = rng.choice(shops)
        if person.main.available < piece:
            continue
        if rng.random() < 0.15:  # noqa: PLR2004 - some sellers want a transfer
            yield from transfers.pay_new(core, person, person.main, shop.settlement, piece)
        else:
            yield from cards.purchase(core, person, person.main, shop, piece)
