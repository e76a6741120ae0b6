"""Who plays a case: in every so many customers one does wrong and one only looks like it."""

import math
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from monitor.simulator.company import gather
from monitor.simulator.core import Core
from monitor.simulator.episodes.catalogue import CASES
from monitor.simulator.episodes.stage import Play, Stage
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import Town
from monitor.simulator.parties import Person
from monitor.simulator.randomness import substream
from monitor.simulator.truth import DEALT, GRADES, Code, Grade, Kind, Truth

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shares:
    """Share of customers in an episode, and in a look-alike; of which codes and grades."""

    episodes: float = 0.01
    look_alikes: float = 0.01
    codes: tuple[Code, ...] = DEALT
    grades: tuple[Grade, ...] = GRADES


@dataclass(slots=True)
class Role:
    """A part in a case, given to a person and his company."""

    person: Person
    rng: Random
    truth: Truth
    play: Play
    partners: list[Person] = field(default_factory=list)


class Casting:
    """Gives out the parts and keeps the truth of those that have begun. `company`: customers who are there for a case.

    They come on top of the bank's ordinary customers, so that a case takes nobody from his own life.
    """

    def __init__(self, core: Core, seed: int, town: Town) -> None:
        self.core = core
        self.seed = seed
        self.town = town
        self.truth: list[Truth] = []
        self.company: list[Person] = []

    def cast(self, people: list[Person], shares: Shares) -> list[Role]:
        """Choose and prepare the actors. A longer list of people changes no earlier choice."""
        roles: list[Role] = []
        kinds: tuple[tuple[Kind, float], ...] = (("episode", shares.episodes), ("look_alike", shares.look_alikes))
        for kind, share in kinds:
            for number, person in enumerate(self._actors(people, kind, share)):
                roles.append(self._assign(person, kind, number, shares))
        return roles

    def begin(self, role: Role, span: int) -> Process[None]:
        """Play a role within about `span` ms."""
        role.truth.started_at = self.core.now
        self.truth.append(role.truth)
        yield from role.play(Stage(self.core, self.town, role.person, role.rng, role.truth, span, role.partners))

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

    def _assign(self, person: Person, kind: Kind, number: int, shares: Shares) -> Role:
        """Deal the codes in turn; within a code every way in every grade once before any comes again."""
        code, turn = shares.codes[number % len(shares.codes)], number // len(shares.codes)
        grade, part = _deal(turn, shares.grades, CASES[code].parts(kind))
        rng = substream(self.seed, kind, number)
        prepare(person, code, rng, self.core.tag)
        partners = gather(self.seed, self.core.tag, self.town, person, part.company_of(kind, grade))
        self.company.extend(partners)
        truth = Truth(
            episode_id=f"{self.core.tag}-{kind}-{code}-{number:04d}",
            code=code,
            kind=kind,
            grade=grade,
            variant=part.name,
            customer_id=person.customer_id,
            partners=[partner.customer_id for partner in partners],
        )
        return Role(person, rng, truth, part.play, partners)


def prepare(person: Person, code: Code, rng: Random, tag: str) -> None:
    """Make a person fit for a part, before he is introduced."""
    person.in_case = True
    person.line = None
    person.broker = None
    person.errands = None
    CASES[code].prepare(person, rng, tag)


def _deal(turn: int, grades: tuple[Grade, ...], parts: tuple[T, ...]) -> tuple[Grade, T]:
    """Return one pair of each; all pairs come within len(grades) * len(parts) turns, both sides changing each turn."""
    shift = turn // math.lcm(len(grades), len(parts))
    return grades[turn % len(grades)], parts[(turn + shift) % len(parts)]
