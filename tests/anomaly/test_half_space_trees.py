"""What is particular to the half-space trees: their limits and their dump."""

from typing import Any

import msgspec
import pytest

from monitor.engine.anomaly.forest_dump import Dump
from monitor.engine.anomaly.half_space_trees import HalfSpaceTreesModel, Settings
from monitor.engine.anomaly.model import DumpError

SMALL = Settings(trees=2, height=3, window=20, ranked_from=5)


@pytest.mark.parametrize("window", [0, 1, 65_536])
def test_a_window_that_cannot_be_counted_is_refused(window: int) -> None:
    with pytest.raises(ValueError, match=f"a window has 2 to 65535 events, not {window}"):
        HalfSpaceTreesModel(Settings(window=window))


@pytest.mark.parametrize(
    "damage",
    [
        {"counter": 20},
        {"counter": -1},
        {"split_on": b"\xff" * 14},
        {"split_on": b"\x00" * 13},
        {"thresholds": b""},
        {"seen": b"\x00"},
        {"relied_on": b"\x00" * 30},
        {"seen": b"\x01\x00" + b"\x00" * 30},
        {"relied_on": b"\x01\x00" + b"\x00" * 30},
    ],
)
def test_a_forest_that_cannot_be_is_refused(damage: dict[str, Any]) -> None:
    model = HalfSpaceTreesModel(SMALL)
    whole = msgspec.msgpack.decode(model.dump(), type=Dump)
    broken = msgspec.structs.replace(whole, forest=msgspec.structs.replace(whole.forest, **damage))
    with pytest.raises(DumpError, match="the forest in the dump is damaged"):
        model.load(msgspec.msgpack.encode(broken))
    assert model.dump() == msgspec.msgpack.encode(whole)


def test_the_splits_come_from_the_dump_and_not_from_the_seed() -> None:
    """So a library that draws other random numbers one day still goes on with the old trees."""
    model = HalfSpaceTreesModel(SMALL)
    whole = msgspec.msgpack.decode(model.dump(), type=Dump)
    moved = msgspec.structs.replace(whole.forest, thresholds=bytes(8 * 14), split_on=bytes(14))
    dump = msgspec.msgpack.encode(msgspec.structs.replace(whole, forest=moved))
    model.load(dump)
    assert model.dump() == dump


def test_a_dump_of_another_seed_is_refused_by_name() -> None:
    other = HalfSpaceTreesModel(Settings(trees=2, height=3, window=20, ranked_from=5, seed=1))
    with pytest.raises(DumpError, match="seed=1"):
        HalfSpaceTreesModel(SMALL).load(other.dump())
