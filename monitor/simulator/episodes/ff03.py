"""FF03: most of a loan leaves for the borrower's own account at another bank, where nobody sees it any more.

Beside it: people who keep their salary elsewhere, top up a second account a little, or fetch the money back.
"""

from random import Random
from typing import NamedTuple

from monitor.simulator import transfers
from monitor.simulator.calendar import DAY, HOUR
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.merchants import outsider
from monitor.simulator.parties import Payee, Person
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of, split
from monitor.simulator.requests import Result
from monitor.simulator.truth import Grade

_STEP = 100 * YUAN


class _Manner(NamedTuple):
    """Share of the loan that leaves, in how many pieces, how long between."""

    share: tuple[float, float]
    pieces: int
    wait: tuple[int, int]


_MANNERS: dict[Grade, _Manner] = {
    "blatant": _Manner((0.85, 0.98), 1, (3 * HOUR, 8 * HOUR)),
    "ordinary": _Manner((0.8, 0.95), 2, (6 * HOUR, 2 * DAY)),
    "careful": _Manner((0.4, 0.75), 4, (DAY, 3 * DAY)),
}


def prepare(person: Person, rng: Random, tag: str) -> None:
    """Give the borrower an account of his own at another bank, paid before."""
    moves.borrower(person, rng, tag)
    person.payees = [*person.payees, _elsewhere(person, tag)]


def _elsewhere(person: Person, tag: str) -> Payee:
    bank = outsider(Random(person.index), tag, "own", person.index)  # noqa: S311 - which bank it is
    return Payee(bank.account, person.name, agent=bank.agent, own_name=True)


def leaves(stage: Stage) -> Process[None]:
    """Move the loan to the own account elsewhere: at once, in two, or bit by bit from two accounts."""
    yield stage.prologue(0.15, 0.4)
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return
    manner, gone = _MANNERS[stage.truth.grade], 0
    source = yield from _source(stage, drawn.amount)
    total = share_of(stage.rng, drawn.amount, *manner.share, _STEP)
    for piece in split(stage.rng, total, manner.pieces, _STEP):
        yield stage.wait(*manner.wait)
        paid = yield from _pay_self(stage, source, min(piece, source.available // YUAN * YUAN))
        if paid is None:
            return
        gone += stage.moved(paid)[0]
        _prove_when_most_is_gone(stage, paid, gone, drawn.amount)


def _source(stage: Stage, drawn: int) -> Process[Account]:
    """Return where the money leaves from; who is careful moves it to the own savings first."""
    if stage.truth.grade != "careful":
        return stage.person.main
    yield stage.wait(HOUR, DAY)
    savings = moves.savings_of(stage.person)
    moved = share_of(stage.rng, drawn, 0.8, 0.95, _STEP)
    own = stage.person.as_payee(savings)
    yield from moves.pay(stage, stage.person, stage.person.main, own, min(moved, stage.person.main.available))
    return savings


def _prove_when_most_is_gone(stage: Stage, paid: Result, gone: int, loan: int) -> None:
    """One payment to oneself means nothing; that more than half of the loan is surely gone does."""
    if stage.truth.provable_event_id is not None:
        stage.prove(paid.posting_id, paid.posted_at, stage.moved(paid)[0])
    elif 2 * gone > loan:
        stage.prove(paid.posting_id, paid.posted_at, gone)


def _pay_self(stage: Stage, source: Account, amount: int) -> Process[Result | None]:
    if amount <= 0:
        return None
    elsewhere = _elsewhere(stage.person, stage.core.tag)
    paid = yield from moves.pay(stage, stage.person, source, elsewhere, amount, moves.MISUSE)
    if not paid.accepted:
        return None
    stage.used("SELF_OFFUS", amount)
    return paid


def salary_elsewhere(stage: Stage) -> Process[None]:
    """Move salary to the own account elsewhere; the loan lies in the savings account and pays the builder."""
    yield stage.prologue(0.1, 0.3)
    savings = moves.savings_of(stage.person)
    drawn = yield from moves.borrow(stage, savings)
    if drawn is None:
        return
    for _ in range(2):
        yield stage.wait(DAY, 5 * DAY)
        yield from _innocently(stage, stage.person.main, share_of(stage.rng, stage.person.salary, 0.2, 0.5, _STEP))
    yield from moves.shop(stage, savings, "building", share_of(stage.rng, drawn.amount, 0.5, 0.9))


def tops_up(stage: Stage) -> Process[None]:
    """Spend the loan on its purpose, and top up the account elsewhere a little out of the same account."""
    yield stage.prologue(0.1, 0.3)
    drawn = yield from moves.borrow(stage, stage.person.main)
    if drawn is not None:
        yield from _innocently(stage, stage.person.main, share_of(stage.rng, drawn.amount, 0.03, 0.12, _STEP))
        yield stage.wait(HOUR, 3 * DAY)
        yield from moves.shop(stage, stage.person.main, "furniture", share_of(stage.rng, drawn.amount, 0.5, 0.8))


def fetched_back(stage: Stage) -> Process[None]:
    """Put a part of the loan into the account elsewhere, and fetch it back when the builder is to be paid."""
    yield stage.prologue(0.1, 0.3)
    drawn = yield from moves.borrow(stage, stage.person.main)
    if drawn is None:
        return
    amount = share_of(stage.rng, drawn.amount, 0.15, 0.35, _STEP)
    yield from _innocently(stage, stage.person.main, amount)
    yield stage.wait(2 * DAY, 5 * DAY)
    elsewhere = _elsewhere(stage.person, stage.core.tag)
    stage.add_events(transfers.receive(stage.core, stage.person.main, elsewhere, amount))
    yield from moves.shop(stage, stage.person.main, "building", share_of(stage.rng, drawn.amount, 0.6, 0.9))


def _innocently(stage: Stage, source: Account, amount: int) -> Process[None]:
    if source.available >= amount:
        stage.truth.amount += amount
        elsewhere = _elsewhere(stage.person, stage.core.tag)
        yield from moves.pay(stage, stage.person, source, elsewhere, amount)


CASE = Case(
    "FF03",
    prepare,
    (Part("leaves", leaves),),
    (
        Part("salary_elsewhere", salary_elsewhere),
        Part("tops_up", tops_up),
        Part("fetched_back", fetched_back),
    ),
)
