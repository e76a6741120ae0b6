"""Timers against a sorted list."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.state.timers import Timer, Timers

TIMERS = st.builds(Timer, st.integers(0, 9), st.sampled_from([b"a", b"b"]), st.integers(0, 2), st.sampled_from("xyz"))
# A step: schedule, cancel, or pop what is due at a clock.
STEPS = st.lists(TIMERS | st.tuples(st.just("cancel"), TIMERS) | st.integers(0, 9), max_size=60)


@given(STEPS, st.integers(1, 3))
def test_what_is_due_comes_out_in_order_and_once(steps: list[object], limit: int) -> None:
    timers = Timers()
    model: dict[tuple[bytes, int, str], Timer] = {}
    for step in steps:
        match step:
            case Timer():
                timers.schedule(step)
                model[step[1:]] = step
            case ("cancel", Timer() as timer):
                timers.cancel(*timer[1:])
                model.pop(timer[1:], None)
            case int():
                due = sorted(timer for timer in model.values() if timer.due <= step)[:limit]
                assert timers.due(step, limit) == due
                model = {name: timer for name, timer in model.items() if timer not in due}
        assert len(timers) == len(model)
        assert timers.next_due() == min((timer.due for timer in model.values()), default=None)


@given(st.lists(TIMERS, unique_by=lambda timer: timer[1:]), st.randoms())
def test_timers_scheduled_again_in_any_order_come_out_the_same(scheduled: list[Timer], random: Random) -> None:
    again = list(scheduled)
    random.shuffle(again)
    assert Timers(again).due(9) == Timers(scheduled).due(9) == sorted(scheduled)


def test_moving_a_timer_to_later_for_ever_takes_no_room() -> None:
    timers = Timers()
    for due in range(10_000):
        timers.schedule(Timer(due, b"a", 1))
    assert len(timers._heap) == 1
    assert timers.due(9998) == []
    assert timers.due(9999) == [Timer(9999, b"a", 1)]


def test_moving_a_timer_to_earlier_for_ever_takes_little_room() -> None:
    timers = Timers()
    for due in range(10_000, 0, -1):
        timers.schedule(Timer(due, b"a", 1))
    assert len(timers._heap) <= 66
    assert timers.due(1) == [Timer(1, b"a", 1)]
    assert timers.next_due() is None


def test_cancelled_timers_take_no_room() -> None:
    timers = Timers(Timer(due, b"a", 1, str(due)) for due in range(1000))
    for due in range(1000):
        timers.cancel(b"a", 1, str(due))
    assert len(timers._heap) <= 64
    assert timers.next_due() is None


def test_a_timer_is_due_at_its_instant_and_not_before() -> None:
    timers = Timers([Timer(5, b"a", 1)])
    assert timers.due(4) == []
    assert timers.due(5) == [Timer(5, b"a", 1)]
    assert timers.due(5) == []
