"""The same engine without a worker: events in order of append time, one engine a partition, time from the events."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from monitor.engine.anomaly.detector import Detector
from monitor.engine.anomaly.half_space_trees import HalfSpaceTreesModel
from monitor.engine.api import OWN_PARTITION, Batch, Output, Record
from monitor.engine.engine import Engine
from monitor.engine.globals import GlobalInputs
from rules import catalogue
from rules.rule import Rule
from rules.rule_set import RuleSet, parse
from topics import names
from topics.keys import partition_of


class Event(NamedTuple):
    """One message as it lay on its topic. `append_time` in ms."""

    topic: str
    key: bytes | None
    append_time: int
    value: bytes | None


class Answer(NamedTuple):
    """An output and the partition it belongs to."""

    partition: int
    output: Output


def new_model() -> Detector:
    """A fresh anomaly model as the worker runs it."""
    return Detector(HalfSpaceTreesModel())


def new_engine(
    partition: int,
    rules: Mapping[str, Rule],
    rule_set: RuleSet,
    inputs: GlobalInputs,
    reply: frozenset[str] = frozenset(),
    partitions: int = 1,
) -> Engine:
    """A fresh engine as the worker runs it."""
    return Engine(
        partition,
        catalogue=rules,
        rule_set=rule_set,
        inputs=inputs,
        model=new_model(),
        reply_topics=reply,
        partitions=partitions,
    )


class OfflineMonitor:
    """Engines for all partitions of one process. What they tell each other is delivered at once, in order."""

    def __init__(self, document: str | None = None, *, partitions: int = 1) -> None:
        rules = catalogue.load()
        rule_set = parse(document or catalogue.packaged(), rules)
        self.inputs = GlobalInputs()
        self.partitions = partitions
        self.engines = [new_engine(p, rules, rule_set, self.inputs, partitions=partitions) for p in range(partitions)]
        self._told: deque[tuple[int, Event]] = deque()
        self._offsets: dict[tuple[str, int], int] = {}
        self._sequences = [0] * partitions

    def play(self, events: Iterable[Event]) -> Iterator[Answer]:
        """Apply events one by one; timers go off when their time has come, before the next event."""
        for event in events:
            if event.topic in names.GLOBAL_TOPICS:
                self.inputs.take(self._record(event, 0))
                continue
            yield from self.wait_until(event.append_time)
            partition = partition_of(event.key or b"", self.partitions)
            record = self._record(event, partition)
            yield from self._apply(partition, event.append_time, (record,))

    def wait_until(self, clock: int) -> Iterator[Answer]:
        """Let every timer go off that is due before `clock`, in order of time."""
        while due := [(t, p) for p, e in enumerate(self.engines) if (t := e.next_timer()) is not None and t < clock]:
            time, partition = min(due)
            yield from self._apply(partition, time, ())

    def tick(self, clock: int) -> Iterator[Answer]:
        """Apply a batch without records to every partition."""
        for partition in range(len(self.engines)):
            yield from self._apply(partition, clock, ())

    def _record(self, event: Event, partition: int) -> Record:
        offset = self._offsets.get((event.topic, partition), 0)
        self._offsets[event.topic, partition] = offset + 1
        return Record(event.topic, offset, event.append_time, event.key, event.value)

    def _apply(self, partition: int, clock: int, records: tuple[Record, ...]) -> Iterator[Answer]:
        """Apply a batch, and then what the partitions tell each other because of it."""
        yield from self._apply_one(partition, clock, records)
        while self._told:
            partition, event = self._told.popleft()
            yield from self._apply_one(partition, clock, (self._record(event, partition),))

    def _apply_one(self, partition: int, clock: int, records: tuple[Record, ...]) -> Iterator[Answer]:
        self._sequences[partition] += 1
        batch = Batch(
            epoch=0,
            sequence=self._sequences[partition],
            clock=clock,
            reference_offset=self.inputs.reference.next_offset,
            controls_offset=self.inputs.controls.next_offset,
            records=records,
            through=clock - 1,
        )
        for output in self.engines[partition].apply(batch):
            there = partition if output.partition == OWN_PARTITION else output.partition
            if output.topic == names.FUND_FLOW:
                self._told.append((there, Event(output.topic, output.key, clock, output.value)))
            yield Answer(there, output)
