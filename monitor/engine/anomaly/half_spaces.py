"""The forest in use: which leaf of each tree an event falls in, and how many fell there before.

The scores are river's to the last bit, for less work. An event takes the same way down when it is scored and when it
is learned, so it is walked once. A branch's mass is the sum of its leaves', so only leaves are counted. What a tree
says of an event depends on its leaf alone and changes once a window, so it is worked out when the window is full.
"""

from collections.abc import Sequence
from typing import Any

from monitor.engine.anomaly.features import Features
from monitor.engine.anomaly.forest_dump import (
    Forest,
    Shape,
    Split,
    masses_of,
    pack_masses,
    pack_splits,
    splits_of,
)

_ENOUGH = 0.1
"""A tree stops where less than this share of a window fell: river's constant, from the paper."""

Tree = tuple[int, float, Any, Any]
"""Place of a feature, threshold, and the halves below it and from it on; the last ones are numbers of leaves."""


class HalfSpaces:
    """Trees of one height over features in a fixed order; leaves are numbered through the whole forest."""

    __slots__ = (
        "_levels",
        "_packed_splits",
        "_relied_on",
        "_seen",
        "_shape",
        "_trees",
        "_walked",
        "_way",
        "_worth",
        "counter",
        "first_window",
    )

    def __init__(self, shape: Shape, splits: Sequence[Split]) -> None:
        self._shape = shape
        self._packed_splits = pack_splits(splits)  # they never change
        self._levels = range(shape.height)
        branches, leaves = shape.branches // shape.trees, 1 << shape.height
        self._trees = [
            _planted(splits[tree * branches : (tree + 1) * branches], tree * leaves) for tree in range(shape.trees)
        ]
        self.counter, self.first_window = 0, True
        self._seen, self._relied_on = [0] * (shape.trees * leaves), [0] * (shape.trees * leaves)
        self._walked: Features | None = None
        self._way: list[int] = []
        self._worth = self._relied_on

    @classmethod
    def from_dump(cls, forest: Forest, shape: Shape) -> "HalfSpaces":
        """Go on from a checked dump. The splits come from the dump, whatever the seed would give today."""
        made = cls(shape, splits_of(forest))
        made._seen, made._relied_on = masses_of(forest.seen), masses_of(forest.relied_on)
        made.counter, made.first_window = forest.counter, forest.first_window
        made._weigh()
        return made

    def dump(self) -> Forest:
        """Splits and masses as plain data."""
        masses = pack_masses(self._seen), pack_masses(self._relied_on)
        return Forest(self.counter, self.first_window, *self._packed_splits, *masses)

    def score(self, features: Features) -> float:
        """How empty the place is, 0 to 1; 0 until the first window is full."""
        if self.first_window:
            return 0.0
        worth = self._worth
        return 1 - sum([worth[leaf] for leaf in self._leaves(features)]) / self._shape.fullest

    def learn(self, features: Features) -> None:
        """Count the event; a full window is relied on from now on."""
        seen = self._seen
        for leaf in self._leaves(features):
            seen[leaf] += 1
        self.counter += 1
        if self.counter == self._shape.window:
            self._relied_on, self._seen = seen, [0] * len(seen)
            self.counter, self.first_window = 0, False
            self._weigh()

    def _leaves(self, features: Features) -> list[int]:
        """The leaf of each tree. The last answer is kept: what was scored is mostly learned next."""
        if features is not self._walked:
            self._walked, self._way = features, self._walk(features)
        return self._way

    def _walk(self, features: Features) -> list[int]:
        levels, way = self._levels, list[Any]()
        for node in self._trees:
            at: Any = node
            for _ in levels:
                place, threshold, below, above = at
                at = below if features[place] < threshold else above
            way.append(at)
        return way

    def _weigh(self) -> None:
        """Work out what each leaf is worth."""
        leaves, limit = 1 << self._shape.height, _ENOUGH * self._shape.window
        self._worth = [
            worth
            for start in range(0, len(self._relied_on), leaves)
            for worth in _worths(self._relied_on[start : start + leaves], limit)
        ]


def _planted(splits: Sequence[Split], first_leaf: int) -> Any:
    """A tree from its splits, depth first; the number of a leaf where there are none."""
    if not splits:
        return first_leaf
    (place, threshold), half = splits[0], len(splits) // 2
    below, above = splits[1 : half + 1], splits[half + 1 :]
    return place, threshold, _planted(below, first_leaf), _planted(above, first_leaf + half + 1)


def _worths(masses: Sequence[int], limit: float, weight: int = 1, above: int = 0) -> list[int]:
    """What a tree says of each leaf: the masses on the way there, each step weighed twice, while there are enough."""
    mass = sum(masses)
    worth = above + mass * weight
    if len(masses) == 1 or mass < limit:
        return [worth] * len(masses)
    half = len(masses) // 2
    return _worths(masses[:half], limit, 2 * weight, worth) + _worths(masses[half:], limit, 2 * weight, worth)
