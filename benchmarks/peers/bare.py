"""A bare confluent-kafka loop, no journal, no state kept: `python -m benchmarks.peers.bare BOOTSTRAP PREFIX KIND`.

KIND `trivial`: decode and encode. KIND `engine`: the same engine as the worker's. Offsets are committed every second,
so a crash repeats and forgets: this is the floor, not an alternative.
"""

import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from confluent_kafka import Consumer, Message, Producer, TopicPartition

from benchmarks.peers.merged import MERGED, logical_topic
from benchmarks.trivial import answer
from monitor.engine.api import Batch, Output, Record
from monitor.engine.globals import GlobalInputs
from monitor.offline import new_engine
from rules import catalogue
from rules.rule_set import parse
from topics import names

if TYPE_CHECKING:
    from monitor.engine.engine import Engine

Work = Callable[[int, list[Record]], list[Output]]
_BATCH = 500


def main(bootstrap: str, prefix: str, kind: str) -> None:
    """Answer until told to stop."""
    work = _engine_work(bootstrap, prefix) if kind == "engine" else _trivial_work
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 0})
    consumer = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": f"{prefix}bare", "auto.offset.reset": "earliest"}
        | {"auto.commit.interval.ms": 1000}
    )
    consumer.subscribe([prefix + MERGED])
    while True:
        for partition, records in _by_partition(consumer).items():
            for output in work(partition, records):
                _send(producer, prefix, partition, output)
        producer.poll(0)


def _by_partition(consumer: Consumer) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    first = consumer.poll(0.05)
    if first is not None:
        for message in [first, *consumer.consume(_BATCH - 1, 0)]:
            if message.error() is None:
                found[message.partition() or 0].append(_record(message))
    return found


def _record(message: Message) -> Record:
    topic = logical_topic(message.headers())
    return Record(topic, message.offset() or 0, message.timestamp()[1], message.key(), message.value())


def _send(producer: Producer, prefix: str, partition: int, output: Output) -> None:
    while True:
        try:
            producer.produce(
                prefix + names.DECISIONS, output.value, output.key, partition, headers=list(output.headers)
            )
        except BufferError:
            producer.poll(0.05)
        else:
            return


def _trivial_work(_: int, records: list[Record]) -> list[Output]:
    found = (answer(record.topic, record.key, record.value, record.timestamp) for record in records)
    return [output for output in found if output is not None]


def _engine_work(bootstrap: str, prefix: str) -> Work:
    inputs, rules = GlobalInputs(), catalogue.load()
    rule_set = parse(catalogue.packaged(), rules)
    for record in _reference(bootstrap, prefix):
        inputs.take(record)
    engines: dict[int, Engine] = {}
    sequence = 0

    def work(partition: int, records: list[Record]) -> list[Output]:
        """Apply what was fetched of a partition as one batch."""
        nonlocal sequence
        sequence += 1
        if partition not in engines:
            engines[partition] = new_engine(partition, rules, rule_set, inputs)
        clock = time.time_ns() // 1_000_000
        batch = Batch(0, sequence, clock, inputs.reference.next_offset, 0, tuple(records))
        return [output for output in engines[partition].apply(batch) if output.topic == names.DECISIONS]

    return work


def _reference(bootstrap: str, prefix: str) -> Iterator[Record]:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "none", "enable.auto.commit": False})
    place = TopicPartition(prefix + names.REFERENCE, 0, 0)
    end = consumer.get_watermark_offsets(place, 10)[1]
    consumer.assign([place])
    at = 0
    while at < end:
        for message in consumer.consume(_BATCH, 0.2):
            at = (message.offset() or 0) + 1
            yield Record(names.REFERENCE, at - 1, message.timestamp()[1], message.key(), message.value())
    consumer.close()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    main(*sys.argv[1:])
