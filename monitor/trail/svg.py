"""The ways as an SVG picture: accounts in columns from the draw on, arrows numbered, and below them their proof."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from textwrap import wrap
from typing import Any, Final
from unicodedata import east_asian_width

import drawsvg

from monitor.trail.layers import Grid, Layout, Point, lay_out
from monitor.trail.picture import Arrow, Kind, Node, Picture
from monitor.trail.words import MEANINGS, Speaker, plain

GRID: Final = Grid(box_width=210, between_columns=170, between_boxes=22)
_MARGIN, _HEAD, _LINE, _FONT, _SMALL = 24.0, 24.0, 16.0, 13.0, 11.0
_FAMILY: Final = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, Helvetica, Arial, sans-serif"
_BACK: Final = 24.0
_CELL: Final = 0.56  # width of a letter, as a share of the font's size
_INDENT: Final = "    "
_PORT: Final = 22.0  # room for an arrow and its label
_INK, _FAINT, _ARROW = "#111827", "#4b5563", "#94a3b8"
_COLOURS: Final[Mapping[Kind, tuple[str, str]]] = {
    "home": ("#dbeafe", "#1d4ed8"),
    "other": ("#f3f4f6", "#6b7280"),
    "forbidden": ("#fee2e2", "#b91c1c"),
    "doubtful": ("#fef3c7", "#b45309"),
    "ordinary": ("#dcfce7", "#15803d"),
    "over": ("#ede9fe", "#6d28d9"),
}
_KINDS: Final[Mapping[Kind, str]] = {
    "home": "the borrower's account",
    "other": "another customer's account",
    "forbidden": "forbidden use",
    "doubtful": "to be looked at",
    "ordinary": "ordinary use",
    "over": "repaid or settled",
}


def svg(picture: Picture, speaker: Speaker, title: str, notes: Sequence[str]) -> str:
    """Draw the picture: an SVG document without scripts or links. `notes` stand at the end."""
    texts = {key: _texts(node, speaker, picture.drawn.get(key, 0)) for key, node in picture.nodes.items()}
    heights = {key: max(14 + _LINE * len(lines), _PORT * _busiest(key, picture)) for key, lines in texts.items()}
    layers = {key: node.layer for key, node in picture.nodes.items()}
    layout = lay_out(layers, heights, picture.arrows, GRID)
    back = [arrow for link, arrow in picture.arrows.items() if link not in layout.routes]
    return _Sheet(picture, layout, heights, texts, back).document(speaker, title, notes)


def _busiest(key: str, picture: Picture) -> int:
    """How many arrows meet the box on its busier side."""
    return max(sum(link[side] == key for link in picture.arrows) for side in (0, 1))


def _texts(node: Node, speaker: Speaker, drawn: int) -> list[str]:
    if node.end is not None:
        meaning = [MEANINGS[node.end.bucket]] if node.end.bucket in MEANINGS else []
        return [speaker.end(node.end, len(node.payees)), speaker.money(node.amount), *meaning]
    name = speaker.holder(node.account)
    lines = [name, plain(node.account)] if name else [plain(node.account)]
    lines += [f"drawn {speaker.money(drawn)}"] if drawn else []
    lines += [f"came {speaker.money(node.amount)}"] if node.amount else []
    return [*lines, *([f"still there {speaker.money(node.held)}"] if node.held else [])]


class _Sheet:
    """One drawing in the making. `top`: where the boxes begin; arrows that go back run below the boxes."""

    def __init__(
        self,
        picture: Picture,
        layout: Layout,
        heights: Mapping[str, float],
        texts: Mapping[str, list[str]],
        back: Sequence[Arrow],
    ) -> None:
        self.picture, self.layout, self.heights, self.texts, self.back = picture, layout, heights, texts, back
        self.top, self.left = _MARGIN + _HEAD + 30, _MARGIN + (30 if back else 0)
        self.most = max((arrow.amount for arrow in picture.arrows.values()), default=1) or 1
        self.numbers = {link: number for number, link in enumerate(picture.arrows, 1)}
        self.items: list[Any] = []
        self.labels: list[Any] = []

    def document(self, speaker: Speaker, title: str, notes: Sequence[str]) -> str:
        """The picture as an SVG document."""
        under = self.top + self.layout.height + _BACK * len(self.back) + 40
        width = max(self.layout.width + 2 * (self.left - _MARGIN), 900.0) + 2 * _MARGIN
        cells = int((width - 2 * _MARGIN) / (_SMALL * _CELL))
        said = [*self._legend(speaker), *notes]
        lines = [part for line in said for part in wrap(line, cells, subsequent_indent=_INDENT, break_on_hyphens=False)]
        self._write(title, (_MARGIN, _MARGIN + _FONT), _FONT + 3, bold=True, room=width - 2 * _MARGIN)
        self._key()
        for link, arrow in self.picture.arrows.items():
            self._arrow(link, arrow, speaker)
        self.items += self.labels  # above every arrow
        for key, node in self.picture.nodes.items():
            self._box(key, node)
        for place, line in enumerate(lines):
            indent = 20 if line.startswith(_INDENT) else 0
            self._write(line, (_MARGIN + indent, under + _LINE * place), _SMALL)
        return _document(self.items, width, under + _LINE * len(lines) + _MARGIN - _LINE)

    # -- parts -------------------------------------------------------------------------------------

    def _key(self) -> None:
        """What the colours mean."""
        x = _MARGIN
        kinds = {node.kind for node in self.picture.nodes.values()}
        for kind, (fill, line) in _COLOURS.items():
            if kind in kinds:
                y = _MARGIN + _HEAD
                self.items.append(drawsvg.Rectangle(x, y, 12, 12, fill=fill, stroke=line))
                self._write(_KINDS[kind], (x + 18, y + 10), _SMALL, colour=_FAINT)
                x += 38 + _wide(_KINDS[kind]) * _SMALL * _CELL

    def _box(self, key: str, node: Node) -> None:
        fill, line = _COLOURS[node.kind]
        left, top = self._corner(key)
        radius = 6 if node.end is None else 14
        self.items.append(
            drawsvg.Rectangle(left, top, GRID.box_width, self.heights[key], rx=radius, fill=fill, stroke=line)
        )
        for place, text in enumerate(self.texts[key]):
            at, bold = (left + 10, top + 19 + _LINE * place), place == 0
            self._write(text, at, _FONT if bold else _SMALL, bold=bold, room=GRID.box_width - 20)

    def _arrow(self, link: tuple[str, str], arrow: Arrow, speaker: Speaker) -> None:
        thick = 1.5 + 8.5 * arrow.amount / self.most
        path = drawsvg.Path(stroke=_ARROW, stroke_width=round(thick, 1), fill="none", stroke_opacity=0.75)
        route = self.layout.routes.get(link)
        points = [(x + self.left, y + self.top) for x, y in route] if route else self._way_back(arrow)
        (_curve if route else _bow)(path, points)
        path.append_title(_proof(arrow, speaker))
        self.items += [path, _head(points[-1], thick)]
        self._label(f"[{self.numbers[link]}] {speaker.money(arrow.amount)}", points, thick)

    def _label(self, text: str, points: Sequence[Point], thick: float) -> None:
        """Above the arrow where it arrives; above the straight part of one that goes back."""
        (x0, y0), (x1, y1) = points[-2:]
        wide = _wide(text) * _SMALL * _CELL
        at = (x1 - wide - 12, y1 - thick / 2 - 3) if x0 != x1 else ((points[1][0] + x0 - wide) / 2, y0 - 6)
        style = {"stroke": "white", "stroke_width": 3, "paint_order": "stroke"}
        self.labels.append(drawsvg.Text(text, _SMALL, *at, fill=_INK, **style))

    def _way_back(self, arrow: Arrow) -> list[Point]:
        """Below all boxes, from the right side of the source round to the left side of the target."""
        (x0, y0), (x1, y1) = self._side(arrow.source, right=True), self._side(arrow.target, right=False)
        low = self.top + self.layout.height + _BACK * (1 + self.back.index(arrow))
        return [(x0, y0), (x0, low), (x1, low), (x1, y1)]

    def _side(self, key: str, *, right: bool) -> Point:
        left, top = self._corner(key)
        return left + (GRID.box_width if right else 0), top + self.heights[key] / 2

    def _corner(self, key: str) -> Point:
        left, top = self.layout.corners[key]
        return left + self.left, top + self.top

    def _legend(self, speaker: Speaker) -> list[str]:
        """One line an arrow, with the payments that prove it."""
        lines = []
        for link, arrow in self.picture.arrows.items():
            names = " to ".join(self._named(key, speaker) for key in link)
            said = f"{names}: {speaker.money(arrow.amount)}, {_proof(arrow, speaker)}"
            lines.append(f"[{self.numbers[link]}] {said}")
        return lines

    def _named(self, key: str, speaker: Speaker) -> str:
        account = self.picture.nodes[key].account
        return speaker.account(account) if account else self.texts[key][0]

    def _write(
        self,
        text: str,
        at: Point,
        size: float,
        *,
        bold: bool = False,
        colour: str = _INK,
        room: float | None = None,
    ) -> None:
        style: dict[str, Any] = {"font_weight": "bold"} if bold else {}
        fitted = text if room is None else _fit(text, room / (size * _CELL))
        self.items.append(drawsvg.Text(fitted, size, *at, fill=colour, **style))


def _proof(arrow: Arrow, speaker: Speaker) -> str:
    return speaker.proof(arrow.leg) if arrow.leg.proof else "by the payment that brought it"


def _document(items: Iterable[Any], width: float, height: float) -> str:
    drawing = drawsvg.Drawing(width, height, font_family=_FAMILY)
    drawing.append(drawsvg.Rectangle(0, 0, width, height, fill="white"))
    for item in items:
        drawing.append(item)
    return str(drawing.as_svg())


def _curve(path: Any, points: Sequence[Point]) -> None:
    """Smoothly through all points, level where it leaves and arrives."""
    path.M(*points[0])
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (x0 + x1) / 2
        path.C(middle, y0, middle, y1, x1, y1)


def _bow(path: Any, points: Sequence[Point]) -> None:
    """Round the corner, along below, and round the next corner."""
    (x0, y0), (_, low), (x1, _), (_, y1) = points
    path.M(x0, y0).C(x0 + 40, y0, x0 + 40, low, x0, low).L(x1, low).C(x1 - 40, low, x1 - 40, y1, x1, y1)


def _head(at: Point, thick: float) -> Any:
    x, y = at
    half = 4 + thick / 2
    return drawsvg.Lines(x, y, x - 10, y - half, x - 10, y + half, close=True, fill=_ARROW)


def _wide(text: str) -> int:
    """Cells a text takes; a Chinese character takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _fit(text: str, cells: float) -> str:
    """Cut what is too long, with a sign that it was cut."""
    if _wide(text) <= cells:
        return text
    while text and _wide(text) + 1 > cells:
        text = text[:-1]
    return f"{text}…"
