"""FF04: thirty days after the draw nobody knows what most of it was for. Beside it: shops, patience, repayment."""

from typing import NamedTuple

from monitor.simulator import lending
from monitor.simulator.calendar import DAY, HOUR
from monitor.simulator.episodes import moves
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import outsider
from monitor.simulator.people import YUAN, open_line
from monitor.simulator.randomness import money, share_of, split
from monitor.simulator.truth import Grade

_STEP = 100 * YUAN
_ASKED_AFTER = 30 * DAY
"""When a bank asks for receipts: the code is defined by it."""


class _Manner(NamedTuple):
    """Share of the loan that goes to private people elsewhere, and to how many."""

    share: tuple[float, float]
    payees: int


_MANNERS: dict[Grade, _Manner] = {
    "blatant": _Manner((0.85, 0.98), 1),
    "ordinary": _Manner((0.8, 0.95), 2),
    "careful": _Manner((0.4, 0.75), 5),
}


def nobody_knows(stage: Stage) -> Process[None]:
    """Pay the loan out to private people at other banks, say nothing, and live on quietly."""
    began = stage.core.now
    yield stage.prologue(0.0, 0.04)
    drawn = yield from moves.borrow(stage, stage.person.main, honest=False)
    if drawn is None:
        return
    manner, gone = _MANNERS[stage.truth.grade], 0
    total = share_of(stage.rng, drawn.amount, *manner.share, _STEP)
    for number, piece in enumerate(split(stage.rng, total, manner.payees, _STEP)):
        gone += yield from _pay_somebody(stage, number, piece)
    if stage.truth.grade == "careful":
        rest = share_of(stage.rng, drawn.amount - total, 0.5, 0.9)
        yield from moves.shop(stage, stage.person.main, "furniture", min(rest, stage.person.main.available))
    due = drawn.posted_at + _ASKED_AFTER
    if stage.core.pace == 1 and due <= began + stage.span:
        yield due - stage.core.now
        _prove(stage, gone, drawn.amount)


def _prove(stage: Stage, gone: int, loan: int) -> None:
    if 2 * gone > loan:
        stage.prove(stage.truth.event_ids[-1], stage.core.now, gone)
    stage.truth.ended_at = stage.core.now


def _pay_somebody(stage: Stage, number: int, amount: int) -> Process[int]:
    """Pay a private person; return what of it surely was loan money."""
    yield stage.wait(4 * HOUR, 3 * DAY)
    person, main = stage.person, stage.person.main
    affordable = min(amount, main.available // YUAN * YUAN)
    if affordable <= 0:
        return 0
    somebody = outsider(stage.rng, stage.core.tag, "somebody", person.index, number)
    paid = yield from moves.pay(stage, person, main, somebody, affordable)
    if not paid.accepted:
        return 0
    stage.used("UNKNOWN", affordable)
    return stage.moved(paid)[0]


def spent_at_shops(stage: Stage) -> Process[None]:
    """Furnish a flat in shops; only the painter is paid privately."""
    yield stage.prologue(0.0, 0.04)
    drawn = yield from moves.borrow(stage, stage.person.main)
    if drawn is None:
        return
    stage.truth.amount = drawn.amount
    for category in ("building", "furniture", "electronics"):
        yield stage.wait(HOUR, 3 * DAY)
        yield from moves.shop(stage, stage.person.main, category, share_of(stage.rng, drawn.amount, 0.2, 0.28))
    yield from _pay_somebody(stage, 0, share_of(stage.rng, drawn.amount, 0.05, 0.15, _STEP))


def kept(stage: Stage) -> Process[None]:
    """Draw for the tuition in autumn and leave the money where it is."""
    yield stage.prologue(0.0, 0.04)
    drawn = yield from moves.borrow(stage, moves.savings_of(stage.person))
    if drawn is not None:
        stage.truth.amount = drawn.amount


def second_thoughts(stage: Stage) -> Process[None]:
    """Draw for a kitchen, pay a deposit to the joiner, think again and repay the rest."""
    yield stage.prologue(0.0, 0.04)
    person, main = stage.person, stage.person.main
    limit = money(stage.rng, 40_000 * YUAN, 0.4, 1000 * YUAN)
    loan = open_line(stage.core.tag, person.index, limit, stage.rng, "kitchen")
    stage.add_events(lending.grant(stage.core, person, loan, "renovation"))
    yield stage.wait(HOUR, 4 * HOUR)
    drawn = yield from lending.draw(stage.core, person, loan, main, limit)
    if not stage.add(drawn):
        return
    stage.truth.amount = limit
    yield from _pay_somebody(stage, 0, share_of(stage.rng, person.salary, 0.05, 0.2, _STEP))
    yield stage.wait(2 * DAY, 6 * DAY)
    for draw_id in sorted(loan.owed):
        stage.add_events(*lending.repay(stage.core, loan, main, draw_id, whole=True))


CASE = Case(
    "FF04",
    moves.borrower,
    (Part("nobody_knows", nobody_knows),),
    (Part("spent_at_shops", spent_at_shops), Part("kept", kept), Part("second_thoughts", second_thoughts)),
)
