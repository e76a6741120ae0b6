"""A stationary stream of feature vectors, the same for the same seed."""

from collections.abc import Iterator
from random import Random

from monitor.engine.anomaly.features import NAMES, TYPICAL, Features


def ordinary(count: int, seed: int = 1) -> Iterator[Features]:
    """Vectors scattered around the typical values; a feature that is typically 0 is so nine times in ten."""
    random = Random(seed)
    for _ in range(count):
        yield tuple(_around(random, typical) for typical in TYPICAL)


def odd(**values: float) -> Features:
    """A typical vector but for these features."""
    return tuple(values.get(name, typical) for name, typical in zip(NAMES, TYPICAL, strict=True))


def _around(random: Random, typical: float) -> float:
    if typical == 0.0:
        return random.random() if random.random() < 0.1 else 0.0
    return min(1.0, max(0.0, random.gauss(typical, 0.1)))
