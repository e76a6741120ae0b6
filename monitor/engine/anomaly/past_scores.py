"""A model's own past scores, and where a new one stands among them."""

import struct
from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Iterable

from monitor.engine.anomaly.model import DumpError


class PastScores:
    """The last `limit` scores, kept twice: in order of time and in order of size.

    The rank is exact among them, so its resolution is 1 / `limit`. Older scores are forgotten: a model that
    moves is compared with itself of late. An addition costs about a microsecond at 4,096 scores.
    """

    __slots__ = ("_by_size", "_by_time", "limit")

    def __init__(self, limit: int, scores: Iterable[float] = ()) -> None:
        self.limit = limit
        self._by_time = deque(scores)
        self._by_size = sorted(self._by_time)

    def __len__(self) -> int:
        return len(self._by_time)

    def rank(self, score: float) -> float:
        """Return the share of past scores below `score`, equal ones counted half; 0 when there are none."""
        below, upto = bisect_left(self._by_size, score), bisect_right(self._by_size, score)
        return (below + upto) / (2 * len(self._by_size)) if self._by_size else 0.0

    def add(self, score: float) -> None:
        """Remember a score; the oldest goes when there are more than `limit`."""
        if len(self._by_time) == self.limit:
            del self._by_size[bisect_left(self._by_size, self._by_time.popleft())]
        self._by_time.append(score)
        insort(self._by_size, score)

    def dump(self) -> bytes:
        """Encode the scores, oldest first, 8 bytes each, little-endian."""
        return struct.pack(f"<{len(self)}d", *self._by_time)

    @classmethod
    def load(cls, limit: int, dump: bytes) -> "PastScores":
        """Decode what `dump` gave. Raises DumpError when it does not fit."""
        count, rest = divmod(len(dump), 8)
        if rest or count > limit:
            raise DumpError(f"{len(dump)} bytes are not at most {limit} scores")
        return cls(limit, struct.unpack(f"<{count}d", dump))
