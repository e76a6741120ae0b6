"""What a worker refuses to start on."""

import pytest

from monitor.edge.checks import ClusterError, check_cluster, partition_faults, policy_faults, warnings
from monitor.edge.config import MOST_PARTITIONS, EdgeConfig, Topics

CONFIG = EdgeConfig(
    bootstrap="127.0.0.1:1", group="g", topics=Topics(inputs=("cards",), outputs=("decisions",)), engine_version="1"
)
GOOD = {"cards": 4, "decisions": 4, "journal": 4, "customer-state": 4, "reference": 1, "controls": 1}


def test_topics_as_they_must_be_have_no_faults() -> None:
    assert partition_faults(CONFIG, GOOD) == []


def test_missing_topics_are_all_named() -> None:
    faults = partition_faults(CONFIG, {"cards": 4, "journal": 4})
    assert faults == [f"topic {name} is missing" for name in ("decisions", "customer-state", "reference", "controls")]


@pytest.mark.parametrize("topic", ["decisions", "journal", "customer-state"])
def test_topics_keyed_by_customer_have_one_number_of_partitions(topic: str) -> None:
    assert "same number of partitions" in partition_faults(CONFIG, GOOD | {topic: 8})[0]


def test_there_are_no_more_partitions_than_one_worker_can_take_over() -> None:
    most = {topic: 1 if count == 1 else MOST_PARTITIONS for topic, count in GOOD.items()}
    assert partition_faults(CONFIG, most) == []
    more = {topic: 1 if count == 1 else MOST_PARTITIONS + 1 for topic, count in GOOD.items()}
    assert partition_faults(CONFIG, more) == ["101 partitions are more than the 100 one worker can take over"]


def test_reference_and_controls_have_one_partition() -> None:
    assert partition_faults(CONFIG, GOOD | {"controls": 4}) == ["topic controls has 4 partitions, not 1"]


@pytest.mark.parametrize(
    ("topic", "policy", "count"),
    [
        ("journal", "delete", 0),
        ("journal", "compact", 1),
        ("journal", "compact,delete", 1),
        ("customer-state", "compact", 0),
        ("customer-state", "compact,delete", 1),
        ("customer-state", "delete", 1),
    ],
)
def test_a_compacted_journal_or_a_deleted_state_is_a_fault(topic: str, policy: str, count: int) -> None:
    assert len(policy_faults(CONFIG, {topic: {"cleanup.policy": policy}})) == count


def test_what_may_lose_acknowledged_records_is_warned_of() -> None:
    risky = {"journal": {"min.insync.replicas": "1", "unclean.leader.election.enable": "true"}}
    safe = {"journal": {"min.insync.replicas": "2", "unclean.leader.election.enable": "false"}}
    assert (len(warnings(risky)), len(warnings(safe))) == (2, 0)


def test_a_broker_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.edge.checks.TIMEOUT_SECONDS", 0.2)
    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:1 does not answer"):
        check_cluster(CONFIG)
