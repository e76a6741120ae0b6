"""The state of a running system as its topics tell it. Times to look at are given: `now` in seconds, any clock."""

from collections import Counter, deque
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from monitor.live.delays import Delays, peek
from monitor.live.figures import Rate, Recent
from monitor.live.seen import Seen
from topics import names
from topics.answers import Alert, Block, ControlAck, DeadLetter, Decision
from topics.codec import decode_answer
from topics.refusals import Refused

WINDOW_S: Final = 10.0
LISTENED_TO: Final = (names.DECISIONS, names.BLOCKS, names.ALERTS, names.DEAD_LETTERS, names.CONTROL_ACKS)
LOOKED_AT: Final = (*names.BANK_TOPICS, *LISTENED_TO)
READ_WHOLE: Final = (names.BLOCKS, names.CONTROL_ACKS)
"""Read from their start: they tell what is in force now."""
_KEPT = 50


class View:
    """Everything a person wants to see. `began`: when looking began, on the clock of `now`."""

    def __init__(self, began: float) -> None:
        self.events = Rate(WINDOW_S, began)
        self.decisions = Rate(WINDOW_S, began)
        self.delays = Delays()
        self.recent_ms = Recent(WINDOW_S)
        self.actions: Counter[str] = Counter()
        self.degraded = 0
        self.blocks: dict[str, Block] = {}
        self.alerts: dict[str, Alert] = {}
        self.alert_count = 0
        self.dead_letters: deque[DeadLetter] = deque(maxlen=_KEPT)
        self.dead_letter_count = 0
        self.unreadable = 0
        self.rule_sets: dict[int, str] = {}
        self.enforcement: dict[int, str] = {}

    def take(self, records: Iterable[Seen], now: float) -> list[Struct]:
        """Take records in; the answers among them."""
        answers = []
        for seen in records:
            if seen.topic in names.BANK_TOPICS:
                self._input(seen, now)
            elif seen.value is None:
                self._tombstone(seen)
            elif seen.topic in LISTENED_TO and (answer := self._answer(seen, now)):
                answers.append(answer)
        return answers

    def _input(self, seen: Seen, now: float) -> None:
        self.events.add(now, 1)
        found = peek(seen)
        if found is not None:
            self._sample(self.delays.ask(found.event_id, seen.at), now)

    def _tombstone(self, seen: Seen) -> None:
        if seen.topic == names.BLOCKS and seen.key is not None:
            self.blocks.pop(seen.key.decode(errors="replace"), None)

    def _answer(self, seen: Seen, now: float) -> Struct | None:
        try:
            answer = decode_answer(seen.topic, seen.value or b"")
        except Refused:  # of a version this program does not know
            self.unreadable += 1
            return None
        match answer:
            case Decision():
                self._decision(answer, seen.at, now)
            case Block():
                self._block(answer)
            case Alert():
                self._alert(answer)
            case DeadLetter():
                self.dead_letters.append(answer)
                self.dead_letter_count += 1
            case ControlAck():
                self.rule_sets[answer.partition] = answer.rule_set
                self.enforcement[answer.partition] = answer.enforcement
        return answer

    def _decision(self, decision: Decision, at: int, now: float) -> None:
        self.decisions.add(now, 1)
        self.actions[decision.action] += 1
        self.degraded += bool(decision.degraded)
        self.rule_sets[decision.position.partition] = decision.rule_set
        self._sample(self.delays.answer(decision.event_id, at), now)

    def _block(self, block: Block) -> None:
        if block.status == "ARMED":
            self.blocks[block.block_id] = block
        else:
            self.blocks.pop(block.block_id, None)

    def _alert(self, alert: Alert) -> None:
        """Keep the newest, an episode that is raised again in its new state."""
        self.alert_count += alert.status == "OPEN"
        self.alerts.pop(alert.alert_id, None)
        self.alerts[alert.alert_id] = alert
        if len(self.alerts) > _KEPT:
            del self.alerts[next(iter(self.alerts))]

    def _sample(self, delay: int | None, now: float) -> None:
        if delay is not None:
            self.recent_ms.add(now, delay)
