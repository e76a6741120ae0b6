"""The queue of byte strings against a list."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.state import cores

ITEMS = st.lists(st.binary(max_size=3) | st.binary(max_size=400) | st.just(b"the same prefix, and a long one"))


def filled(items: list[bytes]) -> bytes:
    blob = last = b""
    for item in items:
        blob = cores.append(blob, last, item)
        last = item or last
    return blob


@given(ITEMS)
def test_every_item_comes_back(items: list[bytes]) -> None:
    blob = filled(items)
    assert [cores.nth(blob, n) for n in range(len(items))] == items


@given(ITEMS, st.data())
def test_dropping_the_oldest_gives_what_the_others_alone_would_give(items: list[bytes], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(items)))
    assert cores.drop(filled(items), count) == filled(items[count:])


def test_an_empty_item_costs_a_byte_and_a_repeated_short_one_too() -> None:
    assert len(filled([b"decision", b"", b"decision"])) == 9 + 1 + 1
