"""What was told, and what the monitor said of it: joined by event id, in the order in which it was told."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from monitor.live.delays import JUDGED
from monitor.live.seen import Seen
from monitor.simulator.stories.story import Step
from topics.answers import Alert, Block, Decision
from topics.names import BANK_TOPICS

_SETTLE_S = 0.6
_PATIENCE_S = 2.5
_WORD = re.compile(r"[A-Za-z0-9-]{8,}")


class Input(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the demonstration wants to know of an input."""

    type: str = ""
    event_id: str = ""
    customer_id: str = ""
    amount: int = 0
    creditor_account: str = ""
    creditor_name: str = ""
    counterparty_account: str | None = None
    counterparty_name: str = ""
    card_acceptor_id: str = ""
    card_acceptor_name: str = ""


class Stamped(NamedTuple):
    """An input and the broker's stamp on it, ms since the epoch."""

    input: Input
    at: int


class Verdict(NamedTuple):
    """A decision and how long after its event it came; None while the event is not known."""

    decision: Decision
    delay_ms: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that happened beside what the monitor said of it. `case` is empty for the crowd."""

    at: int
    case: str
    text: str
    verdicts: tuple[Verdict, ...]
    alerts: tuple[Alert, ...]


@dataclass(slots=True)
class Chronicle:
    """Everything of one run. `names`: token -> the name people use for it; grows with what the inputs tell."""

    names: dict[str, str]
    inputs: dict[str, Stamped] = field(default_factory=dict)
    decisions: dict[str, tuple[Decision, int]] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    blocks: dict[str, Block] = field(default_factory=dict)
    _flagged: list[Decision] = field(default_factory=list)
    _told: list[tuple[Step, float]] = field(default_factory=list)

    def see(self, seen: Seen) -> None:
        """Take in an input."""
        if seen.topic in BANK_TOPICS and seen.value is not None:
            found = msgspec.json.decode(seen.value, type=Input)
            self._learn(found)
            if found.type in JUDGED:
                self.inputs[found.event_id] = Stamped(found, seen.at)

    def hear(self, answer: Decision, at: int) -> None:
        """Take in a decision and the broker's stamp on it; only the first answer to an event counts."""
        if answer.event_id in self.decisions:
            return
        self.decisions[answer.event_id] = answer, at
        if answer.action != "ALLOW":
            self._flagged.append(answer)

    def take_flagged(self) -> list[Decision]:
        """Return the decisions that were more than ALLOW since this was last asked."""
        flagged, self._flagged = self._flagged, []
        return flagged

    def tell(self, step: Step, now: float) -> None:
        """Note a step of a story, told at `now`, seconds."""
        self._told.append((step, now))

    def ready(self, now: float) -> Iterator[Row]:
        """Yield the steps whose verdicts are in, or waited for long enough."""
        while self._told and self._settled(*self._told[0], now):
            step, _ = self._told.pop(0)
            yield self._row(step)

    def rest(self) -> Iterator[Row]:
        """Yield what is left, as it stands."""
        yield from (self._row(step) for step, _ in self._told)
        self._told.clear()

    def verdict(self, event_id: str) -> Verdict | None:
        """Return what was decided on an event."""
        found = self.decisions.get(event_id)
        if found is None:
            return None
        decision, at = found
        asked = self.inputs.get(event_id)
        return Verdict(decision, None if asked is None else at - asked.at)

    def named(self, text: str) -> str:
        """Put names in the place of tokens."""
        return _WORD.sub(lambda word: self.names.get(word[0], word[0]), text)

    def _settled(self, step: Step, told: float, now: float) -> bool:
        asked = [event for event in step.event_ids if event in self.inputs]
        complete = now - told >= _SETTLE_S and all(event in self.decisions for event in asked)
        return complete or now - told >= _PATIENCE_S or not step.event_ids

    def _row(self, step: Step) -> Row:
        verdicts = tuple(verdict for event in step.event_ids if (verdict := self.verdict(event)) is not None)
        alerts = tuple(alert for alert in self.alerts if alert.event_id in step.event_ids)
        return Row(step.at, step.case, step.text, verdicts, alerts)

    def _learn(self, found: Input) -> None:
        pairs = (
            (found.creditor_account, found.creditor_name),
            (found.counterparty_account or "", found.counterparty_name),
            (found.card_acceptor_id, found.card_acceptor_name),
        )
        for token, name in pairs:
            if token and name:
                self.names.setdefault(token, name)


def armed(decision: Decision, blocks: Mapping[str, Block]) -> list[str]:
    """List the scopes a decision armed beyond its own payment, in words."""
    scopes = (blocks[block].scope for block in decision.block_ids if block in blocks)
    return sorted({scope.replace("_", " ") for scope in scopes if scope != "payment"})
