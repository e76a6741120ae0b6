"""A layered drawing: boxes in columns from left to right, arrows that pass between boxes rather than across them.

After Sugiyama: long arrows get a waypoint in every column they cross, then each column is sorted by the mean place of
its neighbours, to and fro, until few arrows cross. Small graphs only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

_SWEEPS: Final = 8
_WAYPOINT_HEIGHT: Final = 8.0

Point = tuple[float, float]
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Grid:
    """Sizes: width of a box, space between columns, space between boxes of a column."""

    box_width: float
    between_columns: float
    between_boxes: float


@dataclass(slots=True)
class Layout:
    """Top left corner of each box; the points each forward link passes, from box to box; the size of the whole."""

    corners: dict[str, Point] = field(default_factory=dict)
    routes: dict[Link, list[Point]] = field(default_factory=dict)
    width: float = 0
    height: float = 0


def lay_out(layers: Mapping[str, int], heights: Mapping[str, float], links: Iterable[Link], grid: Grid) -> Layout:
    """Place boxes by layer. Links that do not go forward are left to the caller."""
    chains = {link: _chain(link, layers) for link in links if layers[link[0]] < layers[link[1]]}
    columns = _columns(layers, chains.values())
    neighbours = _neighbours(chains.values())
    for sweep in range(_SWEEPS):
        _sweep(columns, neighbours, forward=sweep % 2 == 0)
    return _placed(columns, chains, heights, grid)


def _chain(link: Link, layers: Mapping[str, int]) -> list[str]:
    source, target = link
    between = range(layers[source] + 1, layers[target])
    return [source, *(f"{source} -> {target} @{layer}" for layer in between), target]


def _columns(layers: Mapping[str, int], chains: Iterable[Sequence[str]]) -> list[list[str]]:
    columns: list[list[str]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for name, layer in layers.items():
        columns[layer].append(name)
    for chain in chains:
        for step, name in enumerate(chain[1:-1], 1):
            columns[layers[chain[0]] + step].append(name)
    return columns


def _neighbours(chains: Iterable[Sequence[str]]) -> dict[bool, dict[str, list[str]]]:
    """Forward: who lies before; backward: who lies behind."""
    found: dict[bool, dict[str, list[str]]] = {True: defaultdict(list), False: defaultdict(list)}
    for chain in chains:
        for source, target in pairwise(chain):
            found[True][target].append(source)
            found[False][source].append(target)
    return found


def _sweep(columns: list[list[str]], neighbours: Mapping[bool, Mapping[str, list[str]]], *, forward: bool) -> None:
    order = range(1, len(columns)) if forward else range(len(columns) - 2, -1, -1)
    for index in order:
        fixed = columns[index - 1 if forward else index + 1]
        places = {name: place for place, name in enumerate(fixed)}
        columns[index].sort(key=_mean_place(columns[index], neighbours[forward], places).__getitem__)


def _mean_place(
    column: Sequence[str], neighbours: Mapping[str, list[str]], places: Mapping[str, int]
) -> dict[str, float]:
    """Who has no neighbour stays about where it is."""
    means = {}
    for place, name in enumerate(column):
        near = [places[other] for other in neighbours.get(name, []) if other in places]
        means[name] = sum(near) / len(near) if near else float(place)
    return means


def _placed(
    columns: list[list[str]], chains: Mapping[Link, list[str]], heights: Mapping[str, float], grid: Grid
) -> Layout:
    layout, centres = Layout(), dict[str, Point]()
    tall = [_height(column, heights, grid) for column in columns]
    layout.height = max(tall, default=0)
    for index, column in enumerate(columns):
        left, top = index * (grid.box_width + grid.between_columns), (layout.height - tall[index]) / 2
        for name in column:
            high = heights.get(name, _WAYPOINT_HEIGHT)
            centres[name] = (left + grid.box_width / 2, top + high / 2)
            if name in heights:
                layout.corners[name] = (left, top)
            top += high + grid.between_boxes
        layout.width = left + grid.box_width
    ports = _ports(chains.values(), centres, heights)
    layout.routes = {link: _route(chain, centres, ports, grid) for link, chain in chains.items()}
    return layout


def _ports(
    chains: Iterable[Sequence[str]], centres: Mapping[str, Point], heights: Mapping[str, float]
) -> dict[Link, float]:
    """(box, neighbour) -> height at which their line meets the box: neighbours from top to bottom, evenly spread."""
    meets: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    for chain in chains:
        meets[chain[0], True].append(chain[1])
        meets[chain[-1], False].append(chain[-2])
    ports = {}
    for (box, _), others in meets.items():
        step = heights[box] * 0.8 / len(others)
        top = centres[box][1] - step * (len(others) - 1) / 2
        for place, other in enumerate(sorted(others, key=lambda name: centres[name][1])):
            ports[box, other] = top + step * place
    return ports


def _height(column: Sequence[str], heights: Mapping[str, float], grid: Grid) -> float:
    boxes = sum(heights.get(name, _WAYPOINT_HEIGHT) for name in column)
    return boxes + grid.between_boxes * max(0, len(column) - 1)


def _route(chain: Sequence[str], centres: Mapping[str, Point], ports: Mapping[Link, float], grid: Grid) -> list[Point]:
    """From the right side of the first box to the left side of the last, straight through every waypoint's column."""
    half = grid.box_width / 2
    points = [(centres[chain[0]][0] + half, ports[chain[0], chain[1]])]
    for name in chain[1:-1]:
        x, y = centres[name]
        points += [(x - half, y), (x + half, y)]
    return [*points, (centres[chain[-1]][0] - half, ports[chain[-1], chain[-2]])]
