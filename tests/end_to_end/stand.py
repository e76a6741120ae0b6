"""Topics of a test's own, the processes on them, and the bank's and core's side: send a message, wait for answers."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from monitor.kafka.partitions import end
from tests.end_to_end.worker import ROOT, WorkerProcess, environment, variables
from tests.infrastructure.waiting import until
from topics import names
from topics.answers import Decision
from topics.codec import decode_answer

PARTITIONS = 3
REPLIES = "core-replies"
ANSWER_S = 120.0


class Place(NamedTuple):
    """Where a message lies."""

    topic: str
    partition: int
    offset: int


class Heard(NamedTuple):
    """A record on an output topic."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: Mapping[str, bytes]

    @property
    def answer(self) -> Any:
        """The message, decoded."""
        return decode_answer(names.DECISIONS if self.topic == REPLIES else self.topic, self.value)


class Stand:
    """One prefix on a broker. Close it: workers are stopped, also those a failed test left behind.

    `settings`: of the product's processes, as `section__name`; the stand's own clients use `bootstrap` as it is.
    """

    def __init__(self, bootstrap: str, prefix: str, folder: Path, **settings: str) -> None:
        self.bootstrap, self.prefix, self._folder = bootstrap, prefix, folder
        ours = {"worker__reply_topics": json.dumps([REPLIES]), "worker__snapshot_seconds": "1"} | settings
        self.environment = environment(bootstrap, prefix, PARTITIONS, **ours)
        assert self.monitor("topics", "apply").returncode == 0
        replies = NewTopic(prefix + REPLIES, PARTITIONS, 1)
        admin = AdminClient({"bootstrap.servers": bootstrap})  # kept: its futures end with it
        (created,) = admin.create_topics([replies]).values()
        created.result(30)
        self._producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "linger.ms": 2})
        self._consumer = self._listening((*names.OUTPUT_TOPICS, REPLIES))
        # Never assigned: on the connection of one that fetches, every question waits for a fetch to end.
        self._asking = Consumer({"bootstrap.servers": bootstrap, "group.id": f"{prefix}monitor"})
        self.heard: list[Heard] = []
        self._workers: list[WorkerProcess] = []

    # -- processes

    def worker(self, module: str = "monitor", **settings: str) -> WorkerProcess:
        """Start a worker and wait until it is ready."""
        worker = self.start(module, **settings)
        worker.until_ready()
        return worker

    def start(self, module: str = "monitor", **settings: str) -> WorkerProcess:
        """Start a worker; it may take its time."""
        worker = WorkerProcess(
            self.environment | settings, self._folder / f"worker-{len(self._workers)}.log", module=module
        )
        self._workers.append(worker)
        return worker

    def stop(self) -> None:
        """Ask the newest worker to stop, which it must do in order, leaving nothing to replay."""
        worker = self._workers[-1]
        assert worker.stop() == 0, worker.log()[-4000:]

    def kill(self) -> None:
        """Kill the newest worker."""
        self._workers[-1].kill()

    def monitor(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product as a person does; it ends by itself. `settings`: other than the stand's."""
        command, environment = [sys.executable, "-m", "monitor", *arguments], self.environment | variables(settings)
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def close(self) -> None:
        """Leave nothing running; show the logs' ends, which a failed test prints."""
        for worker in self._workers:
            if worker.process.poll() is None:
                worker.kill()
            sys.stderr.write(f"---- worker, exit code {worker.process.returncode}\n{worker.log()[-3000:]}\n")
        self._consumer.close()
        self._asking.close()

    # -- sending

    def send(self, topic: str, key: bytes | None, value: bytes | None, partition: int = -1) -> Place:
        """Send one record and wait until the broker has it."""
        return self.send_all([(topic, key, value)], partition)[0]

    def send_all(self, records: list[tuple[str, bytes | None, bytes | None]], partition: int = -1) -> list[Place]:
        """Send records in order; where each lies. `partition` -1: by the key, as a bank's Java producer does."""
        places: list[Place | None] = [None] * len(records)
        for number, (topic, key, value) in enumerate(records):
            noted = self._note(places, number, topic)
            self._producer.produce(self.prefix + topic, value, key, partition, on_delivery=noted)
        assert self._producer.flush(60) == 0
        assert None not in places
        return cast("list[Place]", places)

    def _note(self, places: list[Place | None], number: int, topic: str) -> Callable[[Any, Any], None]:
        def delivered(error: Any, message: Any) -> None:
            assert error is None, error
            places[number] = Place(topic, message.partition(), message.offset())

        return delivered

    # -- hearing

    def _listening(self, topics: tuple[str, ...]) -> Any:
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"{self.prefix}core"})
        consumer.assign([TopicPartition(self.prefix + t, p, 0) for t in topics for p in range(PARTITIONS)])
        return consumer

    def listen(self) -> None:
        """Take in what has come."""
        for message in self._consumer.consume(1000, 0.1):
            if message.error() is None and message.value() is not None:
                self.heard.append(self._taken(message))

    def listen_to_all(self) -> None:
        """Take in everything that is there by now."""
        ends = {p: end(self._asking, p) for p in self._consumer.assignment()}
        while any(place.offset < ends[place] for place in self._consumer.position(list(ends)) if ends[place]):
            self.listen()

    def on(self, topic: str) -> list[Heard]:
        """What was heard on a topic."""
        return [heard for heard in self.heard if heard.topic == topic]

    def _taken(self, message: Any) -> Heard:
        topic = message.topic().removeprefix(self.prefix)
        return Heard(topic, message.partition(), message.key(), message.value(), dict(message.headers() or []))

    def until_heard(self, what: str, wanted: Callable[[Heard], bool], count: int = 1) -> list[Heard]:
        """Wait until so many records are as wanted."""

        def enough() -> list[Heard]:
            found = [heard for heard in self.heard if wanted(heard)]
            if len(found) >= count:
                return found
            self.listen()
            return []

        return until(enough, what, ANSWER_S)

    def decisions(self, event_id: str, count: int = 1, topic: str = names.DECISIONS) -> list[Heard]:
        """Wait for the answers to one event, byte for byte as they came."""
        wanted = event_id.encode()
        return self.until_heard(
            f"{count} decisions on {event_id}",
            lambda heard: heard.topic == topic and heard.headers.get("event_id") == wanted,
            count,
        )

    def decision(self, event_id: str) -> Decision:
        """Wait for the answer to one event."""
        return cast("Decision", self.decisions(event_id)[0].answer)

    def answers(self, topic: str, /, **fields: object) -> list[Any]:
        """Wait for messages on an output topic whose fields are these."""

        def wanted(heard: Heard) -> bool:
            return heard.topic == topic and all(getattr(heard.answer, n) == v for n, v in fields.items())

        return [heard.answer for heard in self.until_heard(f"{topic} with {fields}", wanted)]

    def broker_end(self, topic: str) -> int:
        """Where partition 0 of a topic ends."""
        return end(self._asking, TopicPartition(self.prefix + topic, 0))

    def until_applied(self) -> None:
        """Wait until everything sent so far is applied and its answers are out: the group has committed it."""
        until(self._caught_up, "all inputs committed", ANSWER_S)
        self.listen_to_all()

    def _caught_up(self) -> bool:
        places = [TopicPartition(self.prefix + t, p) for t in names.INPUT_TOPICS for p in range(PARTITIONS)]
        ends = [end(self._asking, place) for place in places]
        committed = [place.offset for place in self._asking.committed(places, 10)]
        return all(mine >= high for mine, high in zip(committed, ends, strict=True) if high)
