"""What `monitor topics` would do, without a cluster."""

from dataclasses import replace

import pytest

from monitor.kafka.topics import Layout, layouts, plan
from topics import names
from topics.catalogue import catalogue

WANTED = layouts(catalogue(), partitions=8, replication=3)
ALL = {layout.name: layout for layout in WANTED}


def laid_out(name: str, replication: int = 3) -> Layout:
    return next(x for x in layouts(catalogue(), partitions=8, replication=replication) if x.name == name)


def test_an_empty_cluster_gets_every_topic() -> None:
    todo = plan(WANTED, {})
    assert [layout.name for layout in todo.create] == list(names.ALL_TOPICS)
    assert (todo.differ, todo.unknown) == ((), ())


def test_a_cluster_that_has_all_gets_nothing() -> None:
    todo = plan(WANTED, ALL)
    assert (todo.create, todo.differ, todo.unknown) == ((), (), ())


def test_only_what_is_missing_is_created() -> None:
    todo = plan(WANTED, {name: layout for name, layout in ALL.items() if name != names.ALERTS})
    assert [layout.name for layout in todo.create] == [names.ALERTS]


def test_more_partitions_are_named_and_not_touched() -> None:
    todo = plan(WANTED, ALL | {names.TRANSFERS: replace(ALL[names.TRANSFERS], partitions=12)})
    assert todo.create == ()
    assert [str(difference) for difference in todo.differ] == ["transfers: partitions is 12, should be 8"]


@pytest.mark.parametrize("setting", sorted({setting for layout in WANTED for setting in layout.settings}))
def test_every_setting_that_differs_is_named(setting: str) -> None:
    concerned = [layout for layout in WANTED if setting in layout.settings]
    found = ALL | {x.name: replace(x, settings={**x.settings, setting: "other"}) for x in concerned}
    differ = plan(WANTED, found).differ
    assert [(d.topic, d.setting, d.found) for d in differ] == [(x.name, setting, "other") for x in concerned]


def test_a_setting_the_cluster_does_not_tell_is_a_difference() -> None:
    found = ALL | {names.JOURNAL: replace(ALL[names.JOURNAL], settings={})}
    assert {d.found for d in plan(WANTED, found).differ} == {"unknown"}


def test_settings_we_say_nothing_about_are_left_to_the_cluster() -> None:
    found = {name: replace(x, settings={**x.settings, "segment.ms": "1"}) for name, x in ALL.items()}
    assert plan(WANTED, found).differ == ()


def test_a_topic_nobody_knows_is_named_unless_it_is_another_ones() -> None:
    mine = layouts(catalogue(), partitions=8, replication=3, prefix="bank-")
    other = {name: Layout(name, 1, 1, {}) for name in ("bank-old", "payroll", "__consumer_offsets")}
    assert plan(mine, other, prefix="bank-").unknown == ("bank-old",)
    assert plan(WANTED, ALL | other).unknown == ("bank-old", "payroll")


def test_every_topic_gets_the_prefix() -> None:
    prefixed = layouts(catalogue(), partitions=8, replication=3, prefix="bank-")
    assert [layout.name for layout in prefixed] == [f"bank-{name}" for name in names.ALL_TOPICS]


def test_global_topics_have_one_partition_and_all_others_the_same_number() -> None:
    assert {x.partitions for x in WANTED if x.name in names.GLOBAL_TOPICS} == {1}
    assert {x.partitions for x in WANTED if x.name not in names.GLOBAL_TOPICS} == {8}


@pytest.mark.parametrize(("replication", "in_sync"), [(1, "1"), (2, "2"), (3, "2"), (5, "2")])
def test_a_write_is_acknowledged_by_two_brokers_where_there_are_two(replication: int, in_sync: str) -> None:
    assert laid_out(names.JOURNAL, replication).settings["min.insync.replicas"] == in_sync


def test_the_journal_is_kept_whole_for_its_days() -> None:
    settings = laid_out(names.JOURNAL).settings
    assert settings["cleanup.policy"] == "delete"
    assert settings["retention.ms"] == str(30 * 24 * 3600 * 1000)
    assert settings["retention.bytes"] == "-1"
    assert settings["unclean.leader.election.enable"] == "false"


def test_orders_are_kept_for_ever() -> None:
    assert laid_out(names.CONTROLS).settings["retention.ms"] == "-1"


def test_reference_is_compacted_late() -> None:
    settings = laid_out(names.REFERENCE).settings
    assert settings["cleanup.policy"] == "compact"
    assert settings["min.compaction.lag.ms"] == str(31 * 24 * 3600 * 1000)
