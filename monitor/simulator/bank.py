"""The simulated bank: its people live, a few do wrong, some only look like it. One stream of messages comes out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from monitor.simulator import identity
from monitor.simulator.answers import Answers
from monitor.simulator.calendar import DAY, HOUR, MINUTE, midnight
from monitor.simulator.casting import Casting, Role, Shares
from monitor.simulator.core import Core
from monitor.simulator.crowd import crowd
from monitor.simulator.errands import build_errands
from monitor.simulator.habits import live
from monitor.simulator.introduction import introduce_person, introduce_town
from monitor.simulator.kernel import Delivery, Kernel
from monitor.simulator.merchants import build_town
from monitor.simulator.parties import Person
from monitor.simulator.people import build_person
from monitor.simulator.stories.catalogue import STORIES
from monitor.simulator.stories.story import Story
from monitor.simulator.truth import Truth

_INTRODUCTION = 10 * MINUTE
_STORY_AT = 0.6
_FIRST_ACTOR = 900_000
FIRST_DAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Plan:
    """Size and span of a bank. `start` is its first full day (China time); introductions come just before it.

    Accomplices, relatives and other company of a case are customers on top of `customers`, and so is the employer who
    banks here.
    `run` sets runs of one seed apart on a broker that keeps its data; leave it empty for equal bytes.
    """

    seed: int = 1
    customers: int = 1000
    days: int = 30
    start: date = FIRST_DAY
    shares: Shares = field(default_factory=Shares)
    cases: tuple[str, ...] = ()
    run: str = ""


class Bank:
    """A bank that runs when it is asked for its next message. Same plan and answers, same messages."""

    def __init__(self, plan: Plan, answers: Answers | None = None) -> None:
        self.plan = plan
        self.tag = identity.digest(plan.seed, plan.start, plan.run, size=3)
        self.kernel = Kernel(midnight(plan.start) - _INTRODUCTION)
        self.core = Core(self.tag, self.kernel, answers)
        self.town = build_town(plan.seed, self.tag)
        self.casting = Casting(self.core, plan.seed, self.town)
        self.people = self._people()
        self.roles = self.casting.cast(self.people, plan.shares)
        self.stories = [STORIES[case]() for case in plan.cases]
        self._introduce()

    @property
    def truth(self) -> list[Truth]:
        """The cases that have begun; those of the stories first."""
        return [*(truth for story in self.stories for truth in story.truth), *self.casting.truth]

    @property
    def customers(self) -> list[Person]:
        """Everybody with an account: ordinary people, those who are there for a case, the actors of the stories."""
        actors = [actor for story in self.stories for actor in story.actors]
        return [*self.people, *self.casting.company, *actors]

    def stream(self) -> Iterator[Delivery]:
        """Play everything planned; yield every message in the order the broker takes them."""
        start, span = midnight(self.plan.start), max(1, self.plan.days) * DAY
        for role in self.roles:
            self.play_role(role, start, span)
        for number, story in enumerate(self.stories):
            self.play_story(story, start + int(span * _STORY_AT) // DAY * DAY + (9 + 2 * number) * HOUR, span)
        return self._drain()

    def play_role(self, role: Role, at: int, span: int) -> None:
        """Begin a case at `at`, ms since the epoch; it takes about `span` ms."""
        self.kernel.spawn(self.casting.begin(role, span), at)

    def play_story(self, story: Story, at: int, span: int) -> None:
        """Begin a story at `at`, ms since the epoch."""
        self.kernel.spawn(story.play(self.core, self.plan.seed, self.town, span), at)

    def gather_crowd(self, rate: float, at: int, until: int) -> None:
        """Let ordinary people pay from `at` to `until` so that about `rate` messages a second come out."""
        people = [person for person in self.people if not person.in_case]
        self.kernel.spawn(crowd(self.core, self.plan.seed, people, rate, until), at)

    def _drain(self) -> Iterator[Delivery]:
        while self.kernel.next_time() is not None:
            delivery = self.kernel.advance()
            if delivery is not None:
                yield delivery

    def _people(self) -> list[Person]:
        people: list[Person] = []
        for index in range(self.plan.customers):
            person = build_person(self.plan.seed, self.tag, index, self.town, people)
            if person.line is not None:
                person.errands = build_errands(self.plan.seed, self.tag, index, self.town)
            people.append(person)
        return people

    def _introduce(self) -> None:
        start = midnight(self.plan.start)
        for story in self.stories:
            first = _FIRST_ACTOR + 1000 * list(STORIES).index(story.case)
            story.cast(self.plan.seed, self.tag, self.town, first)
        self.kernel.spawn(introduce_town(self.core, self.town))
        for person in self.customers:
            self.kernel.spawn(introduce_person(self.core, person), start - _INTRODUCTION + MINUTE)
            self.kernel.spawn(live(self.core, self.plan.seed, person, self.plan.start, self.plan.days), start)
