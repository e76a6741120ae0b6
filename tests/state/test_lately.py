"""Distinct counterparties in windows up to a day, against a plain model."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.state.known import KnownSet
from monitor.engine.state.lately import Lately
from monitor.engine.state.packing import DAY, HOUR, MINUTE, fingerprint
from tests.state.codec import encoded, reborn

NOW = 1_700_000_000_000
VALUES = [fingerprint(str(n)) for n in range(12)]
WINDOWS = (5 * MINUTE, HOUR, DAY)
STEPS = st.lists(st.tuples(st.sampled_from(VALUES), st.integers(0, 8 * 3600).map(lambda s: s * 1000)), max_size=40)


@given(STEPS)
def test_distinct_values_in_a_window_are_those_of_a_plain_reading(steps: list[tuple[bytes, int]]) -> None:
    lately, now, seen = Lately(), NOW, dict[bytes, int]()
    first: dict[bytes, int] = {}
    for value, gap in steps:
        now += gap
        new = value not in seen
        lately.see(value, now, new=new)
        lately = reborn(lately)
        if new:
            first[value] = now
        seen[value] = now
        for window in WINDOWS:
            assert lately.distinct(window, now) == sum(at >= now - window for at in seen.values())
    assert lately.new(DAY, now) >= sum(at >= now - DAY for at in first.values())


def test_when_full_the_oldest_goes_and_the_count_means_at_least() -> None:
    lately = Lately(capacity=4)
    for number in range(10):
        lately.see(fingerprint(str(number)), NOW + number * 1000, new=True)
    assert lately.distinct(DAY, NOW + 10_000) == 4
    assert lately.new(5_000, NOW + 10_000) == 4


def test_a_value_seen_again_counts_once_and_stays_new_for_its_day() -> None:
    lately = Lately()
    lately.see(VALUES[0], NOW, new=True)
    lately.see(VALUES[0], NOW + HOUR, new=False)
    assert (lately.distinct(DAY, NOW + HOUR), lately.new(DAY, NOW + HOUR)) == (1, 1)


def test_after_a_day_nothing_is_left() -> None:
    lately = Lately()
    lately.see(VALUES[0], NOW, new=True)
    lately.expire(NOW + DAY + 1000)
    assert encoded(lately) == encoded(Lately())


def test_longer_windows_are_read_off_the_days_on_which_payees_were_last_paid() -> None:
    payees = KnownSet(dated=False)
    for number, days_ago in enumerate((0, 3, 6, 20, 60, 200)):
        payees.see(VALUES[number], NOW - days_ago * DAY, paid=True)
    assert [payees.distinct(days * DAY, NOW) for days in (7, 30, 90)] == [3, 4, 5]
