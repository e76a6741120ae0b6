"""Every row of the table of bad input, through the engine: its one outcome, and what it does to the state."""

from collections.abc import Callable
from typing import cast

import pytest

from monitor.engine.api import Entry
from monitor.engine.customer import Customer
from monitor.engine.engine import SHARED
from tests.bad_input import Row, Tried, rows
from tests.engine.scene import DAY, MINUTE, START, Scene
from topics import names

ROWS = rows()
UNCHANGED = "Unchanged"


def prepared(row: Row) -> Scene:
    """A scene in which everything that must come first has come."""
    scene = Scene()
    for tried in row.preparation(START):
        scene.raw(tried.topic, tried.key, tried.value)
    scene.wait(0)
    return scene


def known(scene: Scene) -> list[Entry]:
    """All customers and the model; not what the partition counts."""
    return [entry for entry in scene.engine.state() if entry[0] != SHARED]


def of_outcome(outcome: str, *rows: Row) -> list[object]:
    """One test for each record of each row, of these or all, with this outcome."""
    return [
        pytest.param(row, tried, id=f"{row.id} {i}")
        for row in rows or ROWS
        if row.outcome == outcome
        for i, tried in enumerate(row.records(START))
    ]


def arrive(scene: Scene, tried: Tried) -> None:
    """Let a record arrive, and a tick after it: the partition then applies what `controls` and `reference` hold."""
    scene.raw(tried.topic, tried.key, tried.value)
    scene.tick()


@pytest.mark.parametrize(("row", "tried"), of_outcome("dead letter"))
def test_a_dead_letter_has_its_reason_and_coordinates_and_changes_no_customer(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    before = known(scene)
    arrive(scene, tried)
    letter = scene.read(names.DEAD_LETTERS)[-1]
    assert (letter.reason, letter.topic, letter.partition) == (row.reason, tried.topic, 0)
    assert known(scene) == before
    assert row.state.startswith(UNCHANGED)
    assert scene.engine.counters()["dead_letters", tried.topic, str(row.reason)] == 1


def test_what_is_refused_counts_as_applied_like_what_is_taken() -> None:
    scene = Scene()
    scene.open(1_000_00)
    scene.raw(names.CUSTOMERS, b"customer-1", b"not JSON")
    assert len(scene.read(names.DEAD_LETTERS)) == 1
    assert scene.engine.counters()["records", names.CUSTOMERS] == 2


@pytest.mark.parametrize(("row", "tried"), of_outcome("dead letter and give-up"))
def test_what_is_given_up_makes_a_dead_letter_and_nothing_certain(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    before = known(scene)
    arrive(scene, tried)
    (letter,) = scene.read(names.DEAD_LETTERS)
    assert (letter.reason, letter.topic, letter.value_size) == (row.reason, tried.topic, len(tried.value or b""))
    assert known(scene) != before
    assert all(entry.account.base is None for entry in customer(scene).ledger.entries.values())


@pytest.mark.parametrize(("row", "tried"), of_outcome("dead letter in a day"))
def test_what_makes_no_sense_for_a_day_is_a_dead_letter(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    arrive(scene, tried)
    scene.wait(DAY - MINUTE)
    assert scene.read(names.DEAD_LETTERS) == []
    scene.wait(2 * MINUTE)
    (letter,) = scene.read(names.DEAD_LETTERS)
    assert (letter.reason, letter.topic) == (row.reason, tried.topic)


@pytest.mark.parametrize(("row", "tried"), of_outcome("tolerated"))
def test_what_is_tolerated_changes_the_state_and_gets_its_decision(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    before = known(scene)
    decision = scene.decision(scene.raw(tried.topic, tried.key, tried.value))
    assert decision.event_id
    assert not row.state.startswith(UNCHANGED)
    assert known(scene) != before


@pytest.mark.parametrize(
    ("row", "tried"), [case for row in ROWS if row.metric for case in of_outcome(row.outcome, row)]
)
def test_what_the_table_says_is_counted_is_counted_once(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    labels = (str(row.metric), *([row.reason] if row.reason else []))
    assert labels not in scene.engine.counters()
    arrive(scene, tried)
    assert scene.engine.counters()[labels] == 1


def test_a_repayment_above_what_is_owed_leaves_nothing_owed() -> None:
    scene, after = before_and_after("repayment-above-balance")
    assert [loan.owed > 0 for loan in customer(scene).loans.values()] == [True]
    after()
    assert [loan.owed for loan in customer(scene).loans.values()] == [0]


def test_an_outcome_after_the_end_opens_no_request_again() -> None:
    scene, after = before_and_after("outcome-after-the-end")
    assert customer(scene).requests == {}
    after()
    assert customer(scene).requests == {}
    assert customer(scene).blocks == {}


def before_and_after(name: str) -> tuple[Scene, Callable[[], None]]:
    """The scene of a row with one record, and what lets the record arrive."""
    (row,) = (row for row in ROWS if row.id == name)
    (tried,) = row.records(START)
    scene = prepared(row)
    return scene, lambda: arrive(scene, tried)


def customer(scene: Scene) -> Customer:
    """The one customer of the table."""
    found = scene.engine._customers.get(b"c-bad")
    assert found is not None
    return found


@pytest.mark.parametrize(("row", "tried"), of_outcome("accepted"))
def test_what_is_accepted_makes_no_dead_letter(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    before = known(scene)
    arrive(scene, tried)
    assert scene.read(names.DEAD_LETTERS) == []
    assert (known(scene) == before) is row.state.startswith(UNCHANGED)


@pytest.mark.parametrize(("row", "tried"), of_outcome("refused by acknowledgement"))
def test_a_refused_control_is_acknowledged_and_what_was_in_force_stays(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    in_force = scene.engine.rule_set_hash
    arrive(scene, tried)
    ack = scene.read(names.CONTROL_ACKS)[-1]
    assert (ack.accepted, ack.reason, ack.rule_set) == (False, row.reason, in_force)
    assert scene.engine.rule_set_hash == in_force


@pytest.mark.parametrize("row", [r for r in ROWS if r.outcome == "partition pauses"], ids=lambda r: cast("Row", r).id)
def test_a_flood_pauses_the_partition_and_names_the_command_that_goes_on(row: Row) -> None:
    scene = prepared(row)
    before = known(scene)
    for tried in row.records(START) * row.times:
        scene.raw(tried.topic, tried.key, tried.value)
    assert "monitor control resume --partition 0" in str(scene.engine.paused())
    assert (known(scene) == before) is row.state.startswith(UNCHANGED)
    scene.resume()
    assert scene.engine.paused() is None


@pytest.mark.parametrize(("row", "tried"), of_outcome("readiness is red"))
def test_a_flood_on_a_topic_of_all_partitions_names_the_command_and_is_not_told_to_its_end(
    row: Row, tried: Tried
) -> None:
    scene = prepared(row)
    before = known(scene)
    for _ in range(row.times + 50):
        arrive(scene, tried)
    letters = scene.read(names.DEAD_LETTERS)
    assert {(letter.reason, letter.topic) for letter in letters} == {(row.reason, tried.topic)}
    assert len(letters) == row.times
    assert "monitor control resume --partition 0" in str(scene.engine.troubled())
    assert known(scene) == before
    assert row.state.startswith(UNCHANGED)
    scene.resume()
    assert scene.engine.troubled() is None
