"""FF01 by a detour that hides where money comes from: out as cash and in again, or an old debt swapped for a new one.

Nothing of it is certain afterwards. Beside them: people who bring back what was left of their cash, traders who pay in
their takings, and somebody who pays an old debt from his salary.
"""

from typing import NamedTuple

from monitor.simulator import cards, transfers
from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.parties import Payee
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import share_of, split
from monitor.simulator.truth import Grade

_STEP = 100 * YUAN
_CASH_DESK = Payee("", "Cash desk")


class _Bridge(NamedTuple):
    """Share of the loan taken out, in how many withdrawals, how long it is away, and the share that comes back."""

    taken: tuple[float, float]
    withdrawals: int
    away: tuple[int, int]
    returned: tuple[float, float]


_BRIDGES: dict[Grade, _Bridge] = {
    "blatant": _Bridge((0.6, 0.9), 2, (HOUR, 8 * HOUR), (0.97, 1.0)),
    "ordinary": _Bridge((0.5, 0.8), 3, (10 * HOUR, 40 * HOUR), (0.88, 0.98)),
    "careful": _Bridge((0.4, 0.7), 5, (40 * HOUR, 90 * HOUR), (0.5, 0.9)),
}
_SWAPS: dict[Grade, tuple[int, int]] = {
    "blatant": (2 * HOUR, 12 * HOUR),
    "ordinary": (10 * HOUR, 50 * HOUR),
    "careful": (2 * DAY, 6 * DAY),
}
"""How long after the old lender was paid the new one pays out, ms."""


def cash_bridge(stage: Stage) -> Process[None]:
    """Take the loan out as cash, pay the cash into the savings, invest from there."""
    yield stage.prologue()
    target = moves.forbidden(stage)
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return
    bridge = _BRIDGES[stage.truth.grade]
    wanted = share_of(stage.rng, drawn.amount, *bridge.taken, _STEP)
    cash = yield from _withdraw(stage, split(stage.rng, wanted, bridge.withdrawals, _STEP))
    if not cash:
        return
    yield stage.wait(*bridge.away)
    paid_in = share_of(stage.rng, cash, *bridge.returned, _STEP)
    savings = moves.savings_of(stage.person)
    _pay_in(stage, savings, _CASH_DESK, paid_in, "cash")
    yield stage.wait(HOUR, 20 * HOUR)
    pieces = split(stage.rng, share_of(stage.rng, paid_in, 0.9, 1.0, _STEP), moves.haste(stage).pieces, _STEP)
    yield from moves.invest(stage, stage.person, savings, target, pieces, most=True)


