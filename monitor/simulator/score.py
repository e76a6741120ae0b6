"""How well the monitor did: what it found of the truth, how late, whom it flagged besides, what the innocent paid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from monitor.simulator import identity
from monitor.simulator.truth import CODES, Truth

Answer = Mapping[str, Any]
_STOPS = frozenset({"BLOCK", "HOLD", "CHALLENGE"})


@dataclass(slots=True)
class CodeScore:
    """One code. `delays_ms`: event time from the first provable moment to the first find, 0 when it was earlier.

    Flagged customers by what they are: `hits` in an episode of this code, `related` in one of another code,
    `look_alikes` planted innocents, `others` everybody else.
    """

    code: str
    episodes: int = 0
    found: int = 0
    delays_ms: list[int] = field(default_factory=list)
    hits: int = 0
    related: int = 0
    look_alikes: int = 0
    others: int = 0

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
    """Who was flagged for what, and when first; a flag is a reason that asked for more than ALLOW."""

    def __init__(self) -> None:
        self.events: dict[tuple[str, str], int] = {}
        self.customers: set[tuple[str, str]] = set()

    def add(self, answer: Answer) -> None:
        for reason in answer["reasons"]:
            if reason["action"] != "ALLOW":
                event, code = answer["event_id"], reason["code"]
                self.customers.add((answer["customer_id"], code))
                self.events[event, code] = identity.time_of(event)


def _count_episode(card: Scorecard, record: Truth, provable_at: int, flags: _Flags) -> None:
    tally = card.codes[record.code]
    tally.episodes += 1
    times = [flags.events[event, record.code] for event in record.event_ids if (event, record.code) in flags.events]
    if times:
        tally.found += 1
        tally.delays_ms.append(max(0, min(times) - provable_at))
    else:
        card.missed.append(record.episode_id)


def _count_flagged(card: Scorecard, records: list[Truth], flags: _Flags) -> None:
    guilty = {(record.customer_id, record.code) for record in records if record.kind == "episode"}
    wrongdoers = {customer for customer, _ in guilty}
    look_alikes = {record.customer_id for record in records} - wrongdoers
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


def _count_cost(cost: InnocentCost, records: list[Truth], decisions: list[Answer]) -> None:
    wrongdoers = {record.customer_id for record in records if record.kind == "episode"}
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
