"""The forest in use beside river's own, which it must equal to the last bit."""

from collections.abc import Iterator

import pytest
from river.anomaly import HalfSpaceTrees

from monitor.engine.anomaly.features import NAMES, TYPICAL, Features
from monitor.engine.anomaly.forest_dump import Shape
from monitor.engine.anomaly.half_spaces import HalfSpaces
from monitor.engine.anomaly.river_splits import draw_splits
from tests.anomaly.events import odd, ordinary

UPPERS = tuple(1.0 if usual else 0.5 for usual in TYPICAL)
SHAPES = [Shape(10, 8, 300, 9, NAMES, UPPERS), Shape(3, 4, 50, 1, NAMES, UPPERS), Shape(1, 1, 2, 5, NAMES, UPPERS)]


def river_of(shape: Shape) -> HalfSpaceTrees:
    """The forest river grows of the same shape."""
    limits = {name: (0.0, upper) for name, upper in zip(shape.names, shape.uppers, strict=True)}
    return HalfSpaceTrees(shape.trees, shape.height, shape.window, limits, shape.seed)


def named(features: Features) -> dict[str, float]:
    """Features as river takes them."""
    return dict(zip(NAMES, features, strict=True))


def events() -> Iterator[Features]:
    """Ordinary events, an odd one among them now and then."""
    for number, features in enumerate(ordinary(1_000, seed=3)):
        yield odd(amount=number / 1_000, first_time_payee=1.0) if number % 7 == 0 else features


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.trees}x{shape.height}")
def test_every_score_is_rivers_to_the_last_bit(shape: Shape) -> None:
    river, ours = river_of(shape), HalfSpaces(shape, draw_splits(shape))
    scores = set()
    for number, features in enumerate(events()):
        assert ours.score(features) == river.score_one(named(features))
        scores.add(ours.score(features))
        if number % 5:  # what is withheld is not learned
            river.learn_one(named(features))
            ours.learn(features)
    assert len(scores) > 2 * shape.height


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.trees}x{shape.height}")
def test_every_mass_in_the_dump_is_rivers(shape: Shape) -> None:
    river, ours = river_of(shape), HalfSpaces(shape, draw_splits(shape))
    for features in events():
        river.learn_one(named(features))
        ours.learn(features)
    leaves = [node for tree in river.trees for node in tree.iter_leaves()]
    little = [[mass.to_bytes(2, "little") for mass in (node.l_mass, node.r_mass)] for node in leaves]
    dump = ours.dump()
    assert (dump.seen, dump.relied_on) == tuple(map(b"".join, zip(*little, strict=True)))
    assert dump.counter == river.counter
