"""The simulated bank: its people live, a few do wrong, some only look like it. One stream of messages comes out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from monitor.simulator import identity
from monitor.simulator.answers import Answers
from monitor.simulator.calendar import MINUTE, midnight
from monitor.simulator.casting import Casting, Shares
from monitor.simulator.core import Core
from monitor.simulator.habits import live
from monitor.simulator.introduction import introduce_person, introduce_town
from monitor.simulator.kernel import Delivery, Kernel, Process
from monitor.simulator.merchants import build_town
from monitor.simulator.parties import Person
from monitor.simulator.people import build_person
from monitor.simulator.truth import Truth

_INTRODUCTION = 10 * MINUTE
FIRST_DAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Plan:
    """Size and span of a bank. `start` is its first full day (China time); introductions come just before it."""

    seed: int = 1
    customers: int = 1000
    days: int = 30
    start: date = FIRST_DAY
    shares: Shares = field(default_factory=Shares)


class Bank:
    """A bank that runs when it is asked for its next message. Same plan and answers, same messages."""

    def __init__(self, plan: Plan, answers: Answers | None = None) -> None:
        self.plan = plan
        self.tag = identity.digest(plan.seed, plan.start, size=3)
        self.kernel = Kernel(midnight(plan.start) - _INTRODUCTION)
        self.core = Core(self.tag, self.kernel, answers)
        self.town = build_town(plan.seed, self.tag)
        self.people = self._people()
        self.casting = Casting(self.core, plan.seed, self.town)
        self._schedule()

    @property
    def truth(self) -> list[Truth]:
        """The cases that have begun, in order of their beginning."""
        return self.casting.truth

    def stream(self) -> Iterator[Delivery]:
        """Yield every message in the order the broker takes them, up to the end of the last day."""
        while self.kernel.next_time() is not None:
            delivery = self.kernel.advance()
            if delivery is not None:
                yield delivery

    def _people(self) -> list[Person]:
        people: list[Person] = []
        for index in range(self.plan.customers):
            people.append(build_person(self.plan.seed, self.tag, index, self.town, people))
        return people

    def _schedule(self) -> None:
        start = midnight(self.plan.start)
        self.kernel.spawn(introduce_town(self.core, self.town))
        roles = self.casting.cast(self.people, self.plan.shares, start, self.plan.days)
        for person in self.people:
            self.kernel.spawn(introduce_person(self.core, person), start - _INTRODUCTION + MINUTE)
            self.kernel.spawn(self._life(person), start)
        for at, role in roles:
            self.kernel.spawn(role, at)

    def _life(self, person: Person) -> Process[None]:
        return live(self.core, self.plan.seed, person, self.plan.start, self.plan.days)
