"""Recency against a dict of sightings."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.state.packing import DAY, fingerprint
from monitor.engine.state.recency import Recency
from tests.state.codec import encoded, reborn

NOW = 1_700_000_000_000
VALUES = [fingerprint(str(n)) for n in range(12)]
SIGHTINGS = st.lists(st.tuples(st.sampled_from(VALUES), st.integers(NOW, NOW + DAY)), max_size=40)


def filled(sightings: list[tuple[bytes, int]], capacity: int = 64) -> Recency:
    recency = Recency(capacity=capacity)
    for value, now in sightings:
        recency.seen(value, now)
    return recency


def second(ms: int) -> int:
    return ms // 1000 * 1000


@given(SIGHTINGS)
def test_first_and_last_time_are_kept_to_the_second(sightings: list[tuple[bytes, int]]) -> None:
    recency = filled(sightings)
    for value in VALUES:
        times = [second(now) for seen, now in sightings if seen == value]
        assert recency.first_seen(value) == min(times, default=None)
        assert recency.last_seen(value) == max(times, default=None)


@given(SIGHTINGS, st.integers(0, DAY), st.integers(0, DAY))
def test_distinct_counts_the_values_of_the_window(sightings: list[tuple[bytes, int]], window: int, later: int) -> None:
    now = NOW + later
    inside = {value for value, time in sightings if second(time) >= second(now - window)}
    assert filled(sightings).distinct(window, now) == len(inside)


@given(SIGHTINGS, st.randoms())
def test_the_state_does_not_depend_on_the_order_of_arrival(sightings: list[tuple[bytes, int]], random: Random) -> None:
    shuffled = list(sightings)
    random.shuffle(shuffled)
    assert encoded(filled(shuffled)) == encoded(filled(sightings))


@given(SIGHTINGS, st.integers(1, 5))
def test_when_full_the_value_seen_longest_ago_goes_first(sightings: list[tuple[bytes, int]], capacity: int) -> None:
    model: dict[bytes, int] = {}
    for value, now in sightings:
        model[value] = max(second(now), model.get(value, 0))
        if len(model) > capacity:
            del model[min(model, key=lambda held: (model[held], held[:6]))]
    recency = reborn(filled(sightings, capacity))
    assert {value: recency.last_seen(value) for value in VALUES if recency.last_seen(value) is not None} == model


@given(SIGHTINGS, st.integers(0, DAY))
def test_expiry_forgets_what_was_not_seen_for_that_long(sightings: list[tuple[bytes, int]], keep: int) -> None:
    recency = filled(sightings)
    recency.expire(NOW + DAY, keep)
    stay = {value for value, time in sightings if second(time) >= second(NOW + DAY - keep)}
    assert {value for value in VALUES if recency.first_seen(value) is not None} == stay


def test_a_count_equal_to_the_capacity_means_that_many_or_more() -> None:
    recency = filled([(fingerprint(str(n)), NOW + n) for n in range(1000)])
    assert recency.distinct(DAY, NOW + 1000) == recency.capacity == 64


def test_a_window_longer_than_time_itself_counts_everything() -> None:
    recency = filled([(VALUES[0], NOW)])
    recency.expire(5, keep=10)
    assert recency.distinct(2 * NOW, NOW) == 1


def test_too_short_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 6 bytes"):
        Recency().seen(b"abc", NOW)
