"""Quantiles against the sorted amounts."""

from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.engine.state.amounts import PANE, Amounts
from monitor.engine.state.packing import DAY
from tests.state.codec import encoded, reborn

NOW = PANE * 700 + 3 * DAY
EVENTS = st.lists(st.tuples(st.integers(0, 2**45), st.integers(-100 * DAY, 100 * DAY)), max_size=60)


def filled(events: list[tuple[int, int]]) -> Amounts:
    amounts = Amounts()
    for amount, shift in events:
        amounts.add(amount, NOW + shift)
    return amounts


def held(events: list[tuple[int, int]], now: int) -> list[int]:
    """Amounts of the three panes that end with the newest, sorted."""
    newest = max([now // PANE, *((NOW + shift) // PANE for _, shift in events)])
    return sorted(amount for amount, shift in events if (NOW + shift) // PANE > newest - 3)


@given(EVENTS, st.integers(1, 100), st.integers(0, 100 * DAY))
@example([(1000, 0)], 95, 0)
def test_a_quantile_is_never_below_the_true_one_and_less_than_an_eighth_above(
    events: list[tuple[int, int]], percent: int, later: int
) -> None:
    amounts, now = filled(events), NOW + later
    inside = held(events, now)
    assert amounts.count(now) == len(inside)
    found = amounts.quantile(percent, now)
    true = inside[-(-len(inside) * percent // 100) - 1] if inside else 0
    assert true <= found
    assert (found - true) * 8 < true or found == true


@given(EVENTS, st.randoms())
def test_the_state_does_not_depend_on_the_order_of_arrival(events: list[tuple[int, int]], random: Random) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)
    assert encoded(filled(shuffled)) == encoded(filled(events))


@given(EVENTS, EVENTS)
def test_a_restored_state_goes_on_as_if_nothing_had_happened(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    restored = reborn(filled(before))
    for amount, shift in after:
        restored.add(amount, NOW + shift)
    assert encoded(restored) == encoded(filled(before + after))


def test_small_amounts_are_exact() -> None:
    for amount in range(16):
        assert filled([(amount, 0)]).quantile(95, NOW) == amount


def test_amounts_beyond_48_bits_share_the_top_bucket() -> None:
    assert filled([(2**60, 0)]).quantile(50, NOW) == 2**48 - 1


def test_an_amount_older_than_three_panes_is_refused() -> None:
    amounts = filled([(1, 0)])
    assert not amounts.add(1, (NOW // PANE - 2) * PANE - 1)
    assert amounts.add(1, (NOW // PANE - 2) * PANE)


def test_without_amounts_the_quantile_is_zero() -> None:
    assert Amounts().quantile(95, NOW) == 0


def test_asking_changes_nothing() -> None:
    amounts = filled([(5, 0)])
    untouched = encoded(amounts)
    assert amounts.quantile(95, NOW + 5 * PANE) == 0
    assert encoded(amounts) == untouched


def test_three_panes_later_nothing_is_left_but_the_number_of_the_pane() -> None:
    amounts = filled([(5, 0), (7, 0)])
    amounts.expire(NOW + 3 * PANE)
    assert amounts.rows == []
