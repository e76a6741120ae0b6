"""Records of `reference` and `controls` that were refused, so that one partition can report each, once."""

from bisect import bisect_left
from hashlib import sha256
from typing import NamedTuple

from monitor.engine.api import Record
from topics.masking import mask
from topics.refusals import Reason, Refused


class RefusedRecord(NamedTuple):
    """What is told of a refused record: never a card number, never more than 4 kB of its value."""

    topic: str
    offset: int
    reason: Reason
    detail: str
    key: str | None
    value: str | None
    size: int
    digest: str


def describe(record: Record, refused: Refused) -> RefusedRecord:
    """Mask and cut; the digest and the size are of the whole value."""
    value = record.value or b""
    return RefusedRecord(
        record.topic,
        record.offset,
        refused.reason,
        refused.detail,
        None if record.key is None else mask(record.key),
        None if record.value is None else mask(value),
        len(value),
        sha256(value).hexdigest(),
    )


class RefusedLog:
    """Append-only, by offset; one thread appends, others read (see `versioned`)."""

    def __init__(self) -> None:
        self._refused: list[RefusedRecord] = []

    def append(self, record: Record, refused: Refused) -> None:
        """Add a refused record; offsets only grow."""
        self._refused.append(describe(record, refused))

    def between(self, start: int, end: int) -> list[RefusedRecord]:
        """Return the refused records at offsets in [start, end), in order."""
        first = bisect_left(self._refused, start, key=_offset)
        return self._refused[first : bisect_left(self._refused, end, key=_offset)]


def _offset(refused: RefusedRecord) -> int:
    return refused.offset
