"""Records of `reference` and `controls` that were refused, so that one partition can report them, once.

A broken producer must fill neither memory nor `dead-letters`. Of one UTC day of append time the first `ONE_BY_ONE` are
kept to be told, and then those that double the number; the others are only counted, they stand on their topic.
Which ones is read off the topic alone, so every process and every replay tells the same.
"""

from bisect import bisect_left
from hashlib import sha256
from typing import NamedTuple

from monitor.engine.api import Record
from topics.masking import mask
from topics.refusals import Reason, Refused

DAY = 86_400_000
ONE_BY_ONE = 100


class RefusedRecord(NamedTuple):
    """What is told of a refused record: never a card number, never more than 4 kB of its value.

    `flood`: so many of its day came before it that not all of them are told.
    """

    topic: str
    offset: int
    reason: Reason
    detail: str
    key: str | None
    value: str | None
    size: int
    digest: str
    flood: bool = False


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
    """By offset; one thread appends, others read (see `versioned`). `untold`: records that were only counted."""

    def __init__(self) -> None:
        self._told: list[RefusedRecord] = []
        self._day = 0
        self._of_the_day = 0
        self.untold = 0

    def append(self, record: Record, refused: Refused, *, floor: int = 0) -> None:
        """Add a refused record; offsets only grow. What lies below `floor` goes: nobody asks for it any more."""
        number = self._number(record.timestamp // DAY)
        if number > ONE_BY_ONE and not _doubled(number):
            self.untold += 1
            return
        told = describe(record, refused)
        if number >= ONE_BY_ONE:
            told = told._replace(flood=True, detail=f"{told.detail} (number {number:,} of this day; not all are told)")
        # A new list: whoever reads the old one now is not disturbed.
        self._told = [*self._told[bisect_left(self._told, floor, key=_offset) :], told]

    def between(self, start: int, end: int) -> list[RefusedRecord]:
        """Return what is told of the records at offsets in [start, end), in order."""
        told = self._told
        return told[bisect_left(told, start, key=_offset) : bisect_left(told, end, key=_offset)]

    def _number(self, day: int) -> int:
        """How many there were on this day, with this one; a clock that went back stays on its day."""
        if day > self._day:
            self._day, self._of_the_day = day, 0
        self._of_the_day += 1
        return self._of_the_day


def _doubled(number: int) -> bool:
    """Whether it is a hundred, or a hundred doubled once or more."""
    times, rest = divmod(number, ONE_BY_ONE)
    return rest == 0 and times & (times - 1) == 0


def _offset(refused: RefusedRecord) -> int:
    return refused.offset
