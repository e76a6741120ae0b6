"""From which offset on the past of a topic may still be asked for; what lies below can be forgotten.

Two things hold it down: `needed`, where the partitions of this process would start again, and time. A partition that
comes from another process starts from its own snapshot, which is as old as a journal can be replayed. The topic's own
compaction lag promises no more either, so a process that has just read it may know less, never this one.
"""

from collections import deque

HOUR = 3_600_000
REPLAYED = 31 * 24 * HOUR
"""Longer than any journal is kept, and no longer than the compaction lag of `reference`, ms."""


class Floor:
    """Told of each record in order of offset, by one thread. `needed` may be set by another one."""

    def __init__(self) -> None:
        self.needed = 0
        self._hours: deque[tuple[int, int]] = deque()  # append time, ms, and offset of the first record of each hour
        self._aged = 0

    def passed(self, offset: int, append_time: int) -> int:
        """Go on to a record; -> the first offset that may still be asked for."""
        if not self._hours or append_time >= self._hours[-1][0] + HOUR:
            self._hours.append((append_time, offset))
        while self._hours[0][0] <= append_time - REPLAYED:
            self._aged = self._hours.popleft()[1]
        return min(self.needed, self._aged)
