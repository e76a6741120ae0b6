"""What a case plays on: the actor, the bank, the seeded choices, and the truth it writes while it plays."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from monitor.simulator.calendar import HOUR, instant
from monitor.simulator.core import Core
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import Town
from monitor.simulator.parties import Person
from monitor.simulator.requests import Result
from monitor.simulator.truth import Code, Truth

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

    def wait(self, low: int, high: int) -> int:
        """Return a wait between `low` and `high` ms of life."""
        return self.core.lasting(int(self.rng.uniform(low, high)))

    def prologue(self, low: float = 0.25, high: float = 0.6) -> int:
        """Return a wait of a share of the whole span, the ordinary life before, that ends while people are awake."""
        wait = max(1, int(self.rng.uniform(low, high) * self.span))
        hour = instant(self.core.now + wait).hour
        asleep = self.core.pace == 1 and not _WAKES <= hour < _SLEEPS
        return wait + (_WAKES - hour) % 24 * HOUR if asleep else wait

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

    def prove(self, event_id: str, at: int, amount: int) -> None:
        """Write down when the case could first be proven; later calls only add to the amount."""
        if self.truth.provable_event_id is None:
            self.truth.provable_event_id, self.truth.provable_at = event_id, at
        self.truth.amount += amount


Play = Callable[[Stage], Process[None]]
Prepare = Callable[[Person, Random, str], None]


@dataclass(frozen=True, slots=True)
class Case:
    """A code's episodes and look-alikes by name; `prepare` makes a person fit for a part before he is introduced."""

    code: Code
    prepare: Prepare
    episodes: tuple[tuple[str, Play], ...]
    look_alikes: tuple[tuple[str, Play], ...]
