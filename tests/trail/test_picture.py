"""The picture: well formed, harmless, everything in it and nothing across each other."""

from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from monitor.cli import loan_view
from monitor.trail.layers import Grid, lay_out
from monitor.trail.methods import METHODS
from monitor.trail.movements import UNSPENT
from monitor.trail.picture import draw
from monitor.trail.story import tell
from monitor.trail.words import clean, plain
from tests.trail.bank import Bank
from tests.trail.scenes import K, through_friends

SVG = "{http://www.w3.org/2000/svg}"
GRID = Grid(box_width=100, between_columns=50, between_boxes=10)


def drawing(bank: Bank, most: int = 50) -> str:
    """The picture of the scene's loan."""
    return loan_view.picture(tell(bank.records, "loan-1", [METHODS["fifo"]]), most)


def texts(svg: str) -> list[str]:
    """Everything that can be read in it."""
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_arrow_has_its_amount_and_its_payments() -> None:
    """In the picture by number, below it in words."""
    found = texts(drawing(through_friends()))
    assert "[1] CNY 50,000.00" in found
    proof = next(line for line in found if line.startswith("[1] Holder of a-1 (a-1) to Holder of b-1 (b-1)"))
    assert "p7 (2026-03-02 01:08+00:00), p9" in proof
    assert "SECURITIES: 明湖证券" in found


def test_what_is_left_out_is_said() -> None:
    """Two of eleven ways are drawn."""
    found = texts(drawing(through_friends(), most=2))
    assert any("smaller ways are not shown: CNY 50,000.00, 50.0% of the loan" in line for line in found)


def test_a_payee_s_name_cannot_break_out_of_the_picture() -> None:
    """Names are written by strangers: tags, scripts, card numbers and marks that turn the line round."""
    bank = Bank({"a": "c-1"})
    bank.draw("a", 10 * K)
    evil = "</text><script>alert(1)</script>\u202e\x1b[2J4111 1111 1111 1111"
    bank.transfer("a", -K, counterparty_account="x", product_code="SECURITIES_TRANSFER", counterparty_name=evil)
    svg = drawing(bank)
    assert {element.tag for element in ET.fromstring(svg).iter()} <= {
        SVG + tag for tag in ("svg", "defs", "rect", "text", "path", "title")
    }
    assert not any(bad in svg for bad in ("<script", "\u202e", "\x1b", "4111 1111"))


def test_an_identifier_keeps_its_digits() -> None:
    """It is the proof; only what does not print is replaced."""
    assert plain("pay-49232997514797\n") == "pay-49232997514797·"
    assert clean("card 4111111111111111") == "card ****************"


def test_an_account_shows_what_came_and_what_is_still_there() -> None:
    """Of the draw, of what came home, of what another spent."""
    followed = tell(through_friends().records, "loan-1", [METHODS["fifo"]])
    picture = draw(followed.ways, followed.followed[0])
    home = picture.nodes["account a-1"]
    assert (home.kind, home.amount, home.held, picture.drawn["account a-1"]) == ("home", 5 * K, 15 * K, 100 * K)
    assert picture.nodes["end SECURITIES x-broker"].kind == "forbidden"
    assert picture.nodes["end SECURITIES x-broker"].layer == 3
    assert not any(UNSPENT in key for key in picture.nodes)


def test_boxes_of_a_column_do_not_overlap() -> None:
    """However they are sorted."""
    layers = {"home": 0, "a": 1, "b": 1, "c": 1, "end": 2}
    heights = dict(zip(layers, (40.0, 60.0, 20.0, 80.0, 30.0), strict=True))
    links = [("home", name) for name in "abc"] + [(name, "end") for name in "abc"]
    layout = lay_out(layers, heights, links, GRID)
    tops = sorted((layout.corners[name][1], heights[name]) for name in "abc")
    assert all(top + height + 10 <= below for (top, height), (below, _) in pairwise(tops))


def test_arrows_that_need_not_cross_do_not() -> None:
    """Two chains whose ends are named in the wrong order."""
    layers = {"a": 0, "b": 0, "c": 1, "d": 1, "e": 2, "f": 2}
    links = [("a", "d"), ("b", "c"), ("d", "e"), ("c", "f")]
    layout = lay_out(layers, dict.fromkeys(layers, 20.0), links, GRID)
    routes = [layout.routes[link] for link in links]
    for one, other in combinations(routes, 2):
        if one[0][0] == other[0][0]:
            assert (one[0][1] < other[0][1]) == (one[-1][1] < other[-1][1])


@pytest.mark.parametrize("link", [("end", "home"), ("a", "a")])
def test_an_arrow_that_goes_back_is_left_to_the_painter(link: tuple[str, str]) -> None:
    """It has no place between the columns."""
    layers = {"home": 0, "a": 1, "end": 2}
    assert lay_out(layers, dict.fromkeys(layers, 20.0), [("home", "a"), link], GRID).routes.keys() == {("home", "a")}


def test_a_long_arrow_passes_between_the_boxes() -> None:
    """From the first column to the third there is a box in the way."""
    layers = {"home": 0, "a": 1, "end": 2}
    layout = lay_out(layers, dict.fromkeys(layers, 20.0), [("home", "a"), ("a", "end"), ("home", "end")], GRID)
    (_, top), high = layout.corners["a"], 20.0
    passes = [y for x, y in layout.routes["home", "end"] if layout.corners["a"][0] <= x <= layout.corners["a"][0] + 100]
    assert passes
    assert not any(top <= y <= top + high for y in passes)
