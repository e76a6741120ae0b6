"""The order of application is a pure function of the records."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.edge.merge import Chunk, Inbox, InputGapError, merge
from monitor.engine.api import Record

times = st.lists(st.integers(0, 30), max_size=12)


def records(topic: str, stamps: Sequence[int], first: int = 0) -> list[Record]:
    """Records of a topic with these append times."""
    return [Record(topic, first + place, stamp, b"k", b"v") for place, stamp in enumerate(stamps)]


def chunk(topic: str, begin: int, stamps: Sequence[int]) -> Chunk:
    """A fetched chunk."""
    return Chunk(topic, 0, begin, begin + len(stamps), len(stamps), records(topic, stamps, begin), 1)


def test_records_are_taken_by_append_time_then_topic_then_offset() -> None:
    merged = merge({"b": records("b", [1, 5, 5]), "a": records("a", [2, 5, 9])}, 500)
    assert [(r.topic, r.offset) for r in merged] == [("b", 0), ("a", 0), ("a", 1), ("b", 1), ("b", 2), ("a", 2)]


@given(times, times)
def test_offsets_of_a_topic_never_change_order_even_when_the_brokers_clock_does(one: list[int], two: list[int]) -> None:
    merged = merge({"a": records("a", one), "b": records("b", two)}, 500)
    for topic, stamps in (("a", one), ("b", two)):
        assert [r.offset for r in merged if r.topic == topic] == list(range(len(stamps)))


@given(times, times, st.integers(1, 30))
def test_replaying_the_ranges_of_a_batch_gives_the_batch(one: list[int], two: list[int], limit: int) -> None:
    topics = {"a": records("a", one), "b": records("b", two)}
    batch = merge(topics, limit)
    ranges = {t: [r for r in records_ if r in batch] for t, records_ in topics.items()}
    assert merge(ranges, len(batch) + 1) == batch


@given(times, times, st.integers(1, 8))
def test_batch_by_batch_the_inbox_gives_the_order_of_one_merge(one: list[int], two: list[int], limit: int) -> None:
    inbox = Inbox({"a": 0, "b": 0}, 200)
    inbox.put(chunk("a", 0, sorted(one)))
    inbox.put(chunk("b", 0, sorted(two)))
    taken: list[Record] = []
    while len(inbox):
        taken += inbox.take(limit)[0]
    assert taken == merge({"a": records("a", sorted(one)), "b": records("b", sorted(two))}, 500)


def test_ranges_join_without_a_gap_where_a_transaction_marker_took_an_offset() -> None:
    inbox = Inbox({"a": 3, "b": 0}, 200)
    inbox.put(Chunk("a", 0, 3, 8, 2, [Record("a", 4, 1, b"k", b"v"), Record("a", 7, 2, b"k", b"v")], 1))
    taken, ranges = inbox.take(500)
    assert [record.offset for record in taken] == [4, 7]
    assert ranges == {"a": (3, 7)}
    assert inbox.consumed == {"a": 8, "b": 0}


def test_a_chunk_that_does_not_continue_the_last_one_is_an_error() -> None:
    inbox = Inbox({"a": 0}, 200)
    inbox.put(chunk("a", 0, [1, 2]))
    with pytest.raises(InputGapError, match="from 3 follows 2"):
        inbox.put(chunk("a", 3, [4]))


def test_younger_records_wait_for_a_topic_known_to_be_behind_but_not_for_ever() -> None:
    inbox = Inbox({"a": 0, "b": 0}, 200)
    inbox.high["b"] = 5
    inbox.put(chunk("a", 0, [100]))
    assert inbox.must_wait(1_000)
    assert inbox.waiting
    assert inbox.must_wait(1_199)
    assert not inbox.must_wait(1_200)
    assert not inbox.waiting


def test_a_topic_that_let_the_others_wait_in_vain_is_not_waited_for_again_until_it_delivers() -> None:
    inbox = Inbox({"a": 0, "b": 0}, 200)
    inbox.high["b"] = 5
    inbox.put(chunk("a", 0, [100]))
    assert inbox.must_wait(0)
    assert not inbox.must_wait(200)
    inbox.high["b"] = 6
    assert not inbox.must_wait(300)
    inbox.put(chunk("b", 0, [90]))
    inbox.take(500)
    inbox.put(chunk("a", 1, [110]))
    assert inbox.must_wait(400)


def test_a_backlog_of_two_topics_is_applied_in_time_order_though_one_is_fetched_first() -> None:
    inbox = Inbox({"a": 0, "b": 0}, 200)
    inbox.high.update(a=2, b=2)
    inbox.put(chunk("a", 0, [20, 40]))
    assert inbox.must_wait(0)
    inbox.put(chunk("b", 0, [10, 30]))
    assert not inbox.must_wait(1)
    assert [record.timestamp for record in inbox.take(500)[0]] == [10, 20, 30, 40]


def test_clearing_forgets_what_was_fetched_and_keeps_what_was_applied() -> None:
    inbox = Inbox({"a": 0}, 200)
    inbox.put(chunk("a", 0, [1, 2, 3]))
    inbox.take(1)
    inbox.clear()
    assert (len(inbox), inbox.fetched, inbox.bytes) == (0, {"a": 1}, {"a": 0})


def test_the_age_is_that_of_the_oldest_waiting_record() -> None:
    inbox = Inbox({"a": 0, "b": 0}, 200)
    assert inbox.age_ms(500) == 0
    inbox.put(chunk("a", 0, [300]))
    inbox.put(chunk("b", 0, [200]))
    assert inbox.age_ms(500) == 300
