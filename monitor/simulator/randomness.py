"""Seeded randomness: one stream per name, so that a new customer shifts nobody else's choices."""

import math
from random import Random
from zlib import crc32


def substream(*names: object) -> Random:
    """Return the random stream of that name; the same in every process (text seeds are hashed with SHA-512)."""
    return Random("/".join(str(name) for name in names))  # noqa: S311 - a simulation, not a secret


def jitter(name: str, spread: int) -> int:
    """Return a number in [0, spread) that depends on `name` only."""
    return crc32(name.encode()) % spread


def money(rng: Random, median: int, sigma: float, step: int = 1) -> int:
    """Draw a log-normal amount of minor units around `median`, a positive multiple of `step`."""
    drawn = median * math.exp(rng.gauss(0.0, sigma))
    return max(step, round(drawn / step) * step)


def share_of(rng: Random, amount: int, low: float, high: float, step: int = 1) -> int:
    """Draw a share of `amount` between `low` and `high`, rounded down to `step`."""
    return max(step, int(amount * rng.uniform(low, high)) // step * step)


def split(rng: Random, amount: int, parts: int, step: int = 1) -> list[int]:
    """Cut `amount` into `parts` uneven positive pieces of whole `step`; the last takes the rest."""
    weights = [rng.uniform(0.6, 1.4) for _ in range(parts)]
    pieces = [max(step, int(amount * w / sum(weights)) // step * step) for w in weights[:-1]]
    return [*pieces, amount - sum(pieces)]
