"""FF01: loan money reaches securities, property, crypto and the like. Beside it: investors whose loan is elsewhere."""

from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes import ff01_detours, moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Payee
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of, split

_STEP = 100 * YUAN


def misuse(stage: Stage) -> Process[None]:
    """Take a consumer loan and put most of it where it must not go: at once, in parts, or mixed with own money."""
    yield stage.prologue()
    target = moves.forbidden(stage)
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return
    loan, person = drawn.amount, stage.person
    if stage.truth.grade == "blatant":
        yield stage.wait(10 * MINUTE, 3 * HOUR)
        pieces = [share_of(stage.rng, loan, 0.8, 0.98, _STEP)]
        yield from moves.invest(stage, person, person.main, target, pieces)
    elif stage.truth.grade == "ordinary":
        yield from moves.shop(stage, person.main, "furniture", share_of(stage.rng, loan, 0.05, 0.15))
        yield stage.wait(2 * HOUR, 30 * HOUR)
        pieces = split(stage.rng, share_of(stage.rng, loan, 0.6, 0.8, _STEP), 2, _STEP)
        yield from moves.invest(stage, person, person.main, target, pieces)
    else:
        yield from _mix(stage, target, loan)


def _mix(stage: Stage, target: moves.Target, loan: int) -> Process[None]:
    """Pass the loan through the own savings, wait for days, then pay in three parts."""
    savings = moves.savings_of(stage.person)
    moved = share_of(stage.rng, loan, 0.7, 0.9, 1000 * YUAN)
    yield stage.wait(2 * HOUR, DAY)
    own = stage.person.as_payee(savings)
    yield from moves.pay(stage, stage.person, stage.person.main, own, moved)
    yield stage.wait(DAY, 3 * DAY)
    total = share_of(stage.rng, moved, 0.7, 0.95, 1000 * YUAN)
    yield from moves.invest(stage, stage.person, savings, target, split(stage.rng, total, 3, 1000 * YUAN))


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
    drawn = yield from moves.borrow(stage, stage.person.main)
    if drawn is not None:
        yield stage.wait(DAY, 2 * DAY)
        yield from moves.shop(stage, stage.person.main, "building", share_of(stage.rng, drawn.amount, 0.5, 0.9))


def wedding_jewellery(stage: Stage) -> Process[None]:
    """Borrow for a wedding and buy jewellery from a jeweller: metal to wear, not to hold."""
    yield stage.prologue()
    drawn = yield from moves.borrow(stage, stage.person.main)
    if drawn is not None:
        yield stage.wait(HOUR, 2 * DAY)
        yield from moves.shop(stage, stage.person.main, "jewellery", share_of(stage.rng, drawn.amount, 0.3, 0.7))


def _loan_aside(stage: Stage) -> Process[None]:
    yield stage.prologue()
    yield from moves.borrow(stage, moves.savings_of(stage.person))
    yield stage.wait(6 * HOUR, 3 * DAY)


def _pay(stage: Stage, payee: Payee, amount: int) -> Process[None]:
    stage.truth.amount += amount
    yield from moves.pay(stage, stage.person, stage.person.main, payee, amount)


CASE = Case(
    "FF01",
    moves.borrower,
    (Part("misuse", misuse), *ff01_detours.EPISODES),
    (
        Part("salary_to_broker", salary_to_broker),
        Part("shares_before_loan", shares_before_loan),
        Part("wedding_jewellery", wedding_jewellery),
        Part("mortgage_from_salary", mortgage_from_salary),
        *ff01_detours.LOOK_ALIKES,
    ),
)
