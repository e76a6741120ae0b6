"""How well the monitor did: what it found of the truth, how late, whom it flagged besides, what the innocent paid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from monitor.simulator import identity
from monitor.simulator.calendar import milliseconds
from monitor.simulator.truth import CODES, Grade, Truth

Answer = Mapping[str, Any]
_STOPS = frozenset({"BLOCK", "HOLD", "CHALLENGE"})


class GradeScore(NamedTuple):
    """Episodes that could be proven, and those of them that were found."""

    episodes: int
    found: int


@dataclass(slots=True)
class CodeScore:
    """One code. `delays_ms`: event time from the first provable moment to the first find, 0 when it was earlier.

    Flagged customers by what they are: `hits` in an episode of this code, `related` in one of another code,
    `look_alikes` planted innocents, `others` everybody else. `grades`: provable and found episodes of each grade.
    `blocks` are payments it wanted blocked, `right_blocks` those of people who did wrong.
    """

    code: str
    episodes: int = 0
    found: int = 0
    grades: dict[Grade, GradeScore] = field(default_factory=dict)
    delays_ms: list[int] = field(default_factory=list)
    hits: int = 0
    related: int = 0
    look_alikes: int = 0
    others: int = 0
    blocks: int = 0
    right_blocks: int = 0

    @property
    def recall(self) -> float | None:
        """Share of the provable episodes that were found; None when there was none."""
        return self.found / self.episodes if self.episodes else None

    @property
    def precision(self) -> float | None:
        """Share of the flagged customers who did wrong; None when nobody was flagged."""
        flagged = self.hits + self.related + self.look_alikes + self.others
        return (self.hits + self.related) / flagged if flagged else None

    @property
    def block_precision(self) -> float | None:
        """Share of the blocks that hit people who did wrong; None when there was none."""
        return self.right_blocks / self.blocks if self.blocks else None

    @property
    def median_delay_ms(self) -> float | None:
        """Median of the delays; None when nothing was found."""
        return median(self.delays_ms) if self.delays_ms else None


@dataclass(slots=True)
class InnocentCost:
    """What the monitor stopped of people who did nothing wrong: blocked, held or challenged payments, and the people.

    `look_alikes` of the planted ones were hit, with `look_alike_amount` minor units at stake.
    """

    payments: int = 0
    people: int = 0
    look_alikes: int = 0
    look_alike_amount: int = 0


@dataclass(slots=True)
class Scorecard:
    """Everything counted: per code, and what it cost the innocent. `missed` are ids of provable episodes not found."""

    codes: dict[str, CodeScore]
    innocent: InnocentCost
    missed: list[str]


def score(truth: Iterable[Truth], decisions: Iterable[Answer], alerts: Iterable[Answer] = ()) -> Scorecard:
    """Compare answers with the truth. Answers are mappings as in `topics.answers` (decoded JSON will do)."""
    records = list(truth)
    decided, flags = list(decisions), _Flags()
    for answer in [*decided, *alerts]:
        flags.add(answer)
    card = Scorecard({code: CodeScore(code) for code in CODES}, InnocentCost(), [])
    for record in records:
        if record.kind == "episode" and record.provable_at is not None:
            _count_episode(card, record, record.provable_at, flags)
    _count_flagged(card, records, flags)
    _count_cost(card.innocent, records, decided)
    return card


class _Flags:
    """Who was flagged for what, and when first; a flag is a reason that asked for more than ALLOW.

    A flag speaks of the event it is on and of those it names as evidence. One that is on no event of the bank, as
    after a timer, speaks of its customer.
    """

    def __init__(self) -> None:
        self.events: dict[tuple[str, str], int] = {}
        self.silent: dict[tuple[str, str], int] = {}
        self.customers: set[tuple[str, str]] = set()
        self.blocks: dict[tuple[str, str], str] = {}

    def add(self, answer: Answer) -> None:
        """Take a decision in, with the rules it names."""
        at, event = _moment(answer), answer["event_id"]
        for reason in answer["reasons"]:
            if reason["action"] == "ALLOW":
                continue
            code = reason["code"]
            self.customers.add((answer["customer_id"], code))
            if reason["action"] == "BLOCK":
                self.blocks[event, code] = answer["customer_id"]
            for spoken_of in (event, *reason.get("event_ids", ())):
                _keep_first(self.events, (spoken_of, code), at)
            if not identity.is_event_id(event):
                _keep_first(self.silent, (answer["customer_id"], code), at)

    def of(self, record: Truth) -> list[int]:
        """Return when the case was flagged for what it is."""
        found = [self.events.get((event, record.code)) for event in record.event_ids]
        found.append(self.silent.get((record.customer_id, record.code)))
        return [at for at in found if at is not None]


def _moment(answer: Answer) -> int:
    """Return the time of the event, or the clock's where no event of the bank is behind the answer."""
    event = answer["event_id"]
    if identity.is_event_id(event):
        return identity.time_of(event)
    return milliseconds(datetime.fromisoformat(answer["batch_clock"]))


def _keep_first(known: dict[tuple[str, str], int], key: tuple[str, str], at: int) -> None:
    known[key] = min(at, known.get(key, at))


def _count_episode(card: Scorecard, record: Truth, provable_at: int, flags: _Flags) -> None:
    tally, times = card.codes[record.code], flags.of(record)
    tally.episodes += 1
    episodes, found = tally.grades.get(record.grade, GradeScore(0, 0))
    tally.grades[record.grade] = GradeScore(episodes + 1, found + bool(times))
    if times:
        tally.found += 1
        tally.delays_ms.append(max(0, min(times) - provable_at))
    else:
        card.missed.append(record.episode_id)


def _count_flagged(card: Scorecard, records: list[Truth], flags: _Flags) -> None:
    episodes = [record for record in records if record.kind == "episode"]
    guilty = {(person, record.code) for record in episodes for person in record.people}
    wrongdoers = {customer for customer, _ in guilty}
    look_alikes = {person for record in records for person in record.people} - wrongdoers
    for customer, code in sorted(flags.customers):
        tally = card.codes.setdefault(code, CodeScore(code))
        if (customer, code) in guilty:
            tally.hits += 1
        elif customer in wrongdoers:
            tally.related += 1
        elif customer in look_alikes:
            tally.look_alikes += 1
        else:
            tally.others += 1
    for (_, code), customer in flags.blocks.items():
        card.codes[code].blocks += 1
        card.codes[code].right_blocks += customer in wrongdoers


def _count_cost(cost: InnocentCost, records: list[Truth], decisions: list[Answer]) -> None:
    wrongdoers = {person for record in records if record.kind == "episode" for person in record.people}
    stopped = {
        answer["event_id"]: answer["customer_id"]
        for answer in decisions
        if answer["action"] in _STOPS and not answer["too_late"] and answer["customer_id"] not in wrongdoers
    }
    cost.payments, cost.people = len(stopped), len(set(stopped.values()))
    for record in records:
        if record.kind == "look_alike" and any(request in stopped for request in record.request_ids):
            cost.look_alikes += 1
            cost.look_alike_amount += record.amount
