"""How far back the past of a topic may be asked for: as far as anybody here needs it, and as any journal goes."""

from monitor.engine.reference.floor import HOUR, REPLAYED, Floor


def test_nothing_is_let_go_before_it_is_old_and_not_needed_here() -> None:
    floor = Floor()
    for hour in range(3):
        assert floor.passed(hour, hour * HOUR) == 0
    floor.needed = 100
    assert floor.passed(3, REPLAYED - 1) == 0
    assert floor.passed(4, REPLAYED) == 0  # what came at offset 0 may be asked for by a moment
    assert floor.passed(5, REPLAYED + HOUR) == 1
    assert floor.passed(6, REPLAYED + 10 * HOUR) == 3 - 1


def test_what_a_partition_here_needs_is_kept_however_old() -> None:
    floor = Floor()
    for hour in range(50):
        floor.passed(hour, hour * HOUR)
    floor.needed = 20
    assert floor.passed(50, 10 * REPLAYED) == 20
    floor.needed = 51
    assert floor.passed(51, 20 * REPLAYED) == 50


def test_between_two_hours_only_the_first_record_is_remembered() -> None:
    floor = Floor()
    floor.needed = 1_000
    for offset in range(100):
        floor.passed(offset, offset)
    floor.passed(100, 2 * HOUR)
    assert floor.passed(101, REPLAYED + 2 * HOUR - 1) == 0
    assert floor.passed(102, REPLAYED + 2 * HOUR) == 100


def test_a_broker_clock_that_goes_back_lets_nothing_go() -> None:
    floor = Floor()
    floor.needed = 1_000
    floor.passed(0, REPLAYED)
    floor.passed(1, 0)
    assert floor.passed(2, REPLAYED + HOUR) == 0
