"""A story: its actors, the acts they play, and the narration that is told while they play."""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec import Struct

from monitor.simulator.casting import prepare
from monitor.simulator.company import Company, gather
from monitor.simulator.core import Core
from monitor.simulator.episodes.stage import Stage
from monitor.simulator.kernel import Process
from monitor.simulator.merchants import Town
from monitor.simulator.parties import Person
from monitor.simulator.people import build_person
from monitor.simulator.randomness import substream
from monitor.simulator.truth import Code, Kind, Truth


class Step(Struct, kw_only=True, frozen=True):
    """One sentence of a story and the messages it speaks of. `at`: ms since the epoch."""

    case: str
    number: int
    at: int
    text: str
    event_ids: list[str]


_ALONE = Company(0, "friends", 0)


@dataclass(slots=True)
class Act:
    """A part of a story: one actor with his company, one code, guilty or innocent."""

    code: Code
    kind: Kind
    play: Callable[["Scene"], Process[None]]
    company: Company = _ALONE


@dataclass(slots=True)
class Story:
    """A story of a bank. `truth` and `steps` fill while it plays; `listeners` hear each step as it happens.

    `actors` are all its customers, `casts` those of each act, the lead first. `over`: the last act has ended.
    """

    case: str
    title: str
    acts: tuple[Act, ...]
    casts: list[list[Person]] = field(default_factory=list)
    over: bool = False
    truth: list[Truth] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    listeners: list[Callable[[Step], None]] = field(default_factory=list)

    @property
    def actors(self) -> list[Person]:
        """Everybody on the stage."""
        return [actor for cast in self.casts for actor in cast]

    @property
    def not_begun(self) -> tuple[Code, ...]:
        """Codes of the episodes whose act has not come yet."""
        return tuple(act.code for act in self.acts[len(self.truth) :] if act.kind == "episode")

    def cast(self, seed: int, tag: str, town: Town, first: int) -> None:
        """Find the actors of each act, the leads numbered from `first`, and make them fit for it."""
        for number, act in enumerate(self.acts):
            rng = substream(seed, "story", self.case, number)
            person = build_person(seed, tag, first + number, town, [])
            prepare(person, act.code, rng, tag)
            self.casts.append([person, *gather(seed, tag, town, person, act.company)])

    def play(self, core: Core, seed: int, town: Town, span: int) -> Process[None]:
        """Play the acts one after the other."""
        for number, (act, (actor, *partners)) in enumerate(zip(self.acts, self.casts, strict=True)):
            truth = Truth(
                episode_id=f"{core.tag}-{self.case}-{number}",
                code=act.code,
                kind=act.kind,
                grade="ordinary",
                variant=self.case,
                customer_id=actor.customer_id,
                partners=[partner.customer_id for partner in partners],
                started_at=core.now,
            )
            self.truth.append(truth)
            rng = substream(seed, "act", self.case, number)
            yield from act.play(Scene(Stage(core, town, actor, rng, truth, span, partners), self))
        self.over = True


@dataclass(slots=True)
class Scene:
    """A stage with a narrator."""

    stage: Stage
    story: Story

    @property
    def name(self) -> str:
        """The actor's name."""
        return self.stage.person.name

    def tell(self, text: str, *event_ids: str) -> None:
        """Say what has just happened."""
        step = Step(
            case=self.story.case,
            number=len(self.story.steps) + 1,
            at=self.stage.core.now,
            text=text,
            event_ids=list(event_ids),
        )
        self.story.steps.append(step)
        for listener in self.story.listeners:
            listener(step)


def yuan(amount: int) -> str:
    """Write an amount of fen as CNY in words of a story."""
    return f"CNY {amount / 100:,.0f}"
