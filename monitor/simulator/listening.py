"""Obeying over Kafka: keeps what the monitor publishes, and waits for an answer as long as core banking would."""

from collections.abc import Callable, Iterable
from threading import Condition

from monitor.simulator.calendar import SECOND, milliseconds
from topics.answers import Action, Block, Decision, EnforcementPoint
from topics.fail_policy import fail_policy
from topics.fields import Request

_LEAST_PATIENCE = 50
_MOST_KEPT = 20_000
_SCOPES: dict[str, tuple[EnforcementPoint, bool]] = {
    "next_draw": ("DRAW", False),
    "merchant": ("AUTH", True),
    "next_transfers": ("TRANSFER", False),
}


class Listening:
    """Answers heard so far. `hear` is called by whoever reads `decisions` and `blocks`, from another thread.

    `now`: the wall clock, ms since the epoch.
    """

    def __init__(self, now: Callable[[], int], default_deadline_ms: int = 1000) -> None:
        self._now = now
        self._default_deadline_ms = default_deadline_ms
        self._heard = Condition()
        self._decisions: dict[str, Action] = {}
        self._blocks: dict[str, Block] = {}
        self.unanswered = 0

    def hear(self, answer: Decision | Block) -> None:
        """Keep a decision, or the newest state of a block."""
        with self._heard:
            if isinstance(answer, Decision):
                self._keep(answer)
            elif answer.status == "ARMED":
                self._blocks[answer.block_id] = answer
            else:
                self._blocks.pop(answer.block_id, None)
            self._heard.notify_all()

    def caught_up(self, event_ids: Iterable[str], seconds: float) -> bool:
        """Wait until all these events have been decided, at most `seconds`; return whether they have."""
        awaited = set(event_ids)
        with self._heard:
            return self._heard.wait_for(lambda: awaited <= self._decisions.keys(), timeout=seconds)

    def action(self, request: Request) -> Action:
        """Wait up to the request's own deadline; silence is counted, and core's fail policy decides."""
        with self._heard:
            self._heard.wait_for(lambda: request.event_id in self._decisions, timeout=self._patience(request) / SECOND)
            action = self._decisions.pop(request.event_id, None)
        if action is None:
            self.unanswered += 1
            return "HOLD" if fail_policy(request) == "hold" else "ALLOW"
        return action

    def _keep(self, decision: Decision) -> None:
        self._decisions[decision.event_id] = decision.action
        if len(self._decisions) > _MOST_KEPT:
            del self._decisions[next(iter(self._decisions))]

    def _patience(self, request: Request) -> int:
        """Return the ms left to the deadline; a little when the bank itself is late."""
        deadline = request.deadline_ms or self._default_deadline_ms
        return max(_LEAST_PATIENCE, milliseconds(request.event_time) + deadline - self._now())

    def in_force(self, customer_id: str, point: EnforcementPoint, subject: str) -> bool:
        """Return whether an armed block of the customer hits."""
        with self._heard:
            return any(_hits(block, customer_id, point, subject) for block in self._blocks.values())


def _hits(block: Block, customer_id: str, point: EnforcementPoint, subject: str) -> bool:
    if block.customer_id != customer_id or block.scope not in _SCOPES:
        return False
    hit_point, by_subject = _SCOPES[block.scope]
    return hit_point == point and (not by_subject or block.subject == subject)
