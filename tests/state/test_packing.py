"""Fingerprints, packed instants, rows and varints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.state import packing

KEYS = st.binary(min_size=6, max_size=6)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    assert packing.fingerprint("e", b"42").hex() == "4681089ffd07cf9a"


@pytest.mark.parametrize(("left", "right"), [(("ab", "c"), ("a", "bc")), (("a",), ("a", "")), (("a", "b"), ("b", "a"))])
def test_a_fingerprint_tells_parts_and_their_order_apart(left: tuple[str, ...], right: tuple[str, ...]) -> None:
    assert packing.fingerprint(*left) != packing.fingerprint(*right)


def test_text_and_its_bytes_have_one_fingerprint() -> None:
    assert packing.fingerprint("张三") == packing.fingerprint("张三".encode())


def test_a_short_fingerprint_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 6 bytes, this one 5"):
        packing.short_key(b"12345")


@given(st.integers(0, 2**32 * 1000 - 1))
def test_a_packed_second_is_rounded_down_by_less_than_a_second(ms: int) -> None:
    assert 0 <= ms - packing.unpack_second(packing.pack_second(ms)) < 1000


def test_an_instant_before_1970_does_not_fit() -> None:
    with pytest.raises(OverflowError):
        packing.pack_second(-1)


@given(st.lists(st.integers(0, 2**70)))
def test_varints_come_back_one_after_the_other(numbers: list[int]) -> None:
    blob = b"".join(map(packing.put_varint, numbers))
    found, at = [], 0
    while at < len(blob):
        number, at = packing.get_varint(blob, at)
        found.append(number)
    assert found == numbers


@given(st.integers(-(2**70), 2**70))
def test_a_signed_number_comes_back_and_a_small_one_takes_a_byte(number: int) -> None:
    packed = packing.put_signed(number)
    assert packing.get_signed(packed, 0) == (number, len(packed))
    assert (len(packed) == 1) == (-64 <= number < 64)


@given(st.lists(st.binary(min_size=3, max_size=3)), st.binary(min_size=3, max_size=3))
def test_a_row_is_found_only_where_a_row_begins(rows: list[bytes], key: bytes) -> None:
    expected = rows.index(key) if key in rows else -1
    assert packing.find_aligned(b"".join(rows), key, 3) == expected


@given(st.lists(st.binary(min_size=2, max_size=2)), st.binary(min_size=1, max_size=1))
def test_a_key_inside_the_row_is_found_at_its_offset(rows: list[bytes], key: bytes) -> None:
    keys = [row[1:] for row in rows]
    expected = keys.index(key) if key in keys else -1
    assert packing.find_aligned(b"".join(rows), key, 2, 1) == expected


@given(st.lists(st.binary(min_size=4, max_size=4)), st.binary(min_size=2, max_size=2))
def test_inserted_rows_are_sorted_and_counted_below_a_bound(rows: list[bytes], bound: bytes) -> None:
    blob = b""
    for row in rows:
        blob = packing.insert_sorted(blob, row)
    assert blob == b"".join(sorted(rows))
    assert packing.rows_before(blob, bound, 4) == sum(row[:2] < bound for row in rows)


@given(st.lists(KEYS, min_size=1), st.data())
def test_a_removed_row_leaves_the_others(rows: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(rows) - 1))
    rest = rows[:index] + rows[index + 1 :]
    assert packing.remove_row(b"".join(rows), index, 6) == b"".join(rest)
