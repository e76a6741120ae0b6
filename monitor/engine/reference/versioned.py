"""A map whose past can be read: per key every value it had, each in force from its offset on.

One thread writes while others read, without a lock. That is safe in CPython because a reader does single dictionary
look-ups with string keys, which are atomic, and then holds an immutable tuple, or a list that only grows at its end.
What is added lies at an offset no open view can see.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

V = TypeVar("V")

NEWEST = 2**63


class Versioned(Generic[V]):
    """Per key a flat tuple (offset, value, offset, value, …), oldest first; the value None takes the key out."""

    __slots__ = ("_histories",)

    def __init__(self) -> None:
        self._histories: dict[str, tuple[Any, ...]] = {}

    def __bool__(self) -> bool:
        """Whether any key was ever put: most questions to an empty map need not be asked."""
        return bool(self._histories)

    def put(self, key: str, offset: int, value: V | None, *, floor: int = 0) -> None:
        """Let `value` hold from `offset` on; what no view at or after `floor` can see is dropped."""
        history = self._histories.get(key, ())
        self._histories[key] = (*_seen_from(history, floor), offset, value)

    def at(self, key: str, offset: int) -> V | None:
        """Return the value put last at an offset below `offset`; None when there was none, or it was taken out."""
        history = self._histories.get(key)
        if history is None:
            return None
        if history[-2] < offset:  # nearly always
            return history[-1]  # type: ignore[no-any-return] # a history is flat
        place = _place_below(history, offset)
        return history[place + 1] if place >= 0 else None


class Joins:
    """Whom a key was ever joined with, in order of appearance. Whether it still holds is for the reader to ask."""

    __slots__ = ("_members", "_seen")

    def __init__(self) -> None:
        self._members: dict[str, list[str]] = {}
        self._seen: set[str] = set()

    def add(self, key: str, other: str) -> None:
        """Join `other` to `key`; a repeat changes nothing."""
        mark = pair(key, other)
        if mark not in self._seen:
            self._seen.add(mark)
            self._members.setdefault(key, []).append(other)

    def of(self, key: str) -> Sequence[str]:
        """Return the members; the list may grow at its end while it is read."""
        return self._members.get(key, ())


def pair(first: str, second: str) -> str:
    """Make one key of two identifiers; unambiguous, because the length of the first is part of it."""
    return f"{len(first)}:{first}:{second}"


def _place_below(history: tuple[Any, ...], offset: int) -> int:
    """Find the place of the newest entry below `offset`, negative if none. It is nearly always the last: walk back."""
    place = len(history) - 2
    while place >= 0 and history[place] >= offset:
        place -= 2
    return place


def _seen_from(history: tuple[Any, ...], floor: int) -> tuple[Any, ...]:
    return history[max(0, _place_below(history, floor)) :]
