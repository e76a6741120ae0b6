"""How far a fact is from its threshold, as a share of the threshold: 0 just reached, -0.1 missed by a tenth.

All conditions needed: the smallest margin counts (`min`). Any one suffices: the largest (`max`).
`n` of several: the `n`-th largest, so that a near miss is the distance of the one condition still lacking.
A margin never falls below -1, "missed altogether".
"""

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def at_least(value: float, threshold: float) -> float:
    """Margin of "`value` is `threshold` or more"; `threshold` > 0."""
    return max(-1.0, (value - threshold) / threshold)


def at_most(value: float | None, threshold: float) -> float:
    """Margin of "`value` is `threshold` or less"; `threshold` > 0. An unknown value misses altogether."""
    return -1.0 if value is None else max(-1.0, (threshold - value) / threshold)


def met(fact: bool) -> float:
    """Margin of a plain yes or no, which has no distance: 1 or -1."""
    return 1.0 if fact else -1.0


def nth_largest(n: int, *margins: float) -> float:
    """Margin of "`n` of these conditions are met"."""
    return sorted(margins, reverse=True)[n - 1]
