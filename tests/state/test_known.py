"""What was seen is never denied before it expires."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.state.bloom import PANE, SLICE_BYTES, Bloom
from monitor.engine.state.known import KnownSet, Sighting
from monitor.engine.state.packing import DAY, fingerprint
from tests.state.codec import encoded, reborn

NOW = 1_700_000_000_000
VALUES = [fingerprint(str(n)) for n in range(20)]
STEPS = st.lists(
    st.tuples(st.sampled_from(VALUES), st.booleans(), st.integers(0, 200 * DAY) | st.just(0), st.integers(0, DAY)),
    max_size=40,
)


def second(ms: int) -> int:
    return ms // 1000 * 1000


def day(ms: int) -> int:
    return ms // DAY * DAY


@given(STEPS, st.integers(1, 4), st.booleans())
def test_a_value_seen_within_400_days_is_known_and_so_is_that_it_was_paid(
    steps: list[tuple[bytes, bool, int, int]], capacity: int, dated: bool
) -> None:
    known, clock = KnownSet(capacity=capacity, dated=dated), NOW
    seen: dict[bytes, int] = {}
    settled: dict[bytes, int] = {}
    for value, paid, gap, late in steps:
        clock += gap
        known.expire(clock)
        known.see(value, clock - late, paid=paid)
        seen[value] = max(seen.get(value, 0), clock - late)
        if paid or settled.get(value, 0) >= clock - 400 * DAY:
            settled[value] = seen[value]
        known = reborn(known)
        assert all(v in known for v, last in seen.items() if last >= clock - 400 * DAY)
        assert all(known.paid(v) for v, last in settled.items() if last >= clock - 400 * DAY)


@given(STEPS)
def test_while_there_is_room_everything_is_exact(steps: list[tuple[bytes, bool, int, int]]) -> None:
    known = KnownSet()
    model: dict[bytes, Sighting] = {}
    for value, paid, gap, _ in steps:
        now = NOW + gap
        assert known.see(value, now, paid=paid) == model.get(value)
        before = model.get(value, Sighting(second(now), day(now), False))
        first, last = min(before.first_seen, second(now)), max(before.last_seen, day(now))
        model[value] = Sighting(first, last, paid or before.paid)
    assert {value: known.get(value) for value in VALUES if value in known} == model


@given(STEPS, st.integers(1, 4))
def test_without_dates_everything_but_the_first_sighting_is_the_same(
    steps: list[tuple[bytes, bool, int, int]], capacity: int
) -> None:
    dated, undated = KnownSet(capacity=capacity), KnownSet(capacity=capacity, dated=False)
    for value, paid, gap, late in steps:
        for known in (dated, undated):
            known.expire(NOW + gap)
            known.see(value, NOW + gap - late, paid=paid)
    for value in VALUES:
        expected, found = dated.get(value), undated.get(value)
        assert found == (None if expected is None else expected._replace(first_seen=0))


@given(STEPS, st.randoms())
def test_while_there_is_room_the_state_does_not_depend_on_the_order_of_arrival(
    steps: list[tuple[bytes, bool, int, int]], random: Random
) -> None:
    shuffled = list(steps)
    random.shuffle(shuffled)
    one, other = KnownSet(), KnownSet()
    for value, paid, gap, _ in steps:
        one.see(value, NOW + gap, paid=paid)
    for value, paid, gap, _ in shuffled:
        other.see(value, NOW + gap, paid=paid)
    assert encoded(one) == encoded(other)


def flooded(count: int, *, paid: bool = False) -> KnownSet:
    known = KnownSet()
    for n in range(count):
        known.see(fingerprint("payee", str(n)), NOW + n * 1000, paid=paid)
    return known


def test_a_value_that_made_room_keeps_known_and_paid_but_not_its_time() -> None:
    known = KnownSet()
    known.see(VALUES[0], NOW, paid=True)
    known.see(VALUES[1], NOW)
    for n in range(128):
        known.see(fingerprint("payee", str(n)), NOW + DAY)
    assert known.get(VALUES[0]) == Sighting(0, 0, paid=True)
    assert known.get(VALUES[1]) == Sighting(0, 0, paid=False)
    assert known.see(VALUES[0], NOW + 2 * DAY) == Sighting(0, 0, paid=True)
    assert known.get(VALUES[0]) == Sighting(0, day(NOW + 2 * DAY), paid=True)


def test_a_stranger_is_a_stranger_until_something_was_forgotten() -> None:
    known = flooded(128)
    assert not any(fingerprint("stranger", str(n)) in known for n in range(10_000))


def test_of_strangers_few_are_taken_for_known_after_3000_payees() -> None:
    known = flooded(3000)
    wrong = sum(fingerprint("stranger", str(n)) in known for n in range(10_000))
    assert 0 < wrong < 400
    assert not known.forgotten.saturated


def test_a_flood_of_added_payees_makes_hardly_any_of_them_a_paid_one() -> None:
    known = flooded(3000)
    assert sum(known.paid(fingerprint("payee", str(n))) for n in range(3000)) < 120


def test_a_flood_of_30000_is_bounded_and_known_and_says_that_it_is_full() -> None:
    known = flooded(30_000, paid=True)
    assert len(encoded(known)) < 10_000
    assert known.forgotten.saturated
    assert all(known.paid(fingerprint("payee", str(n))) for n in range(0, 30_000, 97))


def test_what_was_not_seen_for_400_days_expires_while_exact() -> None:
    known = KnownSet()
    known.see(VALUES[0], NOW, paid=True)
    known.see(VALUES[1], NOW + DAY)
    known.expire(day(NOW) + 401 * DAY - 1)
    assert VALUES[0] in known
    known.expire(day(NOW) + 401 * DAY)
    assert VALUES[0] not in known
    assert VALUES[1] in known


def test_two_panes_later_nothing_is_left_at_all() -> None:
    known = flooded(1000)
    known.expire(NOW + 2 * PANE)
    known.expire(NOW + 4 * PANE)
    assert encoded(known) == encoded(KnownSet())


def test_too_short_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 5 bytes"):
        KnownSet().see(b"abc", NOW)


def test_the_filter_grows_only_when_it_has_to() -> None:
    bloom = Bloom()
    sizes = []
    for n in range(4000):
        bloom.add(fingerprint(str(n))[:6], NOW)
        sizes.append(sum(len(part.bits) for part in bloom.current))
    assert sizes[0] == SLICE_BYTES[0]
    assert sorted(set(sizes)) == [256, 768, 1792, 3840]
    assert sizes.index(768) in range(205, 215)  # 2,048 bits for 205 values; a few were there by chance


def test_the_filter_remembers_from_pane_to_pane_and_forgets_after_the_second() -> None:
    bloom = Bloom()
    bloom.add(b"first.", NOW)
    bloom.add(b"second", NOW + PANE)
    assert b"first." in bloom
    assert len(bloom.current) == len(bloom.closed) == 1
    bloom.expire(NOW + 2 * PANE - 1)
    assert b"first." in bloom
    bloom.expire(NOW + 2 * PANE)
    assert b"first." not in bloom
    assert b"second" in bloom


def test_adding_what_the_filter_holds_already_costs_nothing() -> None:
    bloom = Bloom()
    for _ in range(5):
        bloom.add(b"again.", NOW)
    assert bloom.current[0].count == 1


def test_it_says_whether_anything_was_ever_seen_also_when_all_of_it_is_beyond_the_exact_rows() -> None:
    known = KnownSet(capacity=1)
    assert not known
    known.see(VALUES[0], NOW)
    assert known
    known.see(VALUES[1], NOW)
    known.rows = b""
    assert known
    known.expire(NOW + 2 * PANE)
    assert known
    known.expire(NOW + 4 * PANE)
    assert not known
