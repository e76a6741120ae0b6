"""Quantiles of a customer's outgoing amounts over the last two to three months.

A histogram with eight buckets an octave (the leading bit and the three after it), integers only, in three panes of
30 days on fixed UTC edges. A late amount lands in the pane of its own time.
"""

from bisect import bisect_left
from itertools import accumulate
from operator import add

from msgspec import Struct, field

from monitor.engine.state.packing import DAY

PANE = 30 * DAY
_PANES = 3
_STRIDE = 1 + _PANES
_TOP = 48  # amounts of more bits share the last bucket


class Amounts(Struct, array_like=True, gc=False):
    """Amounts (minor units, >= 0) of the current pane and the two before it: 60 to 90 days.

    `rows` is flat: bucket, then its count in the current pane, the last one, the one before.
    """

    pane: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, amount: int, now: int) -> bool:
        """Count an amount at event time `now`. False when it is older than the three panes."""
        self.expire(now)
        age = self.pane - now // PANE
        if age >= _PANES:
            return False
        bucket = _bucket(amount)
        at = _place(self.rows, bucket)
        if at == len(self.rows) or self.rows[at] != bucket:
            self.rows[at:at] = (bucket, *([0] * _PANES))
        self.rows[at + 1 + age] += 1
        return True

    def count(self, now: int) -> int:
        """Amounts held as of `now`."""
        return sum(self._counts(now))

    def quantile(self, percent: int, now: int) -> int:
        """Upper edge of the bucket of the nearest-rank quantile; 0 when there are no amounts.

        Never below the true one, and above it by less than an eighth of it.
        """
        ranks = list(accumulate(self._counts(now)))
        if not ranks or not ranks[-1]:
            return 0
        at = bisect_left(ranks, -(-ranks[-1] * percent // 100))
        return _upper(self.rows[at * _STRIDE])

    def expire(self, now: int) -> None:
        """Begin the pane of `now` if it is a later one; amounts of panes gone by are dropped."""
        steps = now // PANE - self.pane
        if steps <= 0:
            return
        self.pane += steps
        rows: list[int] = []
        for at in range(0, len(self.rows), _STRIDE):
            counts = ([0] * min(steps, _PANES) + self.rows[at + 1 : at + _STRIDE])[:_PANES]
            if any(counts):
                rows += [self.rows[at], *counts]
        self.rows = rows

    def _counts(self, now: int) -> list[int]:
        """Count of each row in the panes that are not yet over at `now`."""
        panes = max(0, _PANES - max(0, now // PANE - self.pane))
        counts = [0] * (len(self.rows) // _STRIDE)
        for pane in range(panes):
            counts = list(map(add, counts, self.rows[1 + pane :: _STRIDE]))
        return counts


def _place(rows: list[int], bucket: int) -> int:
    return bisect_left(rows[::_STRIDE], bucket) * _STRIDE


def _bucket(amount: int) -> int:
    """0 to 15 for themselves; then eight a doubling."""
    shift = max(0, min(amount.bit_length(), _TOP) - 4)
    return shift * 8 + min(amount >> shift, 15)


def _upper(bucket: int) -> int:
    """Largest amount of the bucket."""
    shift = max(0, bucket // 8 - 1)
    return ((bucket - shift * 8 + 1) << shift) - 1
