"""`monitor prove` on a real Kafka: what the bank and a worker wrote there becomes proofs within seconds."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from monitor.cli.main import run
from monitor.proofs.verifier import verify
from tests.infrastructure.waiting import until
from tests.proofs.stories import Story
from tests.proofs.told import decision
from topics import names
from topics.answers import Basis
from topics.codec import encode
from topics.fields import Posting
from topics.keys import entity_key

pytestmark = pytest.mark.kafka
PARTITIONS = 4


class Place:
    """Topics of a test's own; writes as bank and worker do, reads proofs."""

    def __init__(self, bootstrap: str, prefix: str, folder: Path) -> None:
        self.prefix, self.folder = prefix, folder
        settings = {"kafka.topic_prefix": prefix, "kafka.group": f"{prefix}g"}
        self.flags = ["--bootstrap", bootstrap, *(x for n, v in settings.items() for x in ("--set", f"{n}={v}"))]
        assert run([*self.flags, "topics", "apply"]) == 0
        self.producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})
        self.consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": f"{prefix}reader"})
        self.consumer.assign([TopicPartition(prefix + names.PROOFS, p, 0) for p in range(PARTITIONS)])
        self.proofs: list[tuple[bytes, bytes]] = []

    def send(self, topic: str, key: bytes, value: bytes) -> None:
        self.producer.produce(self.prefix + topic, value, key)
        assert self.producer.flush(30) == 0

    def read(self, count: int) -> list[tuple[bytes, bytes]]:
        """Wait for so many proofs, by key and value."""

        def enough() -> bool:
            for message in self.consumer.consume(100, 0.2):
                if message.error() is None:
                    self.proofs.append((message.key(), message.value()))
            return len(self.proofs) >= count

        until(enough, f"{count} proofs", 60)
        return self.proofs

    @contextmanager
    def prover(self) -> Iterator[subprocess.Popen[bytes]]:
        """A process that proves; it must end in order when told to."""
        command = [sys.executable, "-m", "monitor", *self.flags, "prove", "--out", str(self.folder)]
        log = self.folder.parent / "prover.log"
        with log.open("ab") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output, env=os.environ | {"PYTHONPATH": "."})
            try:
                yield process
                process.terminate()
                assert process.wait(30) == 0, log.read_text()[-3000:]
            finally:
                process.kill()


class Relayed(Story):
    """A bank that writes to Kafka what it tells."""

    def __init__(self, place: Place, tag: str) -> None:
        super().__init__()
        self.place, self.tag, self.now = place, tag, time.time_ns() // 1_000_000 - 60_000
        self.posted: dict[str, int] = {}

    def owner(self, account: str) -> str:
        return f"{self.tag}-{account}"

    def tell(self, topic: str, message: object) -> object:  # type: ignore[override]
        self.now += 1
        self.place.send(topic, entity_key(message), encode(message))  # type: ignore[arg-type]
        if isinstance(message, Posting):
            self.posted[message.account] = message.acct_seq
        return None

    def blocks(self, account: str, amount: int, certain: int) -> str:
        """An order is asked for and stopped; -> the event."""
        asked = self.asks(account, amount)
        basis = Basis(account=account, acct_seq=self.posted[account], reserved=0)
        found = decision(asked, certain, codes=("FF01",), basis=basis)
        self.place.send(names.DECISIONS, found.customer_id.encode(), encode(found))
        return asked.event_id


def test_blocks_are_proven_within_seconds_and_a_restart_goes_on_where_it_stopped(
    kafka_bootstrap: str, topic_prefix: str, tmp_path: Path
) -> None:
    place = Place(kafka_bootstrap, topic_prefix, tmp_path / "proofs")
    place.folder.mkdir()
    before, meanwhile = Relayed(place, "one"), Relayed(place, "two")
    before.draws("a", "d-1", 100_00)
    events = [before.blocks("a", 60_00, 60_00)]  # decided before anybody proves
    with place.prover():
        place.read(1)
        before.earns("a", 1_00)
        asked = time.monotonic()
        events.append(before.blocks("a", 80_00, 40_00))
        place.read(2)
        assert time.monotonic() - asked < 10
    meanwhile.draws("b", "d-2", 100_00)
    events.append(meanwhile.blocks("b", 70_00, 70_00))
    with place.prover():
        found = place.read(3)
        assert [key.decode() for key, _ in found] == events
    for _, value in found:
        assert verify(value).startswith("proven")
    assert sorted(path.read_bytes() for path in place.folder.iterdir()) == sorted(value for _, value in found)


def test_it_ends_by_itself_when_asked_to(
    kafka_bootstrap: str, topic_prefix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Place(kafka_bootstrap, topic_prefix, tmp_path / "proofs")
    assert run([*place.flags, "prove", "--seconds", "0.1"]) == 0


def test_a_topic_that_is_missing_is_named(
    kafka_bootstrap: str, topic_prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--bootstrap", kafka_bootstrap, "--set", f"kafka.topic_prefix={topic_prefix}"]
    assert run([*flags, "prove", "--seconds", "1"]) == 1
    assert "does not exist" in capsys.readouterr().err
