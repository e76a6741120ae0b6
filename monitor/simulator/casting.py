"""Who plays a case: in every so many customers one does wrong and one only looks like it."""

from dataclasses import dataclass
from random import Random

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


@dataclass(slots=True)
class Role:
    """A part in a case, given to a person."""

    person: Person
    rng: Random
    truth: Truth
    play: Play


class Casting:
    """Gives out the parts and keeps the truth of those that have begun."""

    def __init__(self, core: Core, seed: int, town: Town) -> None:
        self.core = core
        self.seed = seed
        self.town = town
        self.truth: list[Truth] = []

    def cast(self, people: list[Person], shares: Shares) -> list[Role]:
        """Choose and prepare the actors. A longer list of people changes no earlier choice."""
        roles: list[Role] = []
        kinds: tuple[tuple[Kind, float], ...] = (("episode", shares.episodes), ("look_alike", shares.look_alikes))
        for kind, share in kinds:
            for number, person in enumerate(self._actors(people, kind, share)):
                roles.append(self._assign(person, kind, number))
        return roles

    def begin(self, role: Role, span: int) -> Process[None]:
        """Play a role within about `span` ms."""
        role.truth.started_at = self.core.now
        self.truth.append(role.truth)
        yield from role.play(Stage(self.core, self.town, role.person, role.rng, role.truth, span))

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

    def _assign(self, person: Person, kind: Kind, number: int) -> Role:
        """Deal the codes in turn, grades and variants in turn within a code."""
        code, turn = CODES[number % len(CODES)], number // len(CODES)
        rng = substream(self.seed, kind, number)
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
        return Role(person, rng, truth, play)