def _withdraw(stage: Stage, pieces: list[int]) -> Process[int]:
    taken = 0
    machines = stage.person.favourites["machine"]
    for piece in pieces:
        yield stage.wait(5 * MINUTE, 3 * HOUR)
        affordable = min(piece, stage.person.main.available // _STEP * _STEP)
        if affordable <= 0:
            break
        paid = yield from cards.cash(stage.core, stage.person, stage.rng.choice(machines), affordable)
        if not stage.add(paid):
            break
        taken += affordable
    return taken


def _pay_in(stage: Stage, account: Account, payer: Payee, amount: int, kind: transfers.PostingKind) -> None:
    """Credit money that may stand for what left before: at least none of it, at most all."""
    parts = {stage.person.customer_id: (0, amount)}
    stage.add_events(transfers.receive(stage.core, account, payer, amount, kind, parts=parts))


def refinancing(stage: Stage) -> Process[None]:
    """Pay a debt at another lender with the loan, take a new one from the next lender, invest that."""
    yield stage.prologue()
    target = moves.forbidden(stage)
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return
    old, new = stage.rng.sample(stage.town.destinations["OTHER_LENDER"], 2)
    yield stage.wait(*moves.haste(stage).wait)
    debt = share_of(stage.rng, drawn.amount, *moves.haste(stage).sent, _STEP)
    paid = yield from moves.pay(stage, stage.person, stage.person.main, old, debt, moves.MISUSE)
    if not paid.accepted:
        return
    stage.used("OTHER_LENDER", debt)
    yield stage.wait(*_SWAPS[stage.truth.grade])
    lent = share_of(stage.rng, debt, 0.85, 1.0, _STEP)
    savings = moves.savings_of(stage.person)
    _pay_in(stage, savings, new, lent, "transfer")
    yield stage.wait(HOUR, 20 * HOUR)
    pieces = split(stage.rng, share_of(stage.rng, lent, 0.9, 1.0, _STEP), moves.haste(stage).pieces, _STEP)
    yield from moves.invest(stage, stage.person, savings, target, pieces, most=True)


def cash_left_over(stage: Stage) -> Process[None]:
    """Take cash for a wedding out of the account the loan is in, pay in what was left, invest old savings."""
    yield stage.prologue(0.2, 0.4)
    drawn = yield from moves.borrow(stage, stage.person.main)
    if drawn is None:
        return
    cash = yield from _withdraw(stage, [share_of(stage.rng, drawn.amount, 0.1, 0.3, _STEP)])
    yield stage.wait(DAY, 4 * DAY)
    savings = moves.savings_of(stage.person)
    left = share_of(stage.rng, max(cash, _STEP), 0.05, 0.4, _STEP)
    stage.add_events(transfers.receive(stage.core, savings, _CASH_DESK, left, "cash"))
    yield stage.wait(DAY, 4 * DAY)
    yield from _invest_own(stage, savings, 0.05, 0.2)


def takings(stage: Stage) -> Process[None]:
    """Pay in a stall's takings and take out change, day by day; the loan lies elsewhere, the savings are invested."""
    yield stage.prologue(0.2, 0.4)
    drawn = yield from moves.borrow(stage, moves.savings_of(stage.person))
    if drawn is None:
        return
    for _ in range(4):
        yield from _withdraw(stage, [share_of(stage.rng, stage.person.salary, 0.03, 0.08, _STEP)])
        yield stage.wait(20 * HOUR, 28 * HOUR)
        earned = share_of(stage.rng, stage.person.salary, 0.05, 0.3, 10 * YUAN)
        stage.add_events(transfers.receive(stage.core, stage.person.main, _CASH_DESK, earned, "cash"))
    yield from _invest_own(stage, stage.person.main, 0.1, 0.3)


def old_debt_from_salary(stage: Stage) -> Process[None]:
    """Pay an old debt from salary, get a new loan elsewhere, and furnish; the bank's loan lies untouched."""
    yield stage.prologue(0.2, 0.4)
    drawn = yield from moves.borrow(stage, moves.savings_of(stage.person))
    if drawn is None:
        return
    old, new = stage.rng.sample(stage.town.destinations["OTHER_LENDER"], 2)
    rest = share_of(stage.rng, stage.person.main.available, 0.2, 0.5, _STEP)
    yield from moves.pay(stage, stage.person, stage.person.main, old, rest)
    yield stage.wait(DAY, 4 * DAY)
    lent = share_of(stage.rng, stage.person.salary, 0.5, 2.0, _STEP)
    stage.add_events(transfers.receive(stage.core, stage.person.main, new, lent))
    stage.truth.amount = lent
    yield from moves.shop(stage, stage.person.main, "furniture", share_of(stage.rng, lent, 0.6, 0.95))


def _invest_own(stage: Stage, account: Account, low: float, high: float) -> Process[None]:
    amount = share_of(stage.rng, account.available, low, high, _STEP)
    stage.truth.amount = amount
    yield from moves.pay(stage, stage.person, account, stage.town.destinations["SECURITIES"][0], amount)


EPISODES = (Part("cash_bridge", cash_bridge), Part("refinancing", refinancing))
LOOK_ALIKES = (
    Part("cash_left_over", cash_left_over),
    Part("takings", takings),
    Part("old_debt_from_salary", old_debt_from_salary),
)
