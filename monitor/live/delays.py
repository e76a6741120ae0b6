"""From event to decision: the time between the broker's stamps on an input and on its answer."""

from collections.abc import Mapping
from typing import Final

import msgspec

from monitor.live.seen import Seen
from topics.codec import MESSAGE_TYPES
from topics.fields import Message, Posting, Request
from topics.names import BANK_TOPICS

_MOST_KEPT = 50_000
_LOST_MS = 60_000


def _tags(base: type[Message]) -> frozenset[str]:
    kinds = (kind for of_topic in MESSAGE_TYPES.values() for kind in of_topic)
    return frozenset(str(kind.__struct_config__.tag) for kind in kinds if issubclass(kind, base))


REQUESTS: Final = _tags(Request)
"""Types of the messages that ask before money moves."""
JUDGED: Final = REQUESTS | _tags(Posting)
"""Types of the messages that get a decision."""


class Peek(msgspec.Struct, frozen=True):
    """What is needed of an input to know it again."""

    type: str = ""
    event_id: str = ""
    customer_id: str = ""
    amount: int = 0


_peek = msgspec.json.Decoder(Peek).decode


def peek(seen: Seen) -> Peek | None:
    """Read the identity of an input that gets a decision; None of any other, and of what cannot be read."""
    if seen.topic not in BANK_TOPICS or seen.value is None:
        return None
    try:
        found = _peek(seen.value)
    except (msgspec.DecodeError, UnicodeDecodeError):  # a dead letter will say so
        return None
    return found if found.type in JUDGED else None


class Delays:
    """Joins inputs and decisions by event id, whichever is read first. Times in ms since the epoch."""

    def __init__(self) -> None:
        self._asked: dict[str, int] = {}
        self._answered: dict[str, int] = {}

    def ask(self, event_id: str, at: int) -> int | None:
        """Note an input; its delay when the decision was read before it."""
        return self._join(self._answered, self._asked, event_id, at, sign=-1)

    def answer(self, event_id: str, at: int) -> int | None:
        """Note a decision; its delay when the input was read before it."""
        return self._join(self._asked, self._answered, event_id, at, sign=1)

    def waiting(self, now: int, since: int) -> int:
        """Count the inputs without a decision for `since` ms or more, not those given up as lost after a minute."""
        return sum(since <= now - at < _LOST_MS for at in self._asked.values())

    @staticmethod
    def _join(others: dict[str, int], own: dict[str, int], event_id: str, at: int, *, sign: int) -> int | None:
        other = others.pop(event_id, None)
        if other is not None:
            return sign * (at - other)
        own[event_id] = at
        if len(own) > _MOST_KEPT:
            del own[_oldest(own)]
        return None


def _oldest(kept: Mapping[str, int]) -> str:
    return next(iter(kept))
