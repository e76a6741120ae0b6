"""The local broker starts, keeps its data, comes back after a crash, and says plainly what is wrong."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from monitor.errors import UserError
from monitor.kafka.local import LocalKafka
from monitor.kafka.process import ServerRecord, read_record

pytestmark = pytest.mark.kafka


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LocalKafka]:
    kafka = LocalKafka(tmp_path / "one")
    yield kafka
    kafka.stop()


def _write(bootstrap: str, value: bytes) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic("kept", 1, 1)])["kept"].result(30)
    producer = Producer({"bootstrap.servers": bootstrap})
    producer.produce("kept", value)
    assert producer.flush(30) == 0


def _read(bootstrap: str) -> bytes | None:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader"})
    consumer.assign([TopicPartition("kept", 0, 0)])
    message = consumer.poll(30)
    consumer.close()
    assert message is not None
    value: bytes | None = message.value()
    return value


def test_data_survives_a_crash_and_a_graceful_stop(broker: LocalKafka) -> None:
    bootstrap = broker.start()
    _write(bootstrap, b"still here")
    broker.kill()
    assert broker.start() == bootstrap
    assert _read(bootstrap) == b"still here"
    assert broker.stop()
    assert broker.start() == bootstrap
    assert _read(bootstrap) == b"still here"


def test_another_object_finds_the_running_broker(broker: LocalKafka, tmp_path: Path) -> None:
    bootstrap = broker.start()
    other = LocalKafka(tmp_path / "one")
    assert other.start() == bootstrap
    assert other.status().pid == broker.status().pid
    assert other.stop()
    assert broker.status().bootstrap is None


def test_two_brokers_run_side_by_side_on_the_loopback_address_only(broker: LocalKafka, tmp_path: Path) -> None:
    with LocalKafka(tmp_path / "two") as second:
        first_address, second_address = broker.start(), second.start()
        assert first_address != second_address
        assert {first_address.split(":")[0], second_address.split(":")[0]} == {"127.0.0.1"}
    assert second.status().bootstrap is None


def test_wipe_deletes_data_but_not_under_a_running_broker(broker: LocalKafka) -> None:
    broker.start()
    with pytest.raises(UserError, match="running"):
        broker.wipe()
    broker.stop()
    broker.wipe()
    assert not broker.status().has_data


def test_wipe_leaves_a_folder_alone_that_holds_more_than_a_broker_writes(broker: LocalKafka, tmp_path: Path) -> None:
    broker.start()
    broker.stop()
    (tmp_path / "one" / "thesis.txt").touch()
    for folder in (tmp_path, tmp_path / "one"):
        with pytest.raises(UserError, match=r"is no broker's folder: it holds (one|thesis)"):
            LocalKafka(folder).wipe()
    assert broker.status().has_data


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} is taken"):
            LocalKafka(tmp_path / "three", port).start()


def test_a_broker_that_cannot_start_says_why(tmp_path: Path) -> None:
    home = tmp_path / "broken"
    (home / "logs").mkdir(parents=True)
    (home / "logs" / "meta.properties").write_text("version=99\n")
    with pytest.raises(UserError, match="did not start"):
        LocalKafka(home).start()
    assert LocalKafka(home).status().bootstrap is None


def test_a_stale_record_counts_as_not_running(tmp_path: Path) -> None:
    record = tmp_path / "broker.json"
    record.write_text('{"pid": 1, "created": 0.0, "port": 9092}')
    assert read_record(record) is None
    record.write_text('{"pid": 1, "cre')
    assert read_record(record) is None
    assert ServerRecord(pid=2**22 + 1, created=0.0, port=1).process() is None
