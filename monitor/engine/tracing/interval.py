"""Bounds on loan money, per source, and how the union narrows them."""

from collections.abc import Mapping
from typing import Final, NamedTuple

OWN: Final = "own"  # colour of money that is not loan money
OTHER: Final = "OTHER"  # origins that no longer have a name of their own
ANY_LOAN: Final = "ANY_LOAN"  # the union; its low bound speaks of named origins, its high bound of all
RESERVED: Final = frozenset({OWN, OTHER, ANY_LOAN, ""})
NO_CAP: Final = 1 << 60


class Bounds(NamedTuple):
    """The true amount lies in [low, high], minor units."""

    low: int
    high: int


class Pair(NamedTuple):
    """Loan money in an amount, minor units: 0 <= certain <= point <= possible <= amount."""

    certain: int
    possible: int
    point: int = 0


NOTHING: Final = Bounds(0, 0)


def named(sources: Mapping[str, object]) -> list[str]:
    """The origins among `sources`, in name order."""
    return sorted(name for name in sources if name not in (ANY_LOAN, OTHER))


def squeeze(box: Mapping[str, Bounds]) -> dict[str, Bounds]:
    """Narrow the bounds of true amounts whose sum is the union's.

    An amount is the union less all the others. OTHER keeps 0 as its low bound: the union's low speaks of named origins.
    """
    if ANY_LOAN not in box:
        return dict(box)
    if len(box) == 2 and OTHER not in box:  # noqa: PLR2004 - the usual case: one origin is the union
        one, two = box.values()
        both = Bounds(max(one.low, two.low), min(one.high, two.high))
        return dict.fromkeys(box, both)
    low = sum(bounds.low for name, bounds in box.items() if name != ANY_LOAN)
    high = sum(bounds.high for name, bounds in box.items() if name != ANY_LOAN)
    union = Bounds(max(box[ANY_LOAN].low, low), min(box[ANY_LOAN].high, high))
    narrowed = {
        name: Bounds(
            0 if name == OTHER else max(bounds.low, union.low - (high - bounds.high)),
            min(bounds.high, union.high - (low - bounds.low)),
        )
        for name, bounds in box.items()
    }
    narrowed[ANY_LOAN] = union
    return narrowed
