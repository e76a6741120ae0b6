"""`monitor topics` on a real Kafka."""

import pytest
from kafka import KafkaAdminClient

from monitor.errors import UserError
from monitor.kafka.topics import apply, layouts, show
from topics import names
from topics.catalogue import catalogue

pytestmark = pytest.mark.kafka


def test_apply_creates_all_then_nothing(kafka_bootstrap: str, topic_prefix: str) -> None:
    connection = {"bootstrap_servers": kafka_bootstrap}
    wanted = layouts(catalogue(), partitions=3, replication=1, prefix=topic_prefix)
    assert len(apply(connection, wanted, topic_prefix).create) == len(names.ALL_TOPICS)
    again = apply(connection, wanted, topic_prefix)
    assert (again.create, again.differ, again.unknown) == ((), (), ())


def test_show_creates_nothing(kafka_bootstrap: str, topic_prefix: str) -> None:
    connection = {"bootstrap_servers": kafka_bootstrap}
    wanted = layouts(catalogue(), partitions=3, replication=1, prefix=topic_prefix)
    assert len(show(connection, wanted, topic_prefix).create) == len(names.ALL_TOPICS)
    assert len(show(connection, wanted, topic_prefix).create) == len(names.ALL_TOPICS)


def test_apply_names_what_differs_and_leaves_it(kafka_bootstrap: str, topic_prefix: str) -> None:
    connection = {"bootstrap_servers": kafka_bootstrap}
    name = f"{topic_prefix}{names.DECISIONS}"
    stranger = f"{topic_prefix}stranger"
    admin = KafkaAdminClient(**connection)
    foreign = {name: {"num_partitions": 5, "replication_factor": 1}, stranger: {"num_partitions": 1}}
    admin.create_topics(foreign, wait_for_metadata=True)
    admin.close()
    done = apply(connection, layouts(catalogue(), partitions=3, replication=1, prefix=topic_prefix), topic_prefix)
    assert name not in {layout.name for layout in done.create}
    assert {(d.setting, d.found) for d in done.differ if d.topic == name} >= {("partitions", "5")}
    assert done.unknown == (stranger,)
    after = show(connection, layouts(catalogue(), partitions=3, replication=1, prefix=topic_prefix), topic_prefix)
    assert after.differ == done.differ


def test_a_cluster_that_cannot_is_named(kafka_bootstrap: str, topic_prefix: str) -> None:
    wanted = layouts(catalogue(), partitions=1, replication=7, prefix=topic_prefix)
    with pytest.raises(UserError, match=f"would not create {topic_prefix}card-transactions"):
        apply({"bootstrap_servers": kafka_bootstrap}, wanted, topic_prefix)


def test_no_cluster_is_an_error_a_person_can_read() -> None:
    with pytest.raises(UserError, match=r"Kafka at 127\.0\.0\.1:1 does not do as asked"):
        show({"bootstrap_servers": "127.0.0.1:1", "bootstrap_timeout_ms": 500}, [])
