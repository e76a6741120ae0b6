"""Records of `reference` and `controls` that were refused, so that one partition can report each, once."""

from bisect import bisect_left

from monitor.engine.api import Record
from topics.refusals import Refused


class RefusedLog:
    """Append-only, by offset; one thread appends, others read (see `versioned`)."""

    def __init__(self) -> None:
        self._refused: list[tuple[Record, Refused]] = []

    def append(self, record: Record, refused: Refused) -> None:
        """Add a refused record; offsets only grow."""
        self._refused.append((record, refused))

    def between(self, start: int, end: int) -> list[tuple[Record, Refused]]:
        """The refused records at offsets in [start, end), in order."""
        first = bisect_left(self._refused, start, key=_offset)
        return self._refused[first : bisect_left(self._refused, end, key=_offset)]


def _offset(entry: tuple[Record, Refused]) -> int:
    return entry[0].offset
