"""A topic whose inbox grows is held back and let go on again."""

from monitor.edge.config import Limits
from monitor.edge.merge import Chunk, Inbox
from monitor.edge.throttle import Throttle
from monitor.engine.api import Record


class Fetching:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, bool]] = []

    def pause(self, topic: str, partition: int, *, paused: bool) -> None:
        self.told.append((topic, partition, paused))


def filled(inbox: Inbox, count: int, size: int = 1) -> None:
    """Put records into the inbox."""
    begin = inbox.fetched["cards"]
    records = [Record("cards", begin + n, n, b"k", b"v" * size) for n in range(count)]
    inbox.put(Chunk("cards", 2, begin, begin + count, count * size, records, 1))


def test_a_topic_is_paused_above_the_limit_and_goes_on_below_half_of_it() -> None:
    inbox, fetching = Inbox({"cards": 0}, 200), Fetching()
    throttle = Throttle(Limits(inbox_records=10), fetching)
    filled(inbox, 10)
    throttle.check(inbox, "cards", 2)
    assert fetching.told == []
    filled(inbox, 1)
    throttle.check(inbox, "cards", 2)
    inbox.take(5)
    throttle.check_paused(inbox, 2)
    assert fetching.told == [("cards", 2, True)]
    inbox.take(1)
    throttle.check_paused(inbox, 2)
    throttle.check_paused(inbox, 2)
    assert fetching.told == [("cards", 2, True), ("cards", 2, False)]


def test_few_large_records_are_held_back_too() -> None:
    inbox, fetching = Inbox({"cards": 0}, 200), Fetching()
    throttle = Throttle(Limits(inbox_bytes=1_000), fetching)
    filled(inbox, 3, size=400)
    throttle.check(inbox, "cards", 2)
    assert fetching.told == [("cards", 2, True)]


def test_a_partition_that_starts_anew_is_not_held_back() -> None:
    inbox, fetching = Inbox({"cards": 0}, 200), Fetching()
    throttle = Throttle(Limits(inbox_records=1), fetching)
    filled(inbox, 2)
    throttle.check(inbox, "cards", 2)
    throttle.forget(2)
    inbox.clear()
    throttle.check_paused(inbox, 2)
    assert fetching.told == [("cards", 2, True)]
