"""Where the trees split: drawn by river from the seed. The one place that knows river's inner fields."""

from functools import lru_cache

from river.anomaly import HalfSpaceTrees

from monitor.engine.anomaly.forest_dump import Shape, Split


@lru_cache(maxsize=4)  # every partition has the same; drawing takes a tenth of a second
def draw_splits(shape: Shape) -> tuple[Split, ...]:
    """The splits of an empty forest, trees one after the other, branches depth first.

    river grows its trees at the first event; `_tree_nodes` then has each tree's nodes depth first, and what has
    `children` is a branch.
    """
    limits = {name: (0.0, upper) for name, upper in zip(shape.names, shape.uppers, strict=True)}
    forest = HalfSpaceTrees(shape.trees, shape.height, shape.window, limits, shape.seed)
    forest.learn_one(dict.fromkeys(shape.names, 0.5))
    places = {name: place for place, name in enumerate(shape.names)}
    nodes = (node for nodes in forest._tree_nodes for node in nodes)  # noqa: SLF001  river has no public way to them
    return tuple((places[node.feature], node.threshold) for node in nodes if hasattr(node, "children"))
