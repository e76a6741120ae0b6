"""Who plays a case: in every so many customers one does wrong and one only looks like it."""

from dataclasses import dataclass
from random import Random

from monitor.simulator.calendar import DAY
from monitor.simulator.core import Core
from monitor.simulator.episodes import co01, ff01, fr01, fr02, fr09
from monitor.simulator.episodes.stage import Case, Play, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import Town
from monitor.simulator.parties import Person
from monitor.simulator.randomness import substream
from monitor.simulator.truth import CODES, GRADES, Code, Kind, Truth

CASES: dict[Code, Case] = {case.code: case for case in (co01.CASE, ff01.CASE, fr01.CASE, fr02.CASE, fr09.CASE)}


@dataclass(frozen=True, slots=True)
class Shares:
    """Share of customers in an episode, and in a look-alike."""

    episodes: float = 0.01
    look_alikes: float = 0.01


class Casting:
    """Gives out the parts and keeps the truth of those that have begun."""

    def __init__(self, core: Core, seed: int, town: Town) -> None:
        self.core = core
        self.seed = seed
        self.town = town
        self.truth: list[Truth] = []

    def cast(self, people: list[Person], shares: Shares, start: int, days: int) -> list[tuple[int, Process[None]]]:
        """Choose the actors and return when each case begins. A longer list of people changes no earlier choice."""
        roles: list[tuple[int, Process[None]]] = []
        kinds: tuple[tuple[Kind, float], ...] = (("episode", shares.episodes), ("look_alike", shares.look_alikes))
        for kind, share in kinds:
            for number, person in enumerate(self._actors(people, kind, share)):
                rng = substream(self.seed, kind, number)
                truth, play = self._assign(person, kind, number, rng)
                span = max(1, days) * DAY
                roles.append((start, self._play(Stage(self.core, self.town, person, rng, truth, span), play)))
        return roles

    def prepare(self, person: Person, code: Code, rng: Random) -> None:
        """Make a person fit for a part, before he is introduced."""
        person.in_case = True
        person.line = None
        person.broker = None
        CASES[code].prepare(person, rng, self.core.tag)

    def _actors(self, people: list[Person], kind: Kind, share: float) -> list[Person]:
        """Pick one free person out of every block of 1 / share."""
        if share <= 0:
            return []
        chosen, block = [], max(1, round(1 / share))
        for first in range(0, len(people), block):
            place = first + substream(self.seed, "actor", kind, first).randrange(block)
            free = [p for p in people[place : first + block] if not p.in_case]
            if free:
                free[0].in_case = True
                chosen.append(free[0])
        return chosen

    def _assign(self, person: Person, kind: Kind, number: int, rng: Random) -> tuple[Truth, Play]:
        """Deal the codes in turn, grades and variants in turn within a code."""
        code = CODES[number % len(CODES)]
        turn = number // len(CODES)
        self.prepare(person, code, rng)
        plays = CASES[code].episodes if kind == "episode" else CASES[code].look_alikes
        variant, play = plays[turn % len(plays)]
        truth = Truth(
            episode_id=f"{self.core.tag}-{kind}-{code}-{number:04d}",
            code=code,
            kind=kind,
            grade=GRADES[turn % len(GRADES)],
            variant=variant,
            customer_id=person.customer_id,
        )
        return truth, play

    def _play(self, stage: Stage, play: Play) -> Process[None]:
        stage.truth.started_at = stage.core.now
        self.truth.append(stage.truth)
        yield from play(stage)
