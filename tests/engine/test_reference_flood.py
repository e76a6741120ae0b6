"""Bad messages on the topics every partition reads: told once, by one partition, and not without end."""

import pytest

from monitor.engine.api import Batch, Output, Record
from monitor.engine.engine import Engine
from monitor.engine.globals import GlobalInputs
from monitor.engine.reference.floor import HOUR, REPLAYED
from monitor.engine.reference.refused import ONE_BY_ONE
from monitor.offline import new_engine
from rules.catalogue import load, packaged
from rules.rule_set import parse
from tests.engine.scene import START, Scene
from tests.engine.town import PARTITIONS, Town
from tests.reference.messages import listed
from topics import names
from topics.codec import encode

BROKEN = b"not JSON"


def flood(scene: Scene, count: int = ONE_BY_ONE, topic: str = names.REFERENCE) -> None:
    for number in range(count):
        scene.raw(topic, f"key-{number}".encode(), BROKEN)
    scene.tick()


def test_fewer_than_a_hundred_a_day_are_dead_letters_and_nothing_more() -> None:
    scene = Scene()
    flood(scene, ONE_BY_ONE - 1)
    assert len(scene.read(names.DEAD_LETTERS)) == ONE_BY_ONE - 1
    assert scene.engine.troubled() is None


@pytest.mark.parametrize("topic", names.GLOBAL_TOPICS)
def test_a_flood_is_not_told_to_its_end_names_the_command_and_stops_no_decision(topic: str) -> None:
    scene = Scene()
    flood(scene, 2 * ONE_BY_ONE - 1, topic)
    letters = scene.read(names.DEAD_LETTERS)
    assert len(letters) == ONE_BY_ONE
    assert (letters[-1].topic, letters[-1].offset, letters[-1].key) == (topic, ONE_BY_ONE - 1, "key-99")
    assert letters[-1].detail.endswith("(number 100 of this day; not all are told)")
    trouble = str(scene.engine.troubled())
    assert f"flood of bad messages on {topic}" in trouble
    assert trouble.endswith("monitor control resume --partition 0")
    assert scene.engine.paused() is None
    assert scene.ask(10_00).action == "ALLOW"


def test_it_is_remembered_over_a_restart_until_somebody_has_looked() -> None:
    scene = Scene()
    flood(scene)
    scene.restart()
    assert scene.engine.troubled()
    scene.resume()
    assert scene.engine.troubled() is None
    scene.restart()
    assert scene.engine.troubled() is None


def test_one_that_goes_on_after_that_is_told_again_when_it_has_doubled() -> None:
    scene = Scene()
    flood(scene)
    scene.resume()
    flood(scene, ONE_BY_ONE - 1)
    assert scene.engine.troubled() is None
    flood(scene, 1)
    assert scene.engine.troubled()
    assert len(scene.read(names.DEAD_LETTERS)) == ONE_BY_ONE + 1


def test_one_partition_of_all_tells_and_minds() -> None:
    town = Town()
    flood(town)
    assert {letter.partition for letter in town.read(names.DEAD_LETTERS)} == {0}
    assert len(town.read(names.DEAD_LETTERS)) == ONE_BY_ONE
    assert [bool(town.monitor.engines[n].troubled()) for n in range(PARTITIONS)] == [True, False, False, False]


def record(offset: int, at: int, value: bytes = BROKEN) -> Record:
    return Record(names.REFERENCE, offset, at, b"listed:a", value)


def list_it(offset: int, at: int, name: str) -> Record:
    return record(offset, at, encode(listed("a", name)))


def fresh(inputs: GlobalInputs) -> Engine:
    rules = load()
    return new_engine(0, rules, parse(packaged(), rules), inputs)


def ticks(engine: Engine, offsets: list[int]) -> list[list[Output]]:
    """Batches without a record, each as of an offset of `reference`."""
    return [
        engine.apply(Batch(0, sequence, START + sequence, offset, 0, ())) for sequence, offset in enumerate(offsets, 1)
    ]


def test_a_replay_that_knows_the_whole_topic_tells_what_was_told_live() -> None:
    live, replayed = GlobalInputs(), GlobalInputs()
    partition = fresh(live)
    offsets, said = [50, 120, 350, 500], []
    for sequence, (start, end) in enumerate(zip([0, *offsets], offsets, strict=False), 1):
        for offset in range(start, end):
            live.take(record(offset, START + offset))
        said.append(partition.apply(Batch(0, sequence, START + sequence, end, 0, ())))
    for offset in range(1_000):
        replayed.take(record(offset, START + offset))
    again = fresh(replayed)
    assert ticks(again, offsets) == said
    assert list(again.state()) == list(partition.state())
    assert [len(outputs) for outputs in said] == [50, 50, 1, 1]


def test_versions_nobody_can_ask_for_any_more_are_dropped_and_all_others_stay() -> None:
    inputs = GlobalInputs()
    for number in range(3):
        inputs.take(list_it(number, START + number * HOUR, f"list {number}"))
    inputs.take(list_it(3, START + REPLAYED + 5 * HOUR, "list 3"))
    assert inputs.reference.view(1).listed("a") == "list 0", "a partition here may start again from the beginning"
    inputs.needed_from(2, 0)
    inputs.take(list_it(4, START + REPLAYED + 6 * HOUR, "list 4"))
    assert [inputs.reference.view(offset).listed("a") for offset in (2, 3, 4, 5)] == [f"list {n}" for n in (1, 2, 3, 4)]
    with pytest.raises(LookupError, match="1 is not within 2 to 5"):
        inputs.reference.view(1)


def test_a_partition_whose_snapshot_is_older_goes_on_and_is_refused_only_for_what_is_forgotten() -> None:
    inputs = GlobalInputs()
    inputs.take(list_it(0, START, "list 0"))
    old = fresh(inputs)
    ticks(old, [1])
    entries = list(old.state())
    inputs.take(list_it(1, START + HOUR, "list 1"))
    inputs.needed_from(2, 0)
    inputs.take(list_it(2, START + REPLAYED + 9 * HOUR, "list 2"))
    inputs.take(list_it(3, START + 2 * REPLAYED + 9 * HOUR, "list 3"))
    assert inputs.reference.floor == 2
    again = fresh(inputs)
    again.restore(entries)
    assert ticks(again, [4]) == [[]]
    refused = fresh(inputs)
    refused.restore(entries)
    with pytest.raises(LookupError, match="1 is not within"):
        ticks(refused, [1])
