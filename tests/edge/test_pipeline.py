"""Who may send what, when: acknowledgement in order, and the fence."""

from collections.abc import Callable

import pytest

from monitor.edge.pipeline import InFlight, Pipeline
from monitor.engine.api import Output

EPOCH = 10


class Recorder:
    """Effects that only note what was asked of them."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, Callable[[str | None], None]]] = []
        self.gaps: list[tuple[int, int, Callable[[bool], None]]] = []
        self.losses: list[str] = []
        self.finished: list[int] = []

    def send(self, batch: InFlight, done: Callable[[str | None], None]) -> None:
        self.sent.append((batch.sequence, done))

    def read_gap(self, first: int, last: int, done: Callable[[bool], None]) -> None:
        self.gaps.append((first, last, done))

    def lost(self, why: str) -> None:
        self.losses.append(why)

    def moved(self, batch: InFlight) -> None:
        self.finished.append(batch.sequence)


class Case:
    """A pipeline under epoch 10 with batches 1..n of one record each; batch n may have no outputs."""

    def __init__(self, batches: int, silent: tuple[int, ...] = ()) -> None:
        self.seen = Recorder()
        self.pipeline = Pipeline(EPOCH, {"cards": 0}, self.seen)
        self.batches = []
        for number in range(1, batches + 1):
            outputs = [] if number in silent else [Output("decisions", b"k", b"v")]
            batch = InFlight(sequence=number, clock=0, count=1, ends={"cards": number}, outputs=outputs)
            self.pipeline.add(batch)
            self.batches.append(batch)

    def journalled(self, *offsets: int) -> None:
        for batch, offset in zip(self.batches, offsets, strict=False):
            self.pipeline.journalled(batch, offset, None)

    def sent(self) -> list[int]:
        return [sequence for sequence, _ in self.seen.sent]

    def acknowledge(self, number: int) -> None:
        self.pipeline.sent(self.batches[number - 1], None)


def test_outputs_leave_only_after_the_journal_record_is_acknowledged() -> None:
    case = Case(2)
    assert case.sent() == []
    case.journalled(11)
    assert case.sent() == [1]


def test_the_position_moves_only_after_the_outputs_are_acknowledged() -> None:
    case = Case(1)
    case.journalled(11)
    assert case.pipeline.committable == {"cards": 0}
    case.acknowledge(1)
    assert case.pipeline.committable == {"cards": 1}
    assert (case.pipeline.done_offset, len(case.pipeline)) == (11, 0)


def test_a_later_batch_that_is_done_first_waits_for_the_earlier_one() -> None:
    case = Case(2)
    case.journalled(11, 12)
    case.acknowledge(2)
    assert case.pipeline.committable == {"cards": 0}
    case.acknowledge(1)
    assert case.seen.finished == [1, 2]
    assert case.pipeline.committable == {"cards": 2}


def test_a_batch_without_outputs_is_done_in_its_turn() -> None:
    case = Case(2, silent=(2,))
    case.journalled(11, 12)
    assert case.seen.finished == []
    case.acknowledge(1)
    assert case.seen.finished == [1, 2]


def test_a_gap_without_a_claim_only_shifts() -> None:
    case = Case(2)
    case.journalled(13, 14)
    assert case.sent() == []
    assert [(first, last) for first, last, _ in case.seen.gaps] == [(11, 12)]
    case.seen.gaps[0][2](False)
    assert case.sent() == [1, 2]
    assert case.batches[0].offset == 13
    assert (case.pipeline.void, case.pipeline.shifts) == (None, 1)


def test_a_claim_in_the_gap_supersedes_and_nothing_is_sent() -> None:
    case = Case(2)
    case.journalled(12, 13)
    case.seen.gaps[0][2](True)
    assert case.sent() == []
    assert "superseded" in case.seen.losses[0]
    assert case.pipeline.committable == {"cards": 0}


def test_two_gaps_are_read_one_after_the_other() -> None:
    case = Case(3)
    case.journalled(12, 14, 15)
    assert len(case.seen.gaps) == 1
    case.seen.gaps[0][2](False)
    assert case.sent() == [1]
    assert [(first, last) for first, last, _ in case.seen.gaps] == [(11, 11), (13, 13)]
    case.seen.gaps[1][2](False)
    assert case.sent() == [1, 2, 3]


def test_a_claim_in_the_second_gap_stops_what_is_behind_it() -> None:
    case = Case(3)
    case.journalled(12, 14, 15)
    case.seen.gaps[0][2](False)
    case.seen.gaps[1][2](True)
    assert case.sent() == [1]
    assert len(case.seen.losses) == 1


@pytest.mark.parametrize(("offset", "error"), [(-1, "timed out"), (-1, None), (11, "broker error")])
def test_an_unknown_outcome_of_an_append_ends_the_claim(offset: int, error: str | None) -> None:
    case = Case(2)
    case.pipeline.journalled(case.batches[0], offset, error)
    case.pipeline.journalled(case.batches[1], 12, None)
    assert case.sent() == []
    assert len(case.seen.losses) == 1


@pytest.mark.parametrize("offset", [10, 9])
def test_an_offset_that_was_passed_already_ends_the_claim(offset: int) -> None:
    case = Case(1)
    case.journalled(offset)
    assert case.sent() == []
    assert "out of order" in case.seen.losses[0]


def test_a_report_for_another_batch_than_the_oldest_ends_the_claim() -> None:
    case = Case(2)
    case.pipeline.journalled(case.batches[1], 11, None)
    assert case.sent() == []
    assert "out of order" in case.seen.losses[0]


def test_outputs_that_cannot_be_delivered_end_the_claim() -> None:
    case = Case(2)
    case.journalled(11, 12)
    case.seen.sent[0][1]("refused")
    case.acknowledge(2)
    assert case.pipeline.committable == {"cards": 0}
    assert "not delivered: refused" in case.seen.losses[0]


def test_what_was_abandoned_shows_nothing_any_more_and_tells_once() -> None:
    case = Case(2)
    case.journalled(11)
    case.pipeline.abandon("engine failed")
    case.pipeline.abandon("again")
    case.acknowledge(1)
    case.pipeline.journalled(case.batches[1], 12, None)
    assert case.sent() == [1]
    assert case.seen.finished == []
    assert case.seen.losses == ["engine failed"]


def test_a_gap_that_is_read_after_the_claim_was_lost_changes_nothing() -> None:
    case = Case(1)
    case.journalled(12)
    case.pipeline.abandon("revoked")
    case.seen.gaps[0][2](False)
    assert case.sent() == []
