"""Every row of `docs/bad-input.toml` on a real Kafka, in one run of one worker that stays alive and ready."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.bad_input import Row, Tried, rows
from tests.end_to_end.stand import PARTITIONS, Place, Stand
from tests.end_to_end.worker import WorkerProcess
from tests.infrastructure.waiting import until
from topics import names
from topics.codec import decode
from topics.fields import Message, Posting, Request

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
# Floods have a module of their own, and what takes a day another one.
ELSEWHERE = {"partition pauses", "readiness is red", "dead letter in a day"}
ROWS = [row for row in rows() if row.outcome not in ELSEWHERE]
CASES = [(row, number) for row in ROWS for number in range(len(row.record))]


@dataclass(frozen=True)
class Run:
    """The run after everything was sent and applied: where each record lies."""

    stand: Stand
    worker: WorkerProcess
    places: dict[tuple[str, int], Place]
    records: dict[tuple[str, int], Tried]
    now_ms: int


def own(row: Row, number: int, tried: Tried) -> tuple[str, bytes | None, bytes | None]:
    """The record with customers of its own, so that no row disturbs another; ids are unique by the customer."""
    new = f"c-{row.id}-{number}".encode()
    key, value = tried.key, tried.value
    return (
        tried.topic,
        key and key.replace(b"c-bad", new),
        value and value.replace(b'"c-bad"', b'"' + new + b'"'),
    )


@pytest.fixture(scope="module")
def run(stand: Stand) -> Iterator[Run]:
    """All preparations, then all records, through one worker; it must end in order."""
    worker, now_ms = stand.worker(), time.time_ns() // 1_000_000
    stand.send_all([own(row, n, tried) for row, n in CASES for tried in row.preparation(now_ms)])
    stand.until_applied()
    records = {(row.id, n): row.records(now_ms)[n] for row, n in CASES}
    sent = [own(row, n, records[row.id, n]) for row, n in CASES]
    places = dict(zip(records, stand.send_all(sent), strict=True))
    stand.until_applied()
    yield Run(
        stand,
        worker,
        places,
        {(row.id, n): Tried(*record) for (row, n), record in zip(CASES, sent, strict=True)},
        now_ms,
    )
    assert worker.stop() == 0, "the worker ends in order"


def cases(outcome: str) -> list[object]:
    """One test for each record of each row with this outcome."""
    return [pytest.param(row, n, id=f"{row.id} {n}") for row, n in CASES if row.outcome == outcome]


@pytest.mark.parametrize(("row", "number"), [*cases("dead letter"), *cases("dead letter and give-up")])
def test_a_dead_letter_has_its_reason_and_coordinates(run: Run, row: Row, number: int) -> None:
    place = run.places[row.id, number]
    (letter,) = run.stand.answers(names.DEAD_LETTERS, **place._asdict())
    assert letter.reason == row.reason
    assert letter.value_size == len(run.records[row.id, number].value or b"")
    until(
        lambda: run.worker.metric("monitor_dead_letters_total", topic=place.topic, reason=str(row.reason)) >= 1,
        "the dead letter is counted",
    )


@pytest.mark.parametrize(("row", "number"), cases("tolerated"))
def test_what_is_tolerated_gets_its_decision_and_is_counted(run: Run, row: Row, number: int) -> None:
    tried = run.records[row.id, number]
    assert run.stand.decision(event_id(tried, run.now_ms)).customer_id == (tried.key or b"").decode()
    alike = sum(len(other.record) for other in ROWS if other.outcome == "tolerated" and other.reason == row.reason)
    until(
        lambda: run.worker.metric(f"monitor_{row.metric}_total", reason=str(row.reason)) == alike,
        f"{alike} are counted",
    )


@pytest.mark.parametrize(("row", "number"), cases("accepted"))
def test_what_is_accepted_makes_no_dead_letter_and_is_answered_where_an_answer_is_due(
    run: Run, row: Row, number: int
) -> None:
    message = read(run.records[row.id, number], run.now_ms)
    if isinstance(message, Request | Posting):
        assert run.stand.decisions(message.event_id)
    place = run.places[row.id, number]
    assert not [h for h in run.stand.on(names.DEAD_LETTERS) if _of(h.answer) == place]


def test_what_is_accepted_as_a_repeat_is_counted_as_one(run: Run) -> None:
    repeats = sum(len(row.record) for row in ROWS if row.metric == "repeats")
    assert repeats > 2
    until(lambda: run.worker.metric("monitor_repeats_total") == repeats, f"{repeats} repeats are counted")


def test_what_a_tag_says_of_a_closed_draw_is_left_out_and_counted(run: Run) -> None:
    until(lambda: run.worker.metric("monitor_tracing_total", event="tag_closed_draw") > 0, "it is counted")
    assert run.worker.metric("monitor_tracing_total", event="tag_closed_draw") == 1


def test_the_trail_of_what_goes_into_another_currency_ends_at_the_payer(run: Run) -> None:
    customer = (run.records["into-another-currency", 0].key or b"").decode()
    use = run.stand.answers(names.USE_OF_PROCEEDS, customer_id=customer)[-1]
    assert (use.trail_ended.certain, use.trail_ended.possible) == (0, use.principal)


def test_a_card_number_in_what_people_wrote_is_published_nowhere(run: Run) -> None:
    value = run.records["card-number-in-text", 0].value or b""
    (number,) = re.findall(rb"\d{16}", value.split(b"remittance_information")[1])
    assert run.stand.decisions(event_id(run.records["card-number-in-text", 0], run.now_ms))
    assert not [heard for heard in run.stand.heard if number in heard.value]


@pytest.mark.parametrize(("row", "number"), cases("refused by acknowledgement"))
def test_every_partition_refuses_a_bad_rule_set_and_what_was_in_force_stays(run: Run, row: Row, number: int) -> None:
    offset = run.places[row.id, number].offset
    acks = run.stand.until_heard(
        f"{PARTITIONS} refusals of {row.id}",
        lambda heard: heard.topic == names.CONTROL_ACKS and heard.answer.controls_offset == offset,
        PARTITIONS,
    )
    assert {ack.answer.partition for ack in acks} == set(range(PARTITIONS))
    assert {(ack.answer.accepted, ack.answer.reason) for ack in acks} == {(False, row.reason)}
    assert len({ack.answer.rule_set for ack in run.stand.on(names.CONTROL_ACKS)}) == 1


def test_the_same_message_again_gets_the_same_bytes(run: Run) -> None:
    first, second = (run.records["repeat", number] for number in (0, 1))
    answers = run.stand.decisions(event_id(first, run.now_ms), count=2)
    assert len({heard.value for heard in answers if heard.key == first.key}) == 1
    assert run.stand.decision(event_id(second, run.now_ms)).customer_id == (second.key or b"").decode()


def test_after_all_of_it_the_worker_is_ready_and_nothing_is_unaccounted_for(run: Run) -> None:
    assert run.worker.get("/readyz") == (200, "ready\n")
    places = {_of(heard.answer) for heard in run.stand.on(names.DEAD_LETTERS)}
    expected = {run.places[row.id, n] for row, n in CASES if row.outcome.startswith("dead letter")}
    told = {run.places[row.id, n] for row, n in CASES if row.decided_by == "codec" and "acknowledgement" in row.outcome}
    assert places == expected | told


def read(tried: Tried, now_ms: int) -> Message:
    """A record that can be read."""
    return decode(tried.topic, tried.key, tried.value, now_ms)


def event_id(tried: Tried, now_ms: int) -> str:
    """The event id of a record that can be read."""
    return read(tried, now_ms).event_id


def _of(letter: object) -> Place:
    return Place(*(getattr(letter, name) for name in Place._fields))
