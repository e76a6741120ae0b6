"""A bank in small: every account is one of a single customer, but their messages are held and come when told.

That plays what another customer's partition would: tags late, early, repeated, in any interleaving.
"""

from collections import Counter, defaultdict, deque
from typing import Any

from monitor.engine.tracing.effects import Effects, Passed
from monitor.engine.tracing.interval import ANY_LOAN, Pair
from monitor.engine.tracing.ledger import Ledger
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.movements import Kind, Movement, Retire, Tag
from monitor.engine.tracing.posted import Posted

SMALL_TAG = {"smallest_tag": 1}


class HeldLedger(Ledger):
    """A ledger whose accounts do not hear of each other until a message is delivered."""

    __slots__ = ("queues",)

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.queues: defaultdict[tuple[str, str], deque[Tag | Retire]] = defaultdict(deque)

    def _deliver(self, effects: Effects, clock: int) -> None:
        for envelope in effects.outbox:
            self.queues[envelope.sender, envelope.receiver].append(envelope.message)
        effects.outbox.clear()

    def waiting(self) -> list[tuple[str, str]]:
        """Pairs of accounts with a message on its way."""
        return sorted(pair for pair, queue in self.queues.items() if queue)

    def hand_over(self, pair: tuple[str, str], clock: int = 0, *, repeat: bool = False) -> tuple[Passed, ...]:
        """Deliver the oldest message of a pair; `repeat` puts it back at the end as a transport might."""
        message = self.queues[pair].popleft()
        if repeat and isinstance(message, Tag):
            self.queues[pair].append(message)
        effects = Effects()
        entry = self._entry(pair[1])
        assert entry is not None
        entry.account.receive(message, effects, clock, offset=0)
        return self._finish(effects, clock).passed


class SmallBank:
    """Books of its own: balances and posting numbers are right, and every payment has both its legs."""

    def __init__(self, limits: Limits, principals: dict[str, int], ledger: Ledger | None = None) -> None:
        self.ledger = ledger or HeldLedger(limits)
        self.principals = principals
        self.balances: Counter[str] = Counter()
        self.numbers: Counter[str] = Counter()
        self.passed: dict[tuple[str, str], Passed] = {}

    def movement(self, account: str, kind: Kind, amount: int, payment: str, *, credit: bool, **more: Any) -> Movement:
        """The account's next posting."""
        self.numbers[account] += 1
        self.balances[account] += amount if credit else -amount
        more.setdefault("same_name", False)
        return Movement(payment, account, self.numbers[account], self.balances[account], amount, credit, kind, **more)

    def post(self, movement: Movement, clock: int = 0) -> Posted:
        """Give a posting to the ledger."""
        self.ledger.open_account(movement.account)
        posted = self.ledger.post(movement, clock)
        self.note(posted.passed)
        return posted

    def note(self, passed: tuple[Passed, ...]) -> None:
        """Remember final pairs."""
        for one in passed:
            self.passed[one.movement.account, one.movement.transfer] = one


def final_pairs(one: Passed) -> dict[str, Pair]:
    """By source, with the union under its name when there is any."""
    return {**one.pairs, **({ANY_LOAN: one.union} if one.union.possible else {})}
