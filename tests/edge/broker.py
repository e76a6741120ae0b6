"""The broker's side of a proof: topics of a run, a load at a rate, whole topics read back."""

import threading
import time
from collections.abc import Iterator
from typing import Any

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from monitor.kafka.partitions import end
from tests.edge.subject import Event, Run, Subject

COMPACT_FAST = {
    "cleanup.policy": "compact",
    "segment.ms": "2000",
    "min.cleanable.dirty.ratio": "0.01",
    "max.compaction.lag.ms": "2000",
}


def create_topics(run: Run, subject: Subject) -> None:
    """All topics of a run; the state is compacted as eagerly as Kafka can."""
    topics = run.topics(subject)
    append_time = {"message.timestamp.type": "LogAppendTime"}
    names = dict.fromkeys(topics.inputs, append_time) | {name: {} for name in (*subject.outputs, topics.journal)}
    new = [NewTopic(run.prefix + name, run.partitions, 1, config=config) for name, config in names.items()]
    new.append(NewTopic(run.prefix + topics.state, run.partitions, 1, config=COMPACT_FAST))
    new += [NewTopic(run.prefix + name, 1, 1) for name in (topics.reference, topics.controls)]
    admin = AdminClient({"bootstrap.servers": run.bootstrap})  # kept: its futures end with it
    for future in admin.create_topics(new).values():
        future.result(30)


class Load(threading.Thread):
    """Sends events of a subject at a rate until stopped. `acknowledged`: event ids the broker has."""

    def __init__(self, run: Run, subject: Subject, seed: int, rate: float) -> None:
        super().__init__(name="load", daemon=True)
        self._producer = Producer(
            {
                "bootstrap.servers": run.bootstrap,
                "enable.idempotence": True,
                "linger.ms": 2,
                "partitioner": "murmur2_random",
                "reconnect.backoff.max.ms": 500,
                "queue.buffering.max.messages": 1_000_000,
            }
        )
        self._prefix = run.prefix
        self._events = subject.load(seed)
        self.rate = rate
        self._stopping = threading.Event()
        self.acknowledged: set[bytes] = set()
        self.sent = 0
        self.failed = 0
        self.seconds = 0.0

    def run(self) -> None:
        """Open loop: the rate does not depend on anybody's answers."""
        begun = time.monotonic()
        while not self._stopping.is_set():
            due = (time.monotonic() - begun) * self.rate
            while self.sent < due:
                self.send(next(self._events))
            self._producer.poll(0)
            self._stopping.wait(0.002)
        self.seconds = time.monotonic() - begun
        self._producer.flush(60)

    def send(self, event: Event) -> None:
        """Send one."""
        self.sent += 1

        def delivered(error: Any, _: Any) -> None:
            if error is not None:
                self.failed += 1
            elif event.event_id is not None:
                self.acknowledged.add(event.event_id)

        self._producer.produce(self._prefix + event.topic, event.value, event.key, on_delivery=delivered)

    def flush(self) -> None:
        """Wait for the broker; for loads that are not a thread."""
        self._producer.flush(60)

    def stop(self) -> None:
        """End the load and wait for the broker."""
        self._stopping.set()
        self.join(90)


def publish(run: Run, subject: Subject) -> None:
    """What reference and controls hold before the start."""
    sender = Load(run, subject, 0, 0)
    for event in subject.broadcast:
        sender.send(event)
    sender.flush()


def ends(run: Run, topic: str, partitions: int) -> list[int]:
    """High watermarks."""
    with consumer(run) as reader:
        return [end(reader, TopicPartition(run.prefix + topic, p)) for p in range(partitions)]


def committed(run: Run, topic: str) -> list[int]:
    """Committed offsets of the run's group, -1001 where there is none."""
    with consumer(run) as reader:
        asked = [TopicPartition(run.prefix + topic, p) for p in range(run.partitions)]
        return [place.offset for place in reader.committed(asked, 10)]


def caught_up(run: Run, subject: Subject) -> bool:
    """Whether all that was given is committed to its end. What partitions tell each other may go on after it."""
    return all(
        mine >= high
        for topic in subject.inputs
        for mine, high in zip(committed(run, topic), ends(run, topic, run.partitions), strict=True)
        if high
    )


class consumer:  # noqa: N801  # used as a context manager only
    """A consumer in the run's group that never joins."""

    def __init__(self, run: Run) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": run.bootstrap,
                "group.id": f"{run.prefix}monitor",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
            }
        )

    def __enter__(self) -> Any:
        return self._consumer

    def __exit__(self, *_: object) -> None:
        self._consumer.close()


def read_all(run: Run, topic: str, partition: int) -> Iterator[Any]:
    """Every message of a partition up to where it ends now."""
    with consumer(run) as reader:
        last = end(reader, TopicPartition(run.prefix + topic, partition))
        reader.assign([TopicPartition(run.prefix + topic, partition, 0)])
        while True:
            for message in reader.consume(2000, 0.2):
                if message.error() is not None or message.offset() >= last:
                    return
                yield message
                if message.offset() == last - 1:
                    return
