"""Moves that many cases are made of: borrow, spend, pass on from person to person, invest.

A grade is a manner, not an amount: who is blatant sends nearly all of it at once through empty accounts, who is careful
keeps some, waits, cuts it up and mixes it with own money. Nothing here knows what the monitor looks for.
"""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from monitor.simulator import cards, identity, lending, transfers
from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes.stage import Stage
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.parties import Payee, Person
from monitor.simulator.people import YUAN, open_line
from monitor.simulator.randomness import money, share_of, split
from monitor.simulator.requests import Result
from monitor.simulator.transfers import ORDINARY, Manner
from monitor.simulator.truth import Grade

MISUSE = Manner(honest=False)
_STEP = 100 * YUAN
_SALARIES, _MOST = 9, 300_000 * YUAN  # what a bank lends on a person's income; the law's limit for internet loans
_FORBIDDEN = (
    *("SECURITIES", "SECURITIES", "CRYPTO", "CRYPTO", "PROPERTY", "PROPERTY"),
    *("WEALTH_AM", "FUTURES_DERIV", "METAL"),
)


class Haste(NamedTuple):
    """`sent`: share of the loan that goes on its way; `passed`: share of what came that goes on; waits in ms."""

    sent: tuple[float, float]
    passed: tuple[float, float]
    pieces: int
    wait: tuple[int, int]


HASTE: dict[Grade, Haste] = {
    "blatant": Haste((0.88, 0.98), (0.97, 1.0), 1, (10 * MINUTE, 3 * HOUR)),
    "ordinary": Haste((0.65, 0.88), (0.92, 0.99), 1, (2 * HOUR, 20 * HOUR)),
    "careful": Haste((0.5, 0.85), (0.8, 0.97), 2, (6 * HOUR, 36 * HOUR)),
}


class Target(NamedTuple):
    """Where loan money must not go."""

    use: str
    payee: Payee


def borrower(person: Person, rng: Random, tag: str) -> None:
    """Give a borrower a second account and some own money in both."""
    if person.savings is None:
        person.savings = Account(identity.account_id(tag, person.index, "savings"), person.customer_id, sequence=12)
    person.savings.balance = money(rng, person.salary * 2, 0.4)
    person.main.balance = money(rng, int(person.salary * 0.8), 0.3)


def savings_of(person: Person) -> Account:
    """Return the second account of somebody who has one."""
    assert person.savings is not None
    return person.savings


def haste(stage: Stage) -> Haste:
    """Return the manner of the case's grade."""
    return HASTE[stage.truth.grade]


def borrow(stage: Stage, account: Account, amount: int | None = None, *, honest: bool = True) -> Process[Result | None]:
    """Take a consumer loan into `account`; None when it was refused. `stage.truth.uses` speaks of these loans."""
    wanted = _as_income_allows(stage) if amount is None else amount
    loan = open_line(stage.core.tag, stage.person.index, wanted, stage.rng, "consumer")
    stage.add_events(lending.grant(stage.core, stage.person, loan, "renovation"))
    yield stage.wait(5 * MINUTE, HOUR)
    drawn = yield from lending.draw(stage.core, stage.person, loan, account, wanted, honest=honest)
    return drawn if stage.add(drawn) else None


def shop(stage: Stage, account: Account, category: str, amount: int, who: Person | None = None) -> Process[None]:
    """Pay by card, after an hour or more, as far as the account reaches."""
    place = stage.rng.choice(stage.town.shops[category])
    yield stage.wait(HOUR, 6 * HOUR)
    affordable = min(amount, account.available)
    if affordable > 0:
        paid = yield from cards.purchase(stage.core, who or stage.person, account, place, affordable)
        if stage.add(paid):
            stage.used("CONSUMPTION", affordable)


def borrow_for_the_flat(stage: Stage, low: float, high: float) -> Process[None]:
    """Borrow after a share of the span between `low` and `high`, and spend most of it on the flat: an honest loan."""
    yield stage.prologue(low, high)
    drawn = yield from borrow(stage, stage.person.main)
    if drawn is not None:
        yield from shop(stage, stage.person.main, "building", share_of(stage.rng, drawn.amount, 0.4, 0.8))
        yield stage.wait(2 * HOUR, 2 * DAY)


def _as_income_allows(stage: Stage) -> int:
    return min(_MOST, money(stage.rng, _SALARIES * stage.person.salary, 0.3, 1000 * YUAN))


def pay(
    stage: Stage, payer: Person, source: Account, payee: Payee, amount: int, manner: Manner = ORDINARY
) -> Process[Result]:
    """Transfer and write it down."""
    paid = yield from transfers.transfer(stage.core, payer, source, payee, amount, manner)
    stage.add(paid)
    return paid


def old_friend(stage: Stage) -> Payee:
    """Return somebody outside the bank the actor pays now and then: family, or the landlord."""
    return stage.person.family[0] if stage.person.family else stage.person.landlord


def earlier_payments(stage: Stage, payee: Payee) -> Process[None]:
    """Pay a part of the salary three times, days apart, so that the payee is an old one."""
    for _ in range(3):
        yield stage.prologue(0.1, 0.18)
        amount = share_of(stage.rng, stage.person.salary, 0.1, 0.3, 50 * YUAN)
        yield from pay(stage, stage.person, stage.person.main, payee, amount)
    yield stage.wait(2 * DAY, 4 * DAY)


def pass_on(stage: Stage, payer: Person, payee: Person, amount: int) -> Process[list[Result]]:
    """Send `amount` on in the pieces and at the pace of the grade; return the payments that went through."""
    done: list[Result] = []
    for piece in split(stage.rng, amount, haste(stage).pieces, _STEP):
        yield stage.wait(*haste(stage).wait)
        affordable = min(piece, payer.main.available)
        if affordable <= 0:
            break
        paid = yield from pay(stage, payer, payer.main, payee.as_payee(), affordable, MISUSE)
        if not paid.accepted:
            break
        done.append(paid)
    return done


def forbidden(stage: Stage) -> Target:
    """Choose where the money goes."""
    use = stage.rng.choice(_FORBIDDEN)
    return Target(use, stage.rng.choice(stage.town.destinations[use]))


def invest(
    stage: Stage,
    payer: Person,
    source: Account,
    target: Target,
    pieces: Sequence[int],
    *,
    most: bool = False,
) -> Process[None]:
    """Order the pieces to the target, as far as the account reaches. What is surely loan money of them proves the case.

    `most`: what may be loan money is enough, where no more can be known.
    """
    for piece in pieces:
        affordable = min(piece, source.available // YUAN * YUAN)
        if affordable <= 0:
            continue
        ordered = yield from pay(stage, payer, source, target.payee, affordable, MISUSE)
        part = stage.asked(ordered)[most]
        if part:
            stage.prove(ordered.request_id, ordered.request_time, part)
        if not ordered.accepted:
            return
        stage.used(target.use, affordable)
        yield stage.wait(3 * HOUR, 30 * HOUR)
