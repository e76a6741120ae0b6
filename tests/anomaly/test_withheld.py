"""What was flagged waits for a verdict, bounded in number and time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.anomaly.model import DumpError
from monitor.engine.anomaly.withheld import STEPS, Withheld

FEATURES = (0.0, 0.25, 1.0)


def test_a_held_event_is_given_back_once() -> None:
    withheld = Withheld()
    withheld.hold(b"e", FEATURES, 5)
    given_back = withheld.release(b"e")
    assert given_back == pytest.approx(FEATURES, abs=1 / STEPS)
    assert withheld.release(b"e") is None
    assert len(withheld) == 0


def test_an_event_that_was_never_held_gives_nothing_back() -> None:
    assert Withheld().release(b"e") is None


def test_an_event_held_twice_keeps_its_first_features_and_time() -> None:
    withheld = Withheld(keep=100)
    withheld.hold(b"e", (1.0,), 0)
    withheld.hold(b"e", (0.0,), 60)
    before = withheld.dump()
    assert withheld.expire(100) == 1
    loaded = Withheld(keep=100)
    loaded.load(before)
    assert loaded.release(b"e") == (1.0,)


def test_the_oldest_goes_when_there_are_too_many() -> None:
    withheld = Withheld(limit=2)
    for event in (b"a", b"b", b"c"):
        withheld.hold(event, FEATURES, 0)
    assert len(withheld) == 2
    assert withheld.release(b"a") is None
    assert withheld.release(b"b") is not None
    assert withheld.release(b"c") is not None


def test_what_has_waited_as_long_as_it_may_is_forgotten_and_the_rest_stays() -> None:
    withheld = Withheld(keep=100)
    for event, clock in ((b"a", 0), (b"b", 1), (b"c", 50)):
        withheld.hold(event, FEATURES, clock)
    assert withheld.expire(99) == 0
    assert withheld.expire(101) == 2
    assert withheld.release(b"c") is not None
    assert withheld.expire(10_000) == 0


def test_a_dump_never_names_the_event() -> None:
    withheld = Withheld()
    withheld.hold(b"event-of-a-customer", FEATURES, 0)
    assert b"customer" not in withheld.dump()


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x91\x01"])
def test_a_damaged_dump_is_refused_and_changes_nothing(damage: bytes) -> None:
    withheld = Withheld()
    withheld.hold(b"e", FEATURES, 0)
    with pytest.raises(DumpError):
        withheld.load(damage)
    assert len(withheld) == 1


steps = st.lists(
    st.tuples(st.sampled_from(("hold", "release", "expire")), st.sampled_from((b"a", b"b", b"c")), st.integers(0, 30)),
    max_size=30,
)


def play(withheld: Withheld, history: list[tuple[str, bytes, int]], clock: int) -> tuple[list[object], int]:
    """Do the steps; the number moves the clock on."""
    answers: list[object] = []
    for action, event, later in history:
        clock += later
        if action == "hold":
            withheld.hold(event, (later / 30,), clock)
        else:
            answers.append(withheld.release(event) if action == "release" else withheld.expire(clock))
    return answers, clock


@given(steps, steps)
def test_a_loaded_memory_goes_on_as_the_dumped_one(
    before: list[tuple[str, bytes, int]], after: list[tuple[str, bytes, int]]
) -> None:
    kept, loaded = Withheld(limit=2, keep=40), Withheld(limit=2, keep=40)
    _, clock = play(kept, before, 0)
    loaded.load(kept.dump())
    assert play(loaded, after, clock) == play(kept, after, clock)
    assert loaded.dump() == kept.dump()


@given(steps)
def test_it_never_holds_more_than_its_limit_nor_longer_than_it_may(history: list[tuple[str, bytes, int]]) -> None:
    withheld = Withheld(limit=2, keep=40)
    _, clock = play(withheld, history, 0)
    assert len(withheld) <= 2
    withheld.expire(clock + 40)
    assert len(withheld) == 0
