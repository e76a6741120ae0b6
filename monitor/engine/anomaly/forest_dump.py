"""A river half-space forest as plain data and back. The one place that knows river's inner fields.

river keeps per tree a node list in depth-first order (`_tree_nodes`); a branch has `feature`, `threshold`,
`l_mass` (events seen in this window) and `r_mass` (in the last one), a leaf the two masses. Its random generator
is used only while trees are grown, so the splits and the masses are all there is to keep.
"""

import struct
from typing import Any, Literal

import msgspec
from river.anomaly import HalfSpaceTrees

from monitor.engine.anomaly.model import DumpError

MASS_LIMIT = 65_535
"""Masses are kept in two bytes, so a window has at most this many events."""


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
    def nodes(self) -> int:
        """Branches and leaves of the whole forest."""
        return self.trees * ((2 << self.height) - 1)


class Forest(msgspec.Struct, frozen=True, array_like=True):
    """Splits and masses, trees one after the other, nodes depth first. All numbers little-endian.

    `split_on`: a byte per branch, place of the feature in the names. `thresholds`: 8 bytes per branch.
    `seen`, `relied_on`: 2 bytes per node, masses of this window and of the last.
    """

    counter: int
    first_window: bool
    split_on: bytes
    thresholds: bytes
    seen: bytes
    relied_on: bytes


class Dump(msgspec.Struct, frozen=True, array_like=True):
    """The whole state of a model. `past`: its past scores."""

    format: Literal["half-space-trees/1"]
    shape: Shape
    forest: Forest
    typical: tuple[float, ...]
    past: bytes


_decoder = msgspec.msgpack.Decoder(Dump)


def encode(shape: Shape, trees: HalfSpaceTrees, typical: tuple[float, ...], past: bytes) -> bytes:
    """Encode a model's state; equal states give equal bytes."""
    return msgspec.msgpack.encode(Dump("half-space-trees/1", shape, _read(trees, shape), typical, past))


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


def grow(shape: Shape) -> HalfSpaceTrees:
    """Grow an empty forest from the seed; river would do it at the first event, in the middle of the stream."""
    limits = {name: (0.0, upper) for name, upper in zip(shape.names, shape.uppers, strict=True)}
    trees = HalfSpaceTrees(shape.trees, shape.height, shape.window, limits, shape.seed)
    trees.learn_one(dict.fromkeys(shape.names, 0.5))
    for node in _nodes(trees):
        node.l_mass = node.r_mass = 0
    trees.counter, trees._first_window = 0, True  # noqa: SLF001  river has no public way back to the beginning
    return trees


def plant(forest: Forest, shape: Shape) -> HalfSpaceTrees:
    """Rebuild the forest of a checked dump. The splits come from the dump, whatever the seed would give today."""
    trees = grow(shape)
    for node, seen, relied_on in zip(
        _nodes(trees), _unpack("H", forest.seen), _unpack("H", forest.relied_on), strict=True
    ):
        node.l_mass, node.r_mass = seen, relied_on
    for branch, place, threshold in zip(
        _branches(trees), forest.split_on, _unpack("d", forest.thresholds), strict=True
    ):
        branch.feature, branch.threshold = shape.names[place], threshold
    trees.counter, trees._first_window = forest.counter, forest.first_window  # noqa: SLF001  see `grow`
    return trees


def _read(trees: HalfSpaceTrees, shape: Shape) -> Forest:
    places = {name: place for place, name in enumerate(shape.names)}
    branches, nodes = _branches(trees), _nodes(trees)
    return Forest(
        counter=trees.counter,
        first_window=trees._first_window,  # noqa: SLF001  see `grow`
        split_on=bytes(places[branch.feature] for branch in branches),
        thresholds=_pack("d", [branch.threshold for branch in branches]),
        seen=_pack("H", [node.l_mass for node in nodes]),
        relied_on=_pack("H", [node.r_mass for node in nodes]),
    )


def _fits(forest: Forest, shape: Shape) -> bool:
    lengths = (len(forest.split_on), len(forest.thresholds), len(forest.seen), len(forest.relied_on))
    return (
        lengths == (shape.branches, 8 * shape.branches, 2 * shape.nodes, 2 * shape.nodes)
        and max(forest.split_on) < len(shape.names)
        and 0 <= forest.counter < shape.window
    )


def _nodes(trees: HalfSpaceTrees) -> list[Any]:
    return [node for nodes in trees._tree_nodes for node in nodes]  # noqa: SLF001  see `grow`


def _branches(trees: HalfSpaceTrees) -> list[Any]:
    return [node for node in _nodes(trees) if hasattr(node, "children")]


def _pack(kind: str, numbers: list[Any]) -> bytes:
    return struct.pack(f"<{len(numbers)}{kind}", *numbers)


def _unpack(kind: str, content: bytes) -> tuple[Any, ...]:
    return struct.unpack(f"<{len(content) // struct.calcsize(kind)}{kind}", content)
