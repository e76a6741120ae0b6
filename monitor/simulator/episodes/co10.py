"""CO10: an agent repays other people's loans, and has the money back out of their next draw, with a fee.

Beside it: parents, an employer, a friend who repay for somebody else.
"""

from random import Random
from typing import NamedTuple

from monitor.simulator import lending, transfers
from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.parties import Loan, Person
from monitor.simulator.people import YUAN, open_line
from monitor.simulator.randomness import money, share_of, split
from monitor.simulator.truth import Grade

_STEP = 10 * YUAN


class _Manner(NamedTuple):
    """What comes back to the agent as a share of what he paid, in how many pieces, and how long he waits for it."""

    back: tuple[float, float]
    pieces: int
    wait: tuple[int, int]


_MANNERS: dict[Grade, _Manner] = {
    "blatant": _Manner((1.01, 1.04), 1, (HOUR, 6 * HOUR)),
    "ordinary": _Manner((0.95, 1.03), 1, (4 * HOUR, 30 * HOUR)),
    "careful": _Manner((0.5, 0.85), 2, (DAY, 3 * DAY)),
}


def prepare(person: Person, rng: Random, tag: str) -> None:
    """Give the payer money to do it with."""
    moves.borrower(person, rng, tag)
    person.main.balance = money(rng, 150_000 * YUAN, 0.3)


def indebted(person: Person, rng: Random, tag: str) -> None:
    """Give somebody a small line."""
    person.line = open_line(tag, person.index, money(rng, 18_000 * YUAN, 0.4, 1000 * YUAN), rng)


def agent(stage: Stage) -> Process[None]:
    """Serve one customer after the other: pay the debt off, wait for the new draw, take the money back."""
    yield stage.prologue(0.1, 0.2)
    for customer in stage.partners:
        stage.core.kernel.spawn(_served(stage, customer))
        yield stage.wait(2 * HOUR, 2 * DAY)


def _served(stage: Stage, customer: Person) -> Process[None]:
    line = _line(customer)
    first = yield from _draw_and_spend(stage, customer, line)
    if not first:
        return
    yield stage.wait(2 * DAY, 5 * DAY)
    paid = yield from _repay_for(stage, customer, line, whole=True)
    if not paid:
        return
    yield stage.wait(20 * MINUTE, 4 * HOUR)
    again = yield from lending.draw(stage.core, customer, line, customer.main, line.undrawn, honest=False)
    if stage.add(again):
        yield from _give_back(stage, customer, paid)


def _give_back(stage: Stage, customer: Person, paid: int) -> Process[None]:
    """Send the agent what he paid, out of the fresh draw; the first one who has done so proves the business."""
    manner = _MANNERS[stage.truth.grade]
    back = share_of(stage.rng, paid, *manner.back, _STEP)
    for piece in split(stage.rng, back, manner.pieces, _STEP):
        yield stage.wait(*manner.wait)
        affordable = min(piece, customer.main.available)
        if affordable <= 0:
            return
        sent = yield from moves.pay(stage, customer, customer.main, stage.person.as_payee(), affordable, moves.MISUSE)
        if not sent.accepted:
            return
    stage.prove(sent.credit_id, sent.posted_at, back)


def _draw_and_spend(stage: Stage, customer: Person, line: Loan) -> Process[bool]:
    """Use the line for life, as everybody does; return whether something is owed."""
    amount = share_of(stage.rng, line.undrawn, 0.5, 0.95, 100 * YUAN)
    drawn = yield from lending.draw(stage.core, customer, line, customer.main, amount)
    if not stage.add(drawn):
        return False
    for piece in split(stage.rng, share_of(stage.rng, amount, 0.7, 0.95), 2):
        yield stage.wait(4 * HOUR, DAY)
        yield from moves.shop(stage, customer.main, "electronics", piece, customer)
    return True


def _repay_for(stage: Stage, customer: Person, line: Loan, *, whole: bool = False) -> Process[int]:
    """Send a customer what is due and let it be taken at once, in the payer's name; return how much it was."""
    payer = stage.person
    owed = sorted(line.owed)
    amount = sum(sum(lending.due(line, draw_id, whole=whole)) for draw_id in owed)
    if not amount or payer.main.available < amount:
        return 0
    sent = yield from transfers.pay_new(stage.core, payer, payer.main, customer.as_payee(), amount)
    if not stage.add(sent):
        return 0
    yield stage.wait(MINUTE, 5 * MINUTE)
    for draw_id in owed:
        taken = lending.repay(stage.core, line, customer.main, draw_id, whole=whole, payer=payer.as_payee())
        stage.add_events(*taken)
    return amount


def _line(customer: Person) -> Loan:
    assert customer.line is not None
    return customer.line


def parents(stage: Stage) -> Process[None]:
    """Pay the instalments of two grown-up children."""
    yield from _helps(stage, rounds=2)


def employer(stage: Stage) -> Process[None]:
    """Pay wages to a small crew, and an instalment for each as a benefit."""
    yield stage.prologue(0.1, 0.2)
    for worker in stage.partners:
        wages, manner = share_of(stage.rng, worker.salary, 0.8, 1.0), transfers.Manner(text="wages", wages=True)
        yield from moves.pay(stage, stage.person, stage.person.main, worker.as_payee(), wages, manner)
    yield from _helps(stage, rounds=1)


def friend(stage: Stage) -> Process[None]:
    """Help a friend with one instalment; he returns it from his salary days later."""
    yield from _helps(stage, rounds=1)
    (helped,) = stage.partners
    yield stage.wait(3 * DAY, 8 * DAY)
    amount = stage.truth.amount
    if amount and helped.main.available >= amount:
        yield from moves.pay(stage, helped, helped.main, stage.person.as_payee(), amount)


def _helps(stage: Stage, rounds: int) -> Process[None]:
    """Let everybody draw and spend, then pay their instalments so many times."""
    yield stage.prologue(0.1, 0.2)
    for borrower in stage.partners:
        yield from _draw_and_spend(stage, borrower, _line(borrower))
    for _ in range(rounds):
        for borrower in stage.partners:
            yield stage.wait(HOUR, 5 * DAY)
            stage.truth.amount += yield from _repay_for(stage, borrower, _line(borrower))


CASE = Case(
    "CO10",
    prepare,
    (Part("agent", agent, (9, 7, 5), "strangers", indebted),),
    (
        Part("parents", parents, (2, 2, 2), "household", indebted),
        Part("employer", employer, (3, 3, 3), "friends", indebted),
        Part("friend", friend, (1, 1, 1), "friends", indebted),
    ),
)
