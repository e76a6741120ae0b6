"""Windows against a plain list of events."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.measures import ATTEMPTS
from monitor.engine.state.packing import DAY, HOUR, MINUTE
from monitor.engine.state.windows import GRANULES, LENGTHS, Window, Windows, window_start
from tests.state.codec import encoded, reborn

NOW = 1_700_000_000_000
GAPS = st.sampled_from([0, 1, MINUTE - 1, MINUTE, 5 * MINUTE, HOUR, DAY, 6 * DAY, 18 * DAY, 91 * DAY])
BACK = st.integers(0, 100 * DAY) | st.integers(0, 2 * HOUR) | st.just(0)
AMOUNTS = st.integers(-(10**6), 10**12)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """(measure, event time, amount): time mostly goes on, now and then an event is late."""
    events, newest = [], NOW + draw(st.integers(0, 20 * DAY))
    for gap, back in draw(st.lists(st.tuples(GAPS | st.integers(0, DAY), BACK), max_size=40)):
        newest += gap
        events.append((draw(st.integers(1, 3)), newest - back, draw(AMOUNTS)))
    return events


def filled(events: list[tuple[int, int, int]]) -> Windows:
    windows = Windows()
    for measure, time, amount in events:
        windows.add(measure, time, amount)
    return windows


def test_what_is_too_old_to_be_kept_leaves_nothing_behind() -> None:
    windows = Windows()
    windows.expire(NOW)
    for measure, back in ((ATTEMPTS, 10 * DAY), (ATTEMPTS + 1, 120 * DAY)):
        assert not windows.add(measure, NOW - back)
    assert windows.measures == []


@given(histories(), st.sampled_from(Window), GAPS)
def test_a_window_holds_exactly_the_events_since_its_start(
    events: list[tuple[int, int, int]], window: Window, later: int
) -> None:
    windows = filled(events)
    now = max([time for _, time, _ in events], default=NOW) + later
    for measure in range(1, 4):
        amounts = [a for m, time, a in events if m == measure and time >= window_start(window, now)]
        assert windows.count(measure, window, now) == len(amounts)
        assert windows.total(measure, window, now) == sum(amounts)


@given(histories(), st.randoms())
def test_the_state_does_not_depend_on_the_order_of_arrival(events: list[tuple[int, int, int]], random: Random) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)
    assert encoded(filled(shuffled)) == encoded(filled(events))


@given(histories(), histories())
def test_a_restored_state_goes_on_as_if_nothing_had_happened(
    before: list[tuple[int, int, int]], after: list[tuple[int, int, int]]
) -> None:
    through, restored = filled(before), reborn(filled(before))
    for measure, time, amount in after:
        assert restored.add(measure, time, amount) == through.add(measure, time, amount)
    assert encoded(restored) == encoded(through)


@given(st.integers(0, 10**13), st.sampled_from(Window))
def test_a_window_reads_back_at_least_its_length_and_less_than_a_bucket_more(now: int, window: Window) -> None:
    assert LENGTHS[window] <= now - window_start(window, now) < LENGTHS[window] + GRANULES[window]


def test_each_bucket_fits_into_one_of_the_next_tier() -> None:
    assert all(wide % fine == 0 for fine, wide in pairwise(GRANULES))
    assert all(length % granule == 0 for length, granule in zip(LENGTHS, GRANULES, strict=True))


def test_an_event_older_than_every_window_is_refused_and_leaves_no_trace() -> None:
    windows = filled([(2, NOW, 5)])
    untouched = encoded(windows)
    assert not windows.add(1, window_start(Window.D90, NOW) - 1, 5)
    assert encoded(windows) == untouched
    assert windows.add(1, window_start(Window.D90, NOW), 5)


def test_a_late_event_counts_in_the_windows_that_reach_back_to_it() -> None:
    windows = filled([(1, NOW, 1), (1, NOW - 2 * HOUR, 10)])
    assert [windows.total(1, window, NOW) for window in Window] == [1, 1, 11, 11, 11, 11]


def test_a_question_about_the_past_is_answered_as_of_the_newest_event() -> None:
    windows = filled([(1, NOW, 1), (1, NOW + DAY, 10)])
    assert windows.total(1, Window.M5, NOW) == 10


def test_asking_changes_nothing() -> None:
    windows = filled([(1, NOW, 1), (2, NOW, 1)])
    untouched = encoded(windows)
    assert windows.count(1, Window.D7, NOW + 400 * DAY) == 0
    assert encoded(windows) == untouched


def test_a_measure_never_seen_has_nothing() -> None:
    assert Windows().count(3, Window.D90, NOW) == Windows().total(3, Window.D90, NOW) == 0


def test_attempts_are_kept_for_a_day_only() -> None:
    windows = filled([(ATTEMPTS, NOW, 1), (ATTEMPTS, NOW + 20 * HOUR, 10)])
    assert windows.tally(ATTEMPTS, Window.H24, NOW + 23 * HOUR) == (2, 11)
    windows.expire(NOW + 26 * HOUR)
    assert windows.tally(ATTEMPTS, Window.H24, NOW + 26 * HOUR) == (1, 10)
    assert not windows.add(ATTEMPTS, NOW - HOUR, 5)
    with pytest.raises(ValueError, match="no window D7"):
        windows.count(ATTEMPTS, Window.D7, NOW)


def test_after_ninety_days_of_silence_nothing_is_left_but_the_clock() -> None:
    windows = filled([(3, NOW, 1)])
    windows.expire(NOW + 90 * DAY + GRANULES[Window.D90])
    assert windows.measures == []


@pytest.mark.parametrize("step", [MINUTE, HOUR, DAY])
def test_the_buckets_of_a_busy_customer_are_bounded(step: int) -> None:
    windows = Windows()
    for time in range(NOW, NOW + 3000 * step, step):
        windows.add(1, time)
    most = [6, 12, 24, 7, 5, 4]
    assert all(len(tier) // 3 <= limit for tier, limit in zip(windows.measures[1], most, strict=True))
