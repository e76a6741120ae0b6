"""Core banking: publishes what happens, in ledger order, and obeys the monitor where it is told to."""

from typing import Any

from monitor.simulator import identity
from monitor.simulator.answers import AcceptAll, Answers
from monitor.simulator.calendar import instant
from monitor.simulator.kernel import Delivery, Kernel
from monitor.simulator.ledger import Ledger
from monitor.simulator.randomness import jitter
from topics.fields import Message
from topics.keys import entity_key

_SOURCE = "simulated-bank"
_FASTEST, _SPREAD = 4, 350


class Core:
    """What every banking process needs: clockwork, books, publishing. `tag` sets this bank's identifiers apart.

    `pace` scales how long people and batches take: 1 is life, less is a demonstration. Systems are never faster.
    """

    def __init__(self, tag: str, kernel: Kernel, answers: Answers | None = None) -> None:
        self.tag = tag
        self.kernel = kernel
        self.ledger = Ledger()
        self.pace = 1.0
        self.answers: Answers = answers or AcceptAll()
        self._numbers: dict[str, int] = {}
        self._last_append: dict[tuple[bytes, str], int] = {}

    @property
    def now(self) -> int:
        """The bank's instant, ms since the epoch."""
        return self.kernel.now

    def lasting(self, duration: int) -> int:
        """Return how long something of `duration` ms takes at this pace."""
        return max(1, int(duration * self.pace))

    def envelope(self, customer_id: str, at: int | None = None) -> dict[str, Any]:
        """Return the fields every message about a customer carries."""
        return {"customer_id": customer_id, **self.header(customer_id, at)}

    def header(self, subject: str, at: int | None = None) -> dict[str, Any]:
        """Return the fields every message carries; `subject` numbers the ids."""
        moment = self.now if at is None else at
        number = self._numbers[subject] = self._numbers.get(subject, 0) + 1
        return {
            "schema_version": 1,
            "event_id": identity.event_id(moment, subject, number),
            "event_time": instant(moment),
            "source": _SOURCE,
        }

    def publish(self, topic: str, message: Message, *, not_before: int = 0) -> int:
        """Put a message on its way, behind earlier ones of its key and topic; return its append time, ms."""
        key = entity_key(message)
        delayed = self.now + _FASTEST + jitter(message.event_id, _SPREAD)
        append = max(delayed, not_before, self._last_append.get((key, topic), 0))
        self._last_append[key, topic] = append
        self.kernel.send(Delivery(append, topic, key, message))
        return append
