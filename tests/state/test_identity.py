"""The memory of message ids against its definition in the contracts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.state.identity import DIGEST_BYTES, Entry, RecentIds
from monitor.engine.state.packing import HOUR, fingerprint
from tests.state.codec import encoded, reborn

NOW = 1_700_000_000_000 // HOUR * HOUR
GAPS = st.sampled_from([0, 1, HOUR // 3, HOUR, 24 * HOUR, 72 * HOUR, 73 * HOUR, 256 * HOUR, 300 * HOUR])
BURSTS = st.lists(st.tuples(GAPS, st.integers(1, 120)), max_size=8)


def key(n: int) -> bytes:
    return fingerprint("id", str(n))


def core(n: int) -> bytes:
    return f"decision {n}".encode() if n % 3 else b""


def expected(times: list[int], now: int) -> set[int]:
    """The last 64 or those of 72 h (counted in full hours), whichever holds more, at most 256."""
    young = sum(now // HOUR - time // HOUR <= 72 for time in times)
    return set(range(len(times))[-max(64, min(256, young)) :])


@given(BURSTS, GAPS)
def test_exactly_the_ids_of_the_contract_are_remembered(bursts: list[tuple[int, int]], silence: int) -> None:
    ids, times, now = RecentIds(), list[int](), NOW
    for gap, count in bursts:
        now += gap
        for _ in range(count):
            ids.remember(key(len(times)), key(len(times)), core(len(times)), now)
            times.append(now)
    now += silence
    ids.expire(now)
    stay = expected(times, now)
    assert len(ids) == len(stay)
    for n in range(len(times)):
        assert ids.find(key(n)) == (Entry(key(n)[:DIGEST_BYTES], core(n)) if n in stay else None)


@given(BURSTS, BURSTS)
def test_a_restored_memory_goes_on_as_if_nothing_had_happened(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    start = played(RecentIds(), before)
    assert encoded(played(reborn(start), after, 1000)) == encoded(played(start, after, 1000))


def played(ids: RecentIds, bursts: list[tuple[int, int]], number: int = 0) -> RecentIds:
    """The memory after bursts of (ms since the one before, messages), numbered from `number`."""
    now = NOW
    for gap, count in bursts:
        now += gap
        for n in range(number, number + count):
            ids.remember(key(n), key(n), core(n), now)
        number += count
    return ids


def test_an_id_stays_72_hours_and_at_most_one_more() -> None:
    ids = RecentIds()
    ids.remember(key(0), b"000", b"", NOW + HOUR - 1)
    for n in range(1, 65):
        ids.remember(key(n), b"000", b"", NOW + HOUR)
    ids.expire(NOW + 73 * HOUR - 1)
    assert ids.find(key(0)) is not None
    ids.expire(NOW + 73 * HOUR)
    assert ids.find(key(0)) is None
    assert ids.find(key(1)) is not None


def test_remembering_an_id_again_keeps_the_first_decision() -> None:
    ids = RecentIds()
    ids.remember(key(1), b"aa", b"first", NOW)
    untouched = encoded(ids)
    ids.remember(key(1), b"bb", b"second", NOW)
    assert encoded(ids) == untouched
    assert ids.find(key(1)) == Entry(b"aa", b"first")


def test_a_second_name_is_found_also_when_it_begins_like_the_one_before() -> None:
    ids = RecentIds()
    for n in range(20):
        ids.remember(key(n), b"aa", b"same core", NOW, b"name" + bytes([n]))
    assert [ids.find_name(b"name" + bytes([n])) for n in range(20)] == [Entry(b"aa", b"same core")] * 20
    assert ids.find_name(b"other") is None


def test_a_name_goes_with_its_message() -> None:
    ids = RecentIds()
    for n in range(65):
        ids.remember(key(n), b"aa", b"core", NOW + n * 100 * HOUR, key(1000 + n))
    assert ids.find_name(key(1000)) is None
    assert ids.find_name(key(1001)) == Entry(b"aa", b"core")


def test_a_clock_that_steps_back_forgets_nothing_early() -> None:
    ids = RecentIds()
    ids.remember(key(0), b"aa", b"", NOW + 100 * HOUR)
    for n in range(1, 100):
        ids.remember(key(n), b"aa", b"", NOW)
    assert len(ids) == 100


def test_when_no_decision_is_left_none_leaves_a_trace() -> None:
    ids, plain = RecentIds(), RecentIds()
    ids.remember(key(1000), b"aa", b"a decision", NOW)
    for n in range(64):
        ids.remember(key(n), b"aa", b"", NOW + 100 * HOUR)
        plain.remember(key(n), b"aa", b"", NOW + 100 * HOUR)
    assert encoded(ids) == encoded(plain)


@pytest.mark.parametrize("size", [14, 15, 16, 142, 143, 5000])
def test_a_decision_of_any_length_comes_back(size: int) -> None:
    ids = RecentIds()
    ids.remember(key(1), b"aa", b"x" * size, NOW)
    ids.remember(key(2), b"aa", b"x" * size + b"y", NOW)
    assert [found and found.core for found in map(ids.find, map(key, (1, 2)))] == [b"x" * size, b"x" * size + b"y"]


def test_too_short_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 6 bytes"):
        RecentIds().remember(b"abc", b"aa", b"", NOW)
