"""Journal and snapshot records: round trips, refusals, size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.edge.entries import Applied, Claim, Marker, decode_journal, decode_marker, digest, encode
from monitor.edge.refusal import Refusal
from monitor.engine.api import Output

sizes = st.integers(0, 2**62)
ranges = st.dictionaries(st.text(min_size=1, max_size=20), st.tuples(sizes, sizes), max_size=5)
applied = st.builds(
    Applied, sizes, sizes, sizes, sizes, sizes, ranges, sizes, st.binary(max_size=8), st.binary(max_size=8), st.text()
)


@given(applied | st.builds(Claim, sizes, st.text(), st.text()))
def test_what_is_journalled_is_read_back(entry: Applied | Claim) -> None:
    assert decode_journal(encode(entry), 0, 0) == entry


def test_a_marker_is_read_back() -> None:
    marker = Marker(9, 2, 5, 1_700_000_000_000, {"cards": 3}, 1, 2, 10, 4, b"rules", "1.0.0")
    assert decode_marker(encode(marker), 0) == marker


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "CORRUPT_RECORD"),
        (b"", "CORRUPT_RECORD"),
        (b"\x01\x90", "UNKNOWN_FORMAT"),
        (b"\x02", "CORRUPT_RECORD"),
        (b"\x02\x93\xa1b\x01\x02", "CORRUPT_RECORD"),
        (b"\x02\x91\xa1x", "CORRUPT_RECORD"),
        (encode(Claim(1, "w", "1"))[:-1], "CORRUPT_RECORD"),
    ],
)
def test_a_record_that_is_not_understood_is_refused_by_name_and_place(value: bytes | None, name: str) -> None:
    with pytest.raises(Refusal, match=f"{name}: partition 3: journal offset 77") as caught:
        decode_journal(value, 3, 77)
    assert caught.value.name == name


@given(st.binary(max_size=60))
def test_no_bytes_crash_the_reader(value: bytes) -> None:
    entry: Claim | Applied | Refusal
    try:
        entry = decode_journal(value, 0, 0)
    except Refusal as refused:
        entry = refused
    assert isinstance(entry, Claim | Applied) or entry.name in {"CORRUPT_RECORD", "UNKNOWN_FORMAT"}


def test_a_batch_of_two_topics_is_journalled_in_about_a_hundred_bytes() -> None:
    entry = Applied(
        epoch=12_345,
        sequence=1_000_000,
        clock=1_795_000_000_000,
        reference_offset=50_000,
        controls_offset=120,
        ranges={"card-transactions": (10_000_000, 10_000_250), "transfers": (5_000_000, 5_000_100)},
        count=350,
        digest=bytes(8),
        rule_set=bytes(8),
        engine_version="1.0.0",
    )
    assert len(encode(entry)) <= 120


HEADER = (("event_id", b"e1"),)


def test_the_digest_is_of_all_bytes_in_order() -> None:
    one, two = Output("decisions", b"k", b"v", HEADER), Output("alerts", b"k", b"v")
    assert digest([one, two]) == digest([replace(one), replace(two)])
    assert len({digest([one, two]), digest([two, one]), digest([one]), digest([])}) == 4


@pytest.mark.parametrize(
    "other",
    [
        Output("decision", b"sk", b"v", HEADER),
        Output("decisions", b"kv", b"", HEADER),
        Output("decisions", b"k", b"v", (("event_ide", b"1"),)),
        Output("decisions", b"k", b"v"),
    ],
)
def test_bytes_that_move_between_fields_change_the_digest(other: Output) -> None:
    assert digest([other]) != digest([Output("decisions", b"k", b"v", HEADER)])
