"""An ordinary day: what a customer does, at which hour, for how much. One stream per customer and day."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from monitor.simulator import cards, profile, transfers
from monitor.simulator.borrowing import use_line
from monitor.simulator.calendar import DAY, HOUR, midnight
from monitor.simulator.core import Core
from monitor.simulator.errands import errands
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.merchants import outsider
from monitor.simulator.parties import Payee, Person, Shop
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import money, share_of, substream


class Habit(NamedTuple):
    """A kind of purchase: how often a day, the usual amount (minor units), its spread, and the hours it is done."""

    category: str
    a_day: float
    median: int
    sigma: float
    hours: tuple[int, ...]


HABITS = (
    Habit("grocery", 0.50, 62 * YUAN, 0.6, (8, 9, 17, 18, 19, 20)),
    Habit("restaurant", 0.50, 46 * YUAN, 0.6, (7, 12, 12, 18, 19)),
    Habit("transit", 0.35, 6 * YUAN, 0.3, (8, 8, 18, 22)),
    Habit("online", 0.20, 118 * YUAN, 0.9, (10, 13, 20, 21, 22, 23)),
    Habit("fuel", 0.05, 310 * YUAN, 0.2, (8, 18, 19)),
    Habit("pharmacy", 0.04, 58 * YUAN, 0.6, (10, 16, 19)),
    Habit("clothing", 0.04, 240 * YUAN, 0.6, (14, 15, 20)),
    Habit("leisure", 0.05, 75 * YUAN, 0.4, (19, 20, 21)),
    Habit("electronics", 0.006, 1_450 * YUAN, 0.7, (14, 16, 20)),
    Habit("phone", 0.03, 80 * YUAN, 0.4, (9, 12, 21)),
)
_ON_CREDIT = frozenset({"online", "restaurant", "electronics", "clothing", "leisure"})
_REFUNDS, _NEW_PAYEES, _NEW_DEVICES, _RESETS = 0.02, 0.012, 0.003, 0.003
_CREDENTIALS: tuple[profile.Credential, ...] = ("password", "phone", "sim")
_STATEMENT_DAY = 28
_BILL_DAY, _INVEST_DAY_LAG, _SWEEP_DAY_LAG, _FAMILY_DAY_LAG = 18, 2, 1, 3

_CASH_DESK = Payee("", "Cash desk")


def live(core: Core, seed: int, person: Person, first: date, days: int) -> Process[None]:
    """Let a customer live `days` ordinary days."""
    for number in range(days):
        day = first + timedelta(days=number)
        rng = substream(seed, "day", person.index, day)
        planned = [*_plan(core, person, rng, day), *errands(core, seed, person, day)]
        for at, action in sorted(planned, key=lambda one: one[0]):
            core.kernel.spawn(action, at)
        yield midnight(day + timedelta(days=1)) - core.now


def _plan(core: Core, person: Person, rng: Random, day: date) -> Iterator[tuple[int, Process[None]]]:
    start = midnight(day)
    for habit in HABITS:
        if rng.random() < habit.a_day * person.activity:
            yield start + _hour(rng, habit.hours), _shop(core, person, rng.randrange(1 << 30), habit)
    yield from _month(core, person, rng, day, start)
    yield from _now_and_then(core, person, rng, start)
    if person.line is not None and not person.in_case:
        yield start + _hour(rng, (9, 20)), use_line(core, person, person.line, rng.randrange(1 << 30))


def _hour(rng: Random, hours: tuple[int, ...]) -> int:
    return rng.choice(hours) * HOUR + rng.randrange(HOUR)


def _shop(core: Core, person: Person, number: int, habit: Habit) -> Process[None]:
    rng = substream("shop", core.tag, person.index, number)
    shop = rng.choice(person.favourites[habit.category])
    amount = money(rng, habit.median, habit.sigma)
    on_credit = habit.category in _ON_CREDIT and rng.random() < 0.6  # noqa: PLR2004 - a habit
    account = person.credit if person.credit is not None and on_credit else person.main
    if account.available < amount and rng.random() < 0.95:  # noqa: PLR2004 - most know their balance
        return
    result = yield from cards.purchase(core, person, account, shop, amount)
    if result.accepted and rng.random() < _REFUNDS:
        yield rng.randrange(DAY, 5 * DAY)
        cards.refund(core, account, shop, amount, result.payment_id)


def _month(core: Core, person: Person, rng: Random, day: date, start: int) -> Iterator[tuple[int, Process[None]]]:
    if day.day == person.salary_day:
        yield start + _hour(rng, (9, 10, 11)), _salary(core, person)
    if day.day == _within_month(person.salary_day + _SWEEP_DAY_LAG) and person.savings is not None:
        yield start + _hour(rng, (12, 20)), _sweep(core, person, person.savings, rng.uniform(0.05, 0.3))
    if day.day == _within_month(person.salary_day + _FAMILY_DAY_LAG) and person.family:
        yield start + _hour(rng, (19, 20, 21)), _support(core, person, rng.randrange(1 << 30))
    if day.day == _STATEMENT_DAY:
        yield start + HOUR, _statements(core, person)
    if day.day == person.rent_day and person.rent:
        yield start + _hour(rng, (8, 9, 20)), _pay(core, person, person.landlord, person.rent)
    if day.day == _within_month(person.salary_day + _INVEST_DAY_LAG) and person.broker is not None:
        yield (
            start + _hour(rng, (9, 10, 13, 14)),
            _pay(core, person, person.broker, share_of(rng, person.salary, 0.1, 0.4, YUAN)),
        )
    if day.day == _BILL_DAY and person.credit is not None:
        yield start + _hour(rng, (10, 21)), _card_bill(core, person, person.credit)
    if day.day == person.rent_day:
        yield start + _hour(rng, (10, 20)), _utilities(core, person, money(rng, 210 * YUAN, 0.4))


def _within_month(day: int) -> int:
    return (day - 1) % 28 + 1


def _now_and_then(core: Core, person: Person, rng: Random, start: int) -> Iterator[tuple[int, Process[None]]]:
    if rng.random() < 0.03:  # noqa: PLR2004 - about once a month
        machine = rng.choice(person.favourites["machine"])
        yield start + _hour(rng, (9, 17, 19)), _cash(core, person, machine, rng.choice((3, 5, 10, 20)) * 100 * YUAN)
    if rng.random() < 0.008:  # noqa: PLR2004 - a few times a year
        yield start + _hour(rng, (10, 15)), _cash_in(core, person, rng.choice((5, 10, 20)) * 100 * YUAN)
    if rng.random() < 0.06 and person.payees:  # noqa: PLR2004 - friends settle up
        yield (
            start + _hour(rng, (13, 19, 21)),
            _pay(core, person, rng.choice(person.payees), money(rng, 160 * YUAN, 0.9)),
        )
    if rng.random() < _NEW_PAYEES:
        payee = outsider(rng, core.tag, "new", person.index, start)
        yield start + _hour(rng, (10, 15, 20)), _first_payment(core, person, payee, money(rng, 220 * YUAN, 0.8))
    if rng.random() < 0.04:  # noqa: PLR2004 - money comes from friends too
        payer = rng.choice(person.payees)
        yield start + _hour(rng, (12, 20)), _gift(core, person, payer, money(rng, 150 * YUAN, 0.9))
    if rng.random() < _NEW_DEVICES and not person.in_case:
        yield start + _hour(rng, (11, 15, 19)), _new_device(core, person)
    if rng.random() < _RESETS and not person.in_case:
        yield start + _hour(rng, (9, 14, 20)), _reset(core, person, rng.choice(_CREDENTIALS))


def _statements(core: Core, person: Person) -> Process[None]:
    for account in person.accounts:
        profile.state_balance(core, account)
    yield 0


def _salary(core: Core, person: Person) -> Process[None]:
    source = core.ledger.accounts.get(person.employer.account)
    if source is None:
        transfers.receive(core, person.main, person.employer, person.salary, "salary")
    else:
        transfers.wages(core, person.employer, source, person)
    yield 0


def _sweep(core: Core, person: Person, savings: Account, share: float) -> Process[None]:
    """Put some of the salary aside; fetch it back when the main account runs dry."""
    amount = int(person.salary * share) // (100 * YUAN) * 100 * YUAN
    if person.main.available > person.salary // 2:
        yield from _own(core, person, person.main, savings, amount)
    elif savings.available >= amount and not person.in_case:
        yield from _own(core, person, savings, person.main, amount)


def _own(core: Core, person: Person, source: Account, target: Account, amount: int) -> Process[None]:
    if amount:
        yield from transfers.transfer(core, person, source, person.as_payee(target), amount)


def _support(core: Core, person: Person, number: int) -> Process[None]:
    rng = substream("family", core.tag, person.index, number)
    if person.line is None or not person.line.owed:
        yield from _pay(core, person, rng.choice(person.family), share_of(rng, person.salary, 0.05, 0.2, 100 * YUAN))


def _pay(core: Core, person: Person, payee: Payee, amount: int) -> Process[None]:
    if person.main.available >= amount:
        yield from transfers.transfer(core, person, person.main, payee, amount)


def _card_bill(core: Core, person: Person, credit: Account) -> Process[None]:
    owed = min(-credit.balance, person.main.available)
    if owed > 0:
        yield from transfers.transfer(core, person, person.main, person.as_payee(credit), owed)


def _utilities(core: Core, person: Person, amount: int) -> Process[None]:
    if person.main.available >= amount:
        yield from cards.purchase(core, person, person.main, person.favourites["utilities"][0], amount)


def _cash(core: Core, person: Person, machine: Shop, amount: int) -> Process[None]:
    if person.main.available >= amount:
        yield from cards.cash(core, person, machine, amount)


def _cash_in(core: Core, person: Person, amount: int) -> Process[None]:
    transfers.receive(core, person.main, _CASH_DESK, amount, "cash")
    yield 0


def _first_payment(core: Core, person: Person, payee: Payee, amount: int) -> Process[None]:
    if person.main.available >= amount:
        person.payees.append(payee)
        yield from transfers.pay_new(core, person, person.main, payee, amount)


def _gift(core: Core, person: Person, payer: Payee, amount: int) -> Process[None]:
    if payer.customer_id is None:
        transfers.receive(core, person.main, payer, amount)
    yield 0


def _new_device(core: Core, person: Person) -> Process[None]:
    profile.buy_device(core, person)
    yield 0


def _reset(core: Core, person: Person, credential: profile.Credential) -> Process[None]:
    profile.reset(core, person, credential)
    yield 0
