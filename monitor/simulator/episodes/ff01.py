"""FF01: loan money reaches securities, property, crypto and the like. Beside it: investors whose loan is elsewhere."""

from random import Random

from monitor.simulator import cards, identity, lending, transfers
from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes.stage import Case, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.parties import Loan, Payee, Person
from monitor.simulator.people import YUAN, open_line
from monitor.simulator.randomness import money, share_of, split
from monitor.simulator.transfers import Manner

_MISUSE = Manner(honest=False)
_USES = ("SECURITIES", "SECURITIES", "CRYPTO", "CRYPTO", "PROPERTY", "PROPERTY", "WEALTH_AM", "FUTURES_DERIV", "METAL")


def prepare(person: Person, rng: Random, tag: str) -> None:
    """Give the actor a second account and some own money in both."""
    if person.savings is None:
        person.savings = Account(identity.account_id(tag, person.index, "savings"), person.customer_id, sequence=12)
    person.savings.balance = money(rng, person.salary * 2, 0.4)
    person.main.balance = money(rng, person.salary, 0.3)


def misuse(stage: Stage) -> Process[None]:
    """Take a consumer loan and put most of it where it must not go: at once, in parts, or mixed with own money."""
    yield stage.prologue()
    target = stage.rng.choice(stage.town.destinations[stage.rng.choice(_USES)])
    loan = yield from _borrow(stage, stage.person.main, honest=False)
    if loan is None:
        return
    if stage.truth.grade == "blatant":
        yield stage.wait(10 * MINUTE, 3 * HOUR)
        yield from _invest(stage, stage.person.main, target, [share_of(stage.rng, loan, 0.8, 0.98, 100 * YUAN)])
    elif stage.truth.grade == "ordinary":
        yield from _shop(stage, stage.person.main, "furniture", share_of(stage.rng, loan, 0.05, 0.15))
        yield stage.wait(2 * HOUR, 30 * HOUR)
        total = share_of(stage.rng, loan, 0.6, 0.8, 100 * YUAN)
        yield from _invest(stage, stage.person.main, target, split(stage.rng, total, 2, 100 * YUAN))
    else:
        yield from _mix(stage, target, loan)


def _mix(stage: Stage, target: Payee, loan: int) -> Process[None]:
    """Pass the loan through the own savings, wait for days, then pay in three parts."""
    savings = stage.person.savings
    assert savings is not None
    moved = share_of(stage.rng, loan, 0.7, 0.9, 1000 * YUAN)
    yield stage.wait(2 * HOUR, DAY)
    own = stage.person.as_payee(savings)
    stage.add((yield from transfers.transfer(stage.core, stage.person, stage.person.main, own, moved)))
    yield stage.wait(DAY, 3 * DAY)
    total = share_of(stage.rng, moved, 0.7, 0.95, 1000 * YUAN)
    yield from _invest(stage, savings, target, split(stage.rng, total, 3, 1000 * YUAN))


def _invest(stage: Stage, source: Account, target: Payee, pieces: list[int]) -> Process[None]:
    for piece in pieces:
        if source.available < piece:
            continue
        result = yield from transfers.transfer(stage.core, stage.person, source, target, piece, _MISUSE)
        moved = stage.add(result)
        if result.certain:
            stage.prove(result.request_id, result.request_time, result.certain)
        if not moved:
            return
        yield stage.wait(3 * HOUR, 30 * HOUR)


def salary_to_broker(stage: Stage) -> Process[None]:
    """Invest from the salary account; the loan lies untouched in the other one."""
    yield from _loan_aside(stage)
    broker = stage.town.destinations["SECURITIES"][0]
    yield from _pay(stage, broker, share_of(stage.rng, stage.person.salary, 0.3, 0.7, 100 * YUAN))


def mortgage_from_salary(stage: Stage) -> Process[None]:
    """Pay the mortgage at another bank from salary; the loan lies untouched in the other account."""
    yield from _loan_aside(stage)
    mortgage = stage.town.destinations["MORTGAGE_REPAY"][0]
    yield from _pay(stage, mortgage, share_of(stage.rng, stage.person.salary, 0.3, 0.5))


def shares_before_loan(stage: Stage) -> Process[None]:
    """Buy shares out of savings, and borrow for the flat much later."""
    yield stage.prologue(0.05, 0.15)
    broker = stage.town.destinations["SECURITIES"][0]
    yield from _pay(stage, broker, share_of(stage.rng, stage.person.salary, 0.3, 0.7, 100 * YUAN))
    yield stage.prologue(0.3, 0.5)
    loan = yield from _borrow(stage, stage.person.main)
    if loan is not None:
        yield stage.wait(DAY, 2 * DAY)
        yield from _shop(stage, stage.person.main, "building", share_of(stage.rng, loan, 0.5, 0.9))


def wedding_jewellery(stage: Stage) -> Process[None]:
    """Borrow for a wedding and buy jewellery from a jeweller: metal to wear, not to hold."""
    yield stage.prologue()
    loan = yield from _borrow(stage, stage.person.main)
    if loan is not None:
        yield stage.wait(HOUR, 2 * DAY)
        yield from _shop(stage, stage.person.main, "jewellery", share_of(stage.rng, loan, 0.3, 0.7))


def _loan_aside(stage: Stage) -> Process[None]:
    yield stage.prologue()
    savings = stage.person.savings
    assert savings is not None
    yield from _borrow(stage, savings)
    yield stage.wait(6 * HOUR, 3 * DAY)


def _borrow(stage: Stage, account: Account, *, honest: bool = True) -> Process[int | None]:
    """Take a consumer loan into `account`; return the amount, None when it was refused."""
    amount = money(stage.rng, 70_000 * YUAN, 0.5, 1000 * YUAN)
    loan: Loan = open_line(stage.core.tag, stage.person.index, amount, stage.rng, "consumer")
    stage.add_events(lending.grant(stage.core, stage.person, loan, "renovation"))
    yield stage.wait(5 * MINUTE, HOUR)
    drawn = yield from lending.draw(stage.core, stage.person, loan, account, amount, honest=honest)
    return amount if stage.add(drawn) else None


def _shop(stage: Stage, account: Account, category: str, amount: int) -> Process[None]:
    shop = stage.rng.choice(stage.town.shops[category])
    yield stage.wait(HOUR, 6 * HOUR)
    stage.add((yield from cards.purchase(stage.core, stage.person, account, shop, amount)))


def _pay(stage: Stage, payee: Payee, amount: int) -> Process[None]:
    stage.truth.amount += amount
    stage.add((yield from transfers.transfer(stage.core, stage.person, stage.person.main, payee, amount)))


CASE = Case(
    "FF01",
    prepare,
    (("misuse", misuse),),
    (
        ("salary_to_broker", salary_to_broker),
        ("shares_before_loan", shares_before_loan),
        ("wedding_jewellery", wedding_jewellery),
        ("mortgage_from_salary", mortgage_from_salary),
    ),
)
