"""Counts and sums over sliding windows of 5 minutes to 90 days, O(1) an event.

Six tiers of buckets, one a window. An event enters the finest tier and moves on as it ages, so it is stored once:

    window   bucket   buckets at most   reads too far back by less than
    5 min    1 min     6                1 min
    1 h      5 min    12                5 min
    24 h     1 h      24                1 h
    7 d      1 d       7                1 d
    30 d     6 d       5                6 d
    90 d     18 d      4                18 d

What a window holds is exact: every event since `window_start(window, now)`, which is now minus the window, rounded
down to a bucket edge (UTC). It never misses an event inside the window and may count some of one bucket more. For a
rate divide by the time covered, `now - window_start(window, now)`.
The state depends on the events and the newest time only, not on the order of arrival.
"""

from enum import IntEnum

from msgspec import Struct, field

from monitor.engine.measures import TIERS
from monitor.engine.state.packing import DAY, HOUR, MINUTE, capped


class Window(IntEnum):
    """The windows kept, shortest first."""

    M5 = 0
    H1 = 1
    H24 = 2
    D7 = 3
    D30 = 4
    D90 = 5


LENGTHS = (5 * MINUTE, HOUR, DAY, 7 * DAY, 30 * DAY, 90 * DAY)
# Each divides the next one: a bucket never straddles two of the tier above.
GRANULES = (MINUTE, 5 * MINUTE, HOUR, DAY, 6 * DAY, 18 * DAY)
# A bucket's number is kept modulo 128, one byte encoded. No tier spans that many, so the clock makes it whole again.
_CODE = 127
_SPANS = tuple(zip(LENGTHS, GRANULES, strict=True))
_STRIDE = 3  # code, count, total

Tier = list[int]  # flat: code, count, total of each bucket, oldest first


def window_start(window: Window, now: int) -> int:
    """First ms that counts for this window at `now`."""
    granule = GRANULES[window]
    return (now - LENGTHS[window]) // granule * granule


class Windows(Struct, array_like=True, gc=False):
    """Counts and totals of several measures (small ints from 0) over every window.

    Times are event times in ms. `clock` is the newest one seen; a question about an earlier `now` is answered as of
    `clock`, so a late event is judged by the same windows as the event before it.
    """

    clock: int = 0
    measures: list[list[Tier]] = field(default_factory=list)

    def add(self, measure: int, now: int, amount: int = 0) -> bool:
        """Count one event of `amount`. False when it is older than the measure's windows: nothing is kept of it."""
        self.expire(now)
        tier = _tier(now, self.clock)
        if tier is None or tier >= TIERS[measure]:
            return False
        while len(self.measures) <= measure:
            self.measures.append([[] for _ in range(TIERS[len(self.measures)])])
        granule = GRANULES[tier]
        _put(self.measures[measure][tier], now // granule, self.clock // granule, amount)
        return True

    def count(self, measure: int, window: Window, now: int) -> int:
        """Events of the measure in the window."""
        return self.tally(measure, window, now)[0]

    def total(self, measure: int, window: Window, now: int) -> int:
        """Sum of their amounts."""
        return self.tally(measure, window, now)[1]

    def tally(self, measure: int, window: Window, now: int) -> tuple[int, int]:
        """Events of the measure in the window, and the sum of their amounts. ValueError: it has no such window."""
        if window >= TIERS[measure]:
            raise ValueError(f"measure {measure} has no window {window.name}")
        if measure >= len(self.measures):
            return 0, 0
        clock, count, total = self.clock, 0, 0
        start = window_start(window, max(now, clock))
        if start > clock:  # all of it is after the newest event
            return 0, 0
        for granule, tier in zip(GRANULES[: window + 1], self.measures[measure], strict=False):
            if tier:
                current = clock // granule
                oldest = current - start // granule
                first = _older(tier, current, oldest) if (current - tier[0]) & _CODE > oldest else 0
                count += sum(tier[first + 1 :: _STRIDE])
                total += sum(tier[first + 2 :: _STRIDE])
        return count, total

    def expire(self, now: int) -> None:
        """Move the clock on; buckets move to coarser tiers and leave the last one."""
        before = self.clock
        if now <= before:
            return
        self.clock = now
        edges = _edges(before, now)
        if not edges:
            return
        for tiers in self.measures:
            _age(tiers, edges)
        while self.measures and not any(self.measures[-1]):
            self.measures.pop()


def _tier(time: int, clock: int) -> int | None:
    """The finest tier whose window reaches back to `time`."""
    for tier, (length, granule) in enumerate(_SPANS):
        if time >= (clock - length) // granule * granule:
            return tier
    return None


def _older(tier: Tier, current: int, oldest: int) -> int:
    """Where in the flat tier the first bucket begins that is at most `oldest` buckets before `current`."""
    at, end = 0, len(tier)
    while at < end and (current - tier[at]) & _CODE > oldest:
        at += _STRIDE
    return at


def _put(tier: Tier, bucket: int, current: int, amount: int) -> None:
    """Count an event in its bucket; that is almost always the newest one."""
    at = len(tier)
    age = (current - bucket) & _CODE
    while at and (current - tier[at - _STRIDE]) & _CODE < age:
        at -= _STRIDE
    code = bucket & _CODE
    if at and tier[at - _STRIDE] == code:
        tier[at - 2] += 1
        tier[at - 1] = capped(tier[at - 1] + amount)
    else:
        tier[at:at] = (code, 1, amount)


def _edges(before: int, clock: int) -> list[tuple[int, int]]:
    """For each tier the bucket of the old clock, and how many buckets before it are the oldest that stay.

    Without the tiers where no edge lies between the clocks: nothing leaves those. They are the coarser ones.
    """
    edges = []
    for length, granule in _SPANS:
        if before // granule == clock // granule:
            break
        current = before // granule
        edges.append((current, current - (clock - length) // granule))
    return edges


def _age(tiers: list[Tier], edges: list[tuple[int, int]]) -> None:
    """Hand what left a window to the next tier. Codes are read by the old clock, nothing is newer than it."""
    for window, (tier, (current, oldest)) in enumerate(zip(tiers, edges, strict=False)):
        if tier and (current - tier[0]) & _CODE > oldest:
            leaving = _older(tier, current, oldest)
            if window + 1 < len(tiers):
                _hand_on(tier[:leaving], current, tiers[window + 1], GRANULES[window], GRANULES[window + 1])
            del tier[:leaving]


def _hand_on(leaving: Tier, current: int, into: Tier, granule: int, wider: int) -> None:
    """Add buckets to the next tier, where everything is older."""
    for at in range(0, len(leaving), _STRIDE):
        bucket = current - ((current - leaving[at]) & _CODE)
        code = bucket * granule // wider & _CODE
        if into and into[-_STRIDE] == code:
            into[-2] += leaving[at + 1]
            into[-1] = capped(into[-1] + leaving[at + 2])
        else:
            into += (code, leaving[at + 1], leaving[at + 2])
