"""Which features make an event unusual, for any model that gives a raw score."""

from collections.abc import Callable, Sequence

from monitor.engine.anomaly.features import Features

DIFFERS = 0.05


def strongest(
    names: Sequence[str], features: Features, typical: Features, raw: Callable[[Features], float], at_most: int
) -> tuple[str, ...]:
    """Name the features that drive the raw score up, strongest first.

    A feature counts for what the score loses when it becomes typical, plus what a typical event gains when it
    takes the feature. Features that differ from typical by less than `DIFFERS` are not looked at; each other
    one costs two scorings. Equal ones keep the order of `names`.
    """
    score, ordinary = raw(features), raw(typical)
    gains = [
        (raw(_with(typical, place, features[place])) - ordinary + score - raw(_with(features, place, typical[place])))
        if abs(features[place] - typical[place]) >= DIFFERS
        else 0.0
        for place in range(len(names))
    ]
    ranked = sorted(range(len(names)), key=lambda place: -gains[place])
    return tuple(names[place] for place in ranked[:at_most] if gains[place] > 0)


def _with(features: Features, place: int, value: float) -> Features:
    return (*features[:place], value, *features[place + 1 :])
