"""One partition's inbox: records of several topics, taken in the order of their append time."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, islice
from typing import NamedTuple

from monitor.engine.api import Record


class Chunk(NamedTuple):
    """What one fetch brought for one topic and partition: all records from `begin` up to, not including, `end`.

    `token` names the ownership it was fetched for.
    """

    topic: str
    partition: int
    begin: int
    end: int
    size: int
    records: list[Record]
    token: int


class InputGapError(Exception):
    """A chunk does not continue the one before it: something was passed by."""


def merge(by_topic: Mapping[str, Iterable[Record]], limit: int) -> list[Record]:
    """The first `limit` records in order of (append time, topic name, offset).

    Within a topic the offsets' order always holds: a record older than its predecessor counts as old as that one.
    The order depends on the records alone, and a prefix of the result is the result for the prefixes of the topics:
    that is why replaying the ranges of a batch gives the batch.
    """
    records: list[Record] = []
    times: list[int] = []
    for topic in sorted(by_topic):
        candidates = list(islice(by_topic[topic], limit))
        records += candidates
        times += accumulate((record.timestamp for record in candidates), max)
    order = sorted(range(len(records)), key=times.__getitem__)
    return [records[place] for place in order[:limit]]


class Inbox:
    """Fetched, not yet applied. `consumed` and `fetched` are next offsets by topic."""

    def __init__(self, positions: Mapping[str, int], patience_ms: int) -> None:
        self.consumed = dict(positions)
        self.fetched = dict(positions)
        self.high = dict.fromkeys(positions, 0)
        self.bytes = dict.fromkeys(positions, 0)
        self._queues: dict[str, deque[Record]] = {topic: deque() for topic in positions}
        self._patience_ms = patience_ms
        self._waiting_since: int | None = None
        self._given_up: set[str] = set()

    def __len__(self) -> int:
        return sum(map(len, self._queues.values()))

    def size(self, topic: str) -> int:
        """Records of `topic` waiting."""
        return len(self._queues[topic])

    def age_ms(self, now_ms: int) -> int:
        """How long the oldest waiting record has been on the broker, ms; 0 when nothing waits."""
        oldest = min((queue[0].timestamp for queue in self._queues.values() if queue), default=now_ms)
        return max(now_ms - oldest, 0)

    def put(self, chunk: Chunk) -> None:
        """Add a chunk. Raises InputGapError unless it starts exactly where the one before it ended."""
        if chunk.begin != self.fetched[chunk.topic]:
            raise InputGapError(
                f"{chunk.topic}/{chunk.partition}: a chunk from {chunk.begin} follows {self.fetched[chunk.topic]}"
            )
        self._queues[chunk.topic].extend(chunk.records)
        self.fetched[chunk.topic] = chunk.end
        self.bytes[chunk.topic] += chunk.size
        self._given_up.discard(chunk.topic)

    def clear(self) -> None:
        """Forget what was fetched and not applied; it will be fetched again."""
        for queue in self._queues.values():
            queue.clear()
        self.fetched = dict(self.consumed)
        self.bytes = dict.fromkeys(self.bytes, 0)
        self._waiting_since = None

    def behind(self) -> list[str]:
        """Topics known to hold records that are not here yet, with nothing buffered and patience left."""
        return [
            topic
            for topic, queue in self._queues.items()
            if not queue and self.fetched[topic] < self.high[topic] and topic not in self._given_up
        ]

    def must_wait(self, now_ms: int) -> bool:
        """Whether younger records of other topics should wait for one that is behind; bounded by the patience.

        A topic that let the others wait in vain is not waited for again until it delivers.
        """
        behind = self.behind()
        if not behind or not len(self):
            self._waiting_since = None
            return False
        if self._waiting_since is None:
            self._waiting_since = now_ms
        if now_ms - self._waiting_since < self._patience_ms:
            return True
        self._given_up.update(behind)
        self._waiting_since = None
        return False

    @property
    def waiting(self) -> bool:
        """Whether records are held back for a topic that is behind."""
        return self._waiting_since is not None

    def take(self, limit: int) -> tuple[tuple[Record, ...], dict[str, tuple[int, int]]]:
        """The next records in order, at most `limit`, and their ranges: topic -> (position before, last offset)."""
        filled = {topic: queue for topic, queue in self._queues.items() if queue}
        if len(filled) == 1:
            queue = next(iter(filled.values()))
            records = [queue.popleft() for _ in range(min(limit, len(queue)))]
        else:
            records = merge(filled, limit)
            for record in records:
                filled[record.topic].popleft()
        for record in records:
            self.bytes[record.topic] -= len(record.value or b"")
        return tuple(records), self._advance(records)

    def _advance(self, records: Sequence[Record]) -> dict[str, tuple[int, int]]:
        last = {record.topic: record.offset for record in records}
        ranges = {topic: (self.consumed[topic], last[topic]) for topic in sorted(last)}
        for topic, offset in last.items():
            self.consumed[topic] = offset + 1
        return ranges
