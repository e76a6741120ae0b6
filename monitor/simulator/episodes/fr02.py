"""FR02: a person is talked into drawing a loan and sending it away. Beside it: draws for builders and schools."""

from datetime import timedelta
from random import Random

from monitor.simulator import cards, lending, transfers
from monitor.simulator.calendar import DAY, MINUTE, day_of
from monitor.simulator.episodes.stage import Case, Part, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import outsider
from monitor.simulator.parties import Loan, Payee, Person
from monitor.simulator.people import YUAN, open_line
from monitor.simulator.randomness import money, share_of, split
from monitor.simulator.transfers import Manner

_PAYEES = {"blatant": 1, "ordinary": 2, "careful": 3}


def prepare(person: Person, rng: Random, tag: str) -> None:
    """Give the actor a line he has never used; often he is old, or a student."""
    limit = money(rng, 60_000 * YUAN, 0.5, 1000 * YUAN)
    person.line = open_line(tag, person.index, limit, rng)
    person.birth_year = rng.choice((rng.randint(1945, 1962), rng.randint(1963, 2001), 2005))
    person.student = person.birth_year == 2005  # noqa: PLR2004 - a birth year


def draw_and_drain(stage: Stage) -> Process[None]:
    """Draw most of the idle line and send it, within the same call, to people never paid before."""
    yield stage.prologue()
    drawn = yield from _draw(stage, 0.85, 1.0, honest=False)
    if not drawn:
        return
    total = share_of(stage.rng, drawn, 0.9, 1.0, 10 * YUAN)
    pieces = split(stage.rng, total, _PAYEES[stage.truth.grade], 10 * YUAN)
    for number, piece in enumerate(pieces):
        yield stage.wait(3 * MINUTE, 25 * MINUTE)
        result = yield from transfers.pay_new(
            stage.core, stage.person, stage.person.main, _mule(stage, number), piece, _under_pressure(stage)
        )
        moved = stage.add(result)
        if number == len(pieces) - 1 or not moved:
            stage.prove(result.request_id, result.request_time, total)
        if not moved:
            return


def _mule(stage: Stage, number: int) -> Payee:
    age = {"blatant": 20, "ordinary": 70, "careful": 600}[stage.truth.grade]
    opened = day_of(stage.core.now) - timedelta(days=stage.rng.randint(1, age))
    return outsider(stage.rng, stage.core.tag, "mule", stage.person.index, number, opened_on=opened)


def _under_pressure(stage: Stage) -> Manner:
    grade = stage.truth.grade
    return Manner(honest=False, in_call=grade != "careful", screen_shared=grade == "blatant")


def renovation(stage: Stage) -> Process[None]:
    """Draw for the flat and pay the builder who has been paid for weeks."""
    builder = outsider(stage.rng, stage.core.tag, "builder", stage.person.index)
    for _ in range(3):
        yield stage.prologue(0.1, 0.18)
        deposit = share_of(stage.rng, stage.person.main.available, 0.05, 0.2, 10 * YUAN)
        stage.add((yield from transfers.transfer(stage.core, stage.person, stage.person.main, builder, deposit)))
    drawn = yield from _draw(stage, 0.5, 0.95)
    if drawn:
        yield stage.wait(10 * MINUTE, 90 * MINUTE)
        amount = share_of(stage.rng, drawn, 0.85, 1.0, 100 * YUAN)
        stage.add((yield from transfers.transfer(stage.core, stage.person, stage.person.main, builder, amount)))


def tuition(stage: Stage) -> Process[None]:
    """Draw for a course and pay the school by card within the hour."""
    yield stage.prologue()
    school = stage.rng.choice(stage.town.shops["school"])
    drawn = yield from _draw(stage, 0.3, 0.8)
    if drawn:
        yield stage.wait(5 * MINUTE, 60 * MINUTE)
        amount = share_of(stage.rng, drawn, 0.85, 1.0, YUAN)
        stage.add((yield from cards.purchase(stage.core, stage.person, stage.person.main, school, amount)))


def moving_house(stage: Stage) -> Process[None]:
    """Draw, buy furniture over days, and pay a new mover a small part."""
    yield stage.prologue()
    drawn = yield from _draw(stage, 0.4, 0.8)
    if not drawn:
        return
    mover = outsider(stage.rng, stage.core.tag, "mover", stage.person.index)
    yield stage.wait(20 * MINUTE, 100 * MINUTE)
    amount = share_of(stage.rng, drawn, 0.05, 0.2, 10 * YUAN)
    stage.add((yield from transfers.pay_new(stage.core, stage.person, stage.person.main, mover, amount)))
    yield stage.wait(DAY, 2 * DAY)
    shop = stage.rng.choice(stage.town.shops["furniture"])
    amount = share_of(stage.rng, drawn, 0.4, 0.7)
    stage.add((yield from cards.purchase(stage.core, stage.person, stage.person.main, shop, amount)))


def _draw(stage: Stage, low: float, high: float, *, honest: bool = True) -> Process[int]:
    """Draw a share of the line into the main account; return the amount, 0 when refused."""
    line: Loan | None = stage.person.line
    assert line is not None
    amount = share_of(stage.rng, line.undrawn, low, high, 100 * YUAN)
    result = yield from lending.draw(stage.core, stage.person, line, stage.person.main, amount, honest=honest)
    if stage.truth.kind == "look_alike":
        stage.truth.amount = amount
    return amount if stage.add(result) else 0


CASE = Case(
    "FR02",
    prepare,
    (Part("draw_and_drain", draw_and_drain),),
    (Part("renovation", renovation), Part("tuition", tuition), Part("moving_house", moving_house)),
)
