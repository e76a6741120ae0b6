"""What a case plays on: the actor and his company, the bank, the seeded choices, and the truth it writes meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from monitor.simulator.calendar import HOUR, MINUTE, instant
from monitor.simulator.company import Company, Prepare, Tie
from monitor.simulator.core import Core
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import Town
from monitor.simulator.parties import Person
from monitor.simulator.requests import Result
from monitor.simulator.truth import GRADES, Code, Grade, Kind, Truth

_WAKES, _SLEEPS = 8, 21


@dataclass(slots=True)
class Stage:
    """One case being played. `span`: ms the bank has for it, at the pace it is played."""

    core: Core
    town: Town
    person: Person
    rng: Random
    truth: Truth
    span: int
    partners: list[Person] = field(default_factory=list)

    def wait(self, low: int, high: int) -> int:
        """Return a wait between `low` and `high` ms of life."""
        return self.core.lasting(int(self.rng.uniform(low, high)))

    def prologue(self, low: float = 0.25, high: float = 0.6) -> int:
        """Return a wait of a share of the whole span, the ordinary life before, that ends while people are awake."""
        wait = max(1, int(self.rng.uniform(low, high) * self.span))
        hour = instant(self.core.now + wait).hour
        asleep = self.core.pace == 1 and not _WAKES <= hour < _SLEEPS
        return wait + (_WAKES - hour) % 24 * HOUR if asleep else wait

    def until(self, hour: int) -> int:
        """Return a wait until some time within the next such hour of a day; at a quicker pace so much less."""
        start = instant(self.core.now)
        left = (hour - start.hour - 1) % 24 * HOUR + (60 - start.minute) * MINUTE
        return self.core.lasting(left + self.rng.randrange(HOUR))

    def add(self, result: Result) -> bool:
        """Write down a request and its messages; return whether the money moves."""
        self.truth.request_ids.append(result.request_id)
        self.add_events(*result.event_ids)
        if result.ending in {"stopped", "failed_challenge"}:
            self.truth.stopped.append(result.request_id)
        return result.accepted

    def add_events(self, *event_ids: str) -> None:
        """Write down messages of the case."""
        self.truth.event_ids.extend(event_ids)
        self.truth.ended_at = self.core.now

    def asked(self, result: Result) -> tuple[int, int]:
        """Return the least and most of the actor's loan money that was in a request when it was made."""
        return result.asked.get(self.person.customer_id, (0, 0))

    def moved(self, result: Result) -> tuple[int, int]:
        """Return the least and most of the actor's loan money that a payment carried."""
        return result.moved.get(self.person.customer_id, (0, 0))

    def prove(self, event_id: str, at: int, amount: int) -> None:
        """Write down when the case could first be proven; later calls only add to the amount."""
        if self.truth.provable_event_id is None:
            self.truth.provable_event_id, self.truth.provable_at = event_id, at
        self.truth.amount += amount

    def used(self, use: str, amount: int) -> None:
        """Write down what part of the loan was meant for."""
        self.truth.uses[use] = self.truth.uses.get(use, 0) + amount


Play = Callable[[Stage], Process[None]]

# What accomplices have of their own, in months of pay: the hasty use accounts opened for it and almost empty, the
# careful the account their salary comes to, where much other money lies.
_ACCOMPLICE: dict[Grade, float] = {"blatant": 0.05, "ordinary": 0.4, "careful": 1.0}
_COMFORTABLE = 4.0


class Part(NamedTuple):
    """One way a case is played. `company`: how many others take part, by grade; `prepare` makes each of them fit."""

    name: str
    play: Play
    company: tuple[int, int, int] = (0, 0, 0)
    tie: Tie = "friends"
    prepare: Prepare | None = None

    def company_of(self, kind: Kind, grade: Grade) -> Company:
        """Return the company it needs."""
        guilty = kind == "episode"
        salaries = _ACCOMPLICE[grade] if guilty else _COMFORTABLE
        at_home = not guilty or grade == "careful"
        return Company(self.company[GRADES.index(grade)], self.tie, salaries, at_home, self.prepare)


@dataclass(frozen=True, slots=True)
class Case:
    """A code's episodes and look-alikes; `prepare` makes a person fit for a part before he is introduced."""

    code: Code
    prepare: Prepare
    episodes: tuple[Part, ...]
    look_alikes: tuple[Part, ...]

    def parts(self, kind: Kind) -> tuple[Part, ...]:
        """Return the ways of one kind."""
        return self.episodes if kind == "episode" else self.look_alikes
