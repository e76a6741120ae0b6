"""What is kept of refused records: enough to find the producer, never so much that it fills a memory."""

from monitor.engine.api import Record
from monitor.engine.reference.refused import DAY, ONE_BY_ONE, RefusedLog
from topics import names
from topics.refusals import Reason, Refused

REFUSED = Refused(Reason.NOT_JSON, "not JSON")


def refuse(log: RefusedLog, count: int, *, start: int = 0, at: int = DAY, floor: int = 0) -> None:
    for offset in range(start, start + count):
        log.append(Record(names.REFERENCE, offset, at, b"key", b"value"), REFUSED, floor=floor)


def told(log: RefusedLog, start: int = 0, end: int = 10**9) -> list[int]:
    return [record.offset for record in log.between(start, end)]


def test_the_first_hundred_of_a_day_are_told_and_then_those_that_double_the_number() -> None:
    log = RefusedLog()
    refuse(log, 1_000)
    assert told(log) == [*range(ONE_BY_ONE), 199, 399, 799]
    assert log.untold == 1_000 - ONE_BY_ONE - 3


def test_from_the_hundredth_on_each_says_that_it_is_a_flood_and_the_how_manieth_it_is() -> None:
    log = RefusedLog()
    refuse(log, 200)
    flood = [record for record in log.between(0, 200) if record.flood]
    assert [(record.offset, record.detail) for record in flood] == [
        (99, "not JSON (number 100 of this day; not all are told)"),
        (199, "not JSON (number 200 of this day; not all are told)"),
    ]
    assert {record.detail for record in log.between(0, 99)} == {"not JSON"}


def test_every_day_begins_anew_and_a_broker_clock_that_goes_back_does_not() -> None:
    log = RefusedLog()
    refuse(log, ONE_BY_ONE + 1, at=2 * DAY - 1)
    refuse(log, ONE_BY_ONE, at=2 * DAY, start=200)
    refuse(log, 1, at=2 * DAY - 1, start=300)
    assert told(log, 100) == [*range(200, 300)]
    assert log.untold == 2


def test_a_range_holds_what_is_told_from_its_start_up_to_before_its_end() -> None:
    log = RefusedLog()
    refuse(log, 5, start=10)
    assert told(log, 11, 14) == [11, 12, 13]
    assert told(log, 0, 10) == told(log, 15, 99) == []


def test_what_lies_below_the_floor_goes_with_the_next_record() -> None:
    log = RefusedLog()
    refuse(log, 5)
    refuse(log, 1, start=7, floor=3)
    assert told(log) == [3, 4, 7]
