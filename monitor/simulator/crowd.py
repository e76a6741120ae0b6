"""A crowd of ordinary payments at a given rate, for a broker that runs on the wall clock.

Life itself is too slow for a demonstration, and life played fast would make strangers look like thieves: a draw and
a purchase days apart would fall into one hour. So the crowd does only what is harmless at any speed.
"""

from random import Random

from monitor.simulator import cards, transfers
from monitor.simulator.calendar import SECOND
from monitor.simulator.core import Core
from monitor.simulator.habits import HABITS
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Payee, Person
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import money, substream

_MESSAGES_A_PAYMENT = 3
_TRANSFERS = 0.15
_USUAL = [habit for habit in HABITS if habit.a_day >= 0.05]  # noqa: PLR2004 - what people do every few weeks


def crowd(core: Core, seed: int, people: list[Person], rate: float, until: int) -> Process[None]:
    """Start payments of people drawn at random until `until`, ms; about `rate` messages a second."""
    if not people or rate <= 0:
        return
    rng = substream(seed, "crowd")
    due = float(core.now)
    while due < until:
        core.kernel.spawn(_moment(core, rng.choice(people), rng.randrange(1 << 30)))
        due += rng.expovariate(rate / _MESSAGES_A_PAYMENT) * SECOND
        yield max(0, int(due) - core.now)


def _moment(core: Core, person: Person, number: int) -> Process[None]:
    rng = substream("moment", core.tag, person.index, number)
    known = [payee for payee in person.payees if payee.customer_id is None]
    if rng.random() < _TRANSFERS and known:
        yield from _transfer(core, person, rng.choice(known), money(rng, 160 * YUAN, 0.9))
    else:
        yield from _purchase(core, person, rng)


def _transfer(core: Core, person: Person, payee: Payee, amount: int) -> Process[None]:
    _pay_in(core, person, amount)
    yield from transfers.transfer(core, person, person.main, payee, amount)


def _purchase(core: Core, person: Person, rng: Random) -> Process[None]:
    habit = rng.choice(_USUAL)
    amount = money(rng, habit.median, habit.sigma)
    _pay_in(core, person, amount)
    yield from cards.purchase(core, person, person.main, rng.choice(person.favourites[habit.category]), amount)


def _pay_in(core: Core, person: Person, amount: int) -> None:
    """Bring the next salary forward when the money is spent."""
    if person.main.available < amount:
        transfers.receive(core, person.main, person.employer, person.salary, "salary")
