"""A half-space forest as plain data and back.

Trees come one after the other, branches and leaves depth first. A branch has a split (place of a feature, threshold),
a leaf two masses (events seen in this window, and in the last one). A branch's masses are those of its leaves together.
"""

import struct
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from monitor.engine.anomaly.model import DumpError

MASS_LIMIT = 65_535
"""Masses are kept in two bytes, so a window has at most this many events."""

Split = tuple[int, float]
"""Place of a feature, and the threshold: an event below it goes left."""


class Shape(msgspec.Struct, frozen=True, array_like=True):
    """What must be equal for a dump to fit. `names` are the features, in order; each is split within 0 and `uppers`."""

    trees: int
    height: int
    window: int
    seed: int
    names: tuple[str, ...]
    uppers: tuple[float, ...]

    @property
    def branches(self) -> int:
        """Branches of the whole forest."""
        return self.trees * ((1 << self.height) - 1)

    @property
    def leaves(self) -> int:
        """Leaves of the whole forest."""
        return self.trees << self.height

    @property
    def fullest(self) -> int:
        """What all trees say of an event where all others fell, too."""
        return (self.branches + self.leaves) * self.window


class Forest(msgspec.Struct, frozen=True, array_like=True):
    """Splits and masses, trees one after the other, nodes depth first. All numbers little-endian.

    `split_on`: a byte per branch, place of the feature in the names. `thresholds`: 8 bytes per branch.
    `seen`, `relied_on`: 2 bytes per leaf, masses of this window and of the last.
    """

    counter: int
    first_window: bool
    split_on: bytes
    thresholds: bytes
    seen: bytes
    relied_on: bytes


class Dump(msgspec.Struct, frozen=True, array_like=True):
    """The whole state of a model. `past`: its past scores."""

    format: Literal["half-space-trees/2"]
    shape: Shape
    forest: Forest
    typical: tuple[float, ...]
    past: bytes


_decoder = msgspec.msgpack.Decoder(Dump)


def encode(shape: Shape, forest: Forest, typical: tuple[float, ...], past: bytes) -> bytes:
    """Encode a model's state; equal states give equal bytes."""
    return msgspec.msgpack.encode(Dump("half-space-trees/2", shape, forest, typical, past))


def decode(content: bytes, shape: Shape) -> Dump:
    """Decode and check what `encode` gave. Raises DumpError when it is damaged or of another shape."""
    try:
        dump = _decoder.decode(content)
    except msgspec.MsgspecError as error:
        raise DumpError(f"not a dump of half-space trees: {error}") from error
    if dump.shape != shape:
        raise DumpError(f"dump of {dump.shape}, model of {shape}")
    if not _fits(dump.forest, shape) or len(dump.typical) != len(shape.names):
        raise DumpError("the forest in the dump is damaged")
    return dump


def pack_splits(splits: Sequence[Split]) -> tuple[bytes, bytes]:
    """`split_on` and `thresholds` of a forest."""
    return bytes(place for place, _ in splits), _pack("d", [threshold for _, threshold in splits])


def pack_masses(leaves: Sequence[int]) -> bytes:
    """`seen` or `relied_on` of a forest."""
    return _pack("H", leaves)


def splits_of(forest: Forest) -> list[Split]:
    """The splits of a checked forest."""
    return list(zip(forest.split_on, _unpack("d", forest.thresholds), strict=True))


def masses_of(packed: bytes) -> list[int]:
    """Masses of the leaves, from `seen` or `relied_on`."""
    return list(_unpack("H", packed))


def _fits(forest: Forest, shape: Shape) -> bool:
    lengths = (len(forest.split_on), len(forest.thresholds), len(forest.seen), len(forest.relied_on))
    return (
        lengths == (shape.branches, 8 * shape.branches, 2 * shape.leaves, 2 * shape.leaves)
        and max(forest.split_on) < len(shape.names)
        and 0 <= forest.counter < shape.window
        and _adds_up(forest.seen, shape, forest.counter)
        and _adds_up(forest.relied_on, shape, 0 if forest.first_window else shape.window)
    )


def _adds_up(packed: bytes, shape: Shape, events: int) -> bool:
    """Whether each tree saw every event."""
    masses, size = masses_of(packed), 1 << shape.height
    return all(sum(masses[start : start + size]) == events for start in range(0, len(masses), size))


def _pack(kind: str, numbers: Sequence[Any]) -> bytes:
    return struct.pack(f"<{len(numbers)}{kind}", *numbers)


def _unpack(kind: str, content: bytes) -> tuple[Any, ...]:
    return struct.unpack(f"<{len(content) // struct.calcsize(kind)}{kind}", content)
