"""What the composition root tells the parts of each other."""

from monitor.app import worker
from monitor.engine.api import Batch, Record
from monitor.engine.reference.refused import ONE_BY_ONE
from monitor.offline import new_engine
from monitor.settings import Settings
from rules.catalogue import load, packaged
from rules.rule_set import parse
from topics import names


def test_what_all_partitions_read_is_kept_from_where_a_take_over_here_would_start() -> None:
    made = worker(Settings())
    made.let_go()
    made.edge.stats.of(0).restart = (70, 4)
    made.edge.stats.of(1).restart = (50, 9)
    made.let_go()
    assert [made.inputs.floors[topic].needed for topic in names.GLOBAL_TOPICS] == [50, 4]
    made.edge.stats.of(2)
    made.edge.stats.of(1).restart = (60, 9)
    made.let_go()
    assert made.inputs.floors[names.REFERENCE].needed == 50, "partition 2 may need what is older"


def test_a_flood_on_reference_is_a_reason_only_where_its_partition_is() -> None:
    made, rules = worker(Settings()), load()
    for offset in range(ONE_BY_ONE):
        made.inputs.take(Record(names.REFERENCE, offset, 1, b"merchant:1", b"not JSON"))
    made.engines[0] = new_engine(0, rules, parse(packaged(), rules), made.inputs)
    made.engines[0].apply(Batch(0, 1, 1, ONE_BY_ONE, 0, ()))
    made.edge.stats.assigned = True
    made.edge.stats.of(0).phase = "live"
    assert any("monitor control resume --partition 0" in reason for reason in made.not_ready())
    del made.edge.stats.partitions[0]
    assert not any("flood" in reason for reason in made.not_ready())
