"""Every row of the table of bad input, through the engine: its one outcome, and what it does to the state."""

from typing import cast

import pytest

from monitor.engine.api import Entry
from tests.bad_input import Row, Tried, rows
from tests.engine.scene import START, Scene
from topics import names

ROWS = rows()


def prepared(row: Row) -> Scene:
    """A scene in which everything that must come first has come."""
    scene = Scene()
    for tried in row.preparation(START):
        scene.raw(tried.topic, tried.key, tried.value)
    scene.wait(0)
    return scene


def customers(scene: Scene) -> list[Entry]:
    """The customers' state, without the counters of the partition."""
    return [entry for entry in scene.engine.state() if entry[0][:1] == b"c"]


def of_outcome(outcome: str) -> list[object]:
    """One test for each record of each row with this outcome."""
    return [
        pytest.param(row, tried, id=f"{row.id} {i}")
        for row in ROWS
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
    before = customers(scene)
    arrive(scene, tried)
    letter = scene.read(names.DEAD_LETTERS)[-1]
    assert (letter.reason, letter.topic, letter.partition) == (row.reason, tried.topic, 0)
    assert customers(scene) == before


@pytest.mark.parametrize(("row", "tried"), of_outcome("tolerated"))
def test_what_is_tolerated_gets_its_decision_and_is_counted(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    decision = scene.decision(scene.raw(tried.topic, tried.key, tried.value))
    assert decision.event_id
    assert scene.engine.counters()[str(row.metric), str(row.reason)] == 1


@pytest.mark.parametrize(("row", "tried"), of_outcome("accepted"))
def test_what_is_accepted_makes_no_dead_letter(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    arrive(scene, tried)
    assert scene.read(names.DEAD_LETTERS) == []


@pytest.mark.parametrize(("row", "tried"), of_outcome("refused by acknowledgement"))
def test_a_refused_control_is_acknowledged_and_what_was_in_force_stays(row: Row, tried: Tried) -> None:
    scene = prepared(row)
    in_force = scene.engine.rule_set_hash
    arrive(scene, tried)
    ack = scene.read(names.CONTROL_ACKS)[-1]
    assert (ack.accepted, ack.reason, ack.rule_set) == (False, row.reason, in_force)


@pytest.mark.parametrize("row", [r for r in ROWS if r.outcome == "partition pauses"], ids=lambda r: cast("Row", r).id)
def test_a_flood_pauses_the_partition_and_names_the_command_that_goes_on(row: Row) -> None:
    scene = prepared(row)
    for tried in row.records(START) * row.times:
        scene.raw(tried.topic, tried.key, tried.value)
    assert "monitor control resume --partition 0" in str(scene.engine.paused())
    scene.resume()
    assert scene.engine.paused() is None
