"""Figures over the last seconds: rates and percentiles."""

from collections import deque
from collections.abc import Sequence
from math import ceil

_MOST_SAMPLES = 50_000


class Rate:
    """How many a second, over the last `window` seconds, or since `began` when that is shorter."""

    def __init__(self, window: float, began: float) -> None:
        self._window = window
        self._began = began
        self._counts: deque[tuple[float, int]] = deque()
        self.total = 0

    def add(self, now: float, count: int) -> None:
        """Count `count` at `now`, seconds."""
        self.total += count
        self._counts.append((now, count))
        self._forget(now)

    def per_second(self, now: float) -> float:
        """Return the rate at `now`."""
        self._forget(now)
        span = min(self._window, now - self._began)
        return sum(count for _, count in self._counts) / span if span > 0 else 0.0

    def _forget(self, now: float) -> None:
        while self._counts and self._counts[0][0] <= now - self._window:
            self._counts.popleft()


class Recent:
    """Samples of the last `window` seconds."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._samples: deque[tuple[float, int]] = deque(maxlen=_MOST_SAMPLES)

    def add(self, now: float, sample: int) -> None:
        """Keep `sample`, taken at `now`, seconds."""
        self._samples.append((now, sample))

    def samples(self, now: float) -> list[int]:
        """Return what is young enough at `now`."""
        while self._samples and self._samples[0][0] <= now - self._window:
            self._samples.popleft()
        return [sample for _, sample in self._samples]


def percentile(samples: Sequence[int], share: float) -> int | None:
    """Return the smallest sample that at least `share` of all do not exceed; None without samples."""
    if not samples:
        return None
    return sorted(samples)[max(0, ceil(share * len(samples)) - 1)]
