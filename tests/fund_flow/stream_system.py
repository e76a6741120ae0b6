"""The streaming engine as a system under test: several partitions, JSON in, JSON out.

Everything lies on topics and is taken when its turn comes: late, repeated, in any order the broker could give. Only the
order within one topic of one partition, and of one sender's messages, holds.
"""

import json
import random
from collections import defaultdict, deque
from dataclasses import dataclass

from monitor.engine.anomaly.detector import Detector
from monitor.engine.anomaly.half_space_trees import HalfSpaceTreesModel
from monitor.engine.api import OWN_PARTITION, Batch, Record
from monitor.engine.engine import Engine
from monitor.engine.globals import GlobalInputs
from rules import catalogue
from rules.rule_set import parse
from tests.fund_flow.books import TOPIC_OF
from tests.fund_flow.findings import Findings
from tests.fund_flow.happenings import Message, milliseconds
from tests.fund_flow.stream_answers import Answers
from topics import names
from topics.keys import partition_of

TICK_MS = 500
QUIET_MS = 40_000  # after so long every credit has been tagged or cleared, along any chain these histories make


@dataclass(frozen=True)
class Post:
    """How messages travel. `late_ms`: how long one may lie on its topic; `repeats`: how many come twice."""

    late_ms: int = 0
    repeats: float = 0.0


@dataclass(frozen=True)
class Lying:
    """One record on a topic of a partition, since `appended`."""

    appended: int
    topic: str
    key: bytes
    value: bytes


class StreamSystem:
    """Engines of all partitions, one record a batch. Calls of `rng` decide what is taken next."""

    def __init__(self, rng: random.Random, post: Post = Post(), partitions: int = 3) -> None:
        self.rng, self.post, self.partitions = rng, post, partitions
        self.inputs = GlobalInputs()
        self.engines = [self._engine(partition) for partition in range(partitions)]
        self.clock = 0
        self.behind = 0  # by how much the bank's instants are behind the clock: time went on while all settled
        self.queues: defaultdict[tuple[int, str], deque[Lying]] = defaultdict(deque)
        self.offsets: defaultdict[tuple[int, str], int] = defaultdict(int)
        self.sequences = [0] * partitions
        self.told: list[Message] = []
        self.answers = Answers()

    def _engine(self, partition: int) -> Engine:
        rules = catalogue.load()
        return Engine(
            partition,
            catalogue=rules,
            rule_set=parse(catalogue.packaged(), rules),
            inputs=self.inputs,
            model=Detector(HalfSpaceTreesModel()),
            partitions=self.partitions,
        )

    # -- what comes in -------------------------------------------------------------------------------

    def tell(self, message: Message) -> None:
        """Append a bank message to its topic; take some of what lies there."""
        self._until(max(self.clock, milliseconds(message["event_time"]) + self.behind))
        self.told.append(message)
        key = str(message["customer_id"]).encode()
        lying = Lying(self.clock, TOPIC_OF[str(message["type"])], key, json.dumps(message).encode())
        self._append(partition_of(key, self.partitions), lying.topic, lying)
        for _ in range(self.rng.choice((0, 1, 2, 4)) if self.post.late_ms else 1_000):
            if not self._take(self._heads()):
                break

    def settle(self) -> None:
        """Let time go on until all has come, and nothing waits for a word any more."""
        start = self.clock
        while self.clock < start + QUIET_MS or self._heads():
            self._until(self.clock + TICK_MS)
            while self._take(self._heads()):
                pass
        self.behind += self.clock - start

    def _append(self, partition: int, source: str, lying: Lying) -> None:
        self.queues[partition, source].append(lying)
        if self.rng.random() < self.post.repeats:
            self.queues[partition, source].append(lying)

    def _heads(self) -> list[tuple[int, str]]:
        return sorted(where for where, queue in self.queues.items() if queue)

    def _until(self, clock: int) -> None:
        """Move the clock; take what has lain too long, and let timers go off."""
        self.clock = clock
        while overdue := [w for w in self._heads() if self.queues[w][0].appended + self.post.late_ms < clock]:
            self._take(overdue)
        for partition, engine in enumerate(self.engines):
            due = engine.next_timer()
            if due is not None and due <= clock:
                self._apply(partition, ())

    # -- what the partitions do ------------------------------------------------------------------------

    def _take(self, heads: list[tuple[int, str]]) -> bool:
        """Let one partition take the next record of one topic; whether there was any."""
        if not heads:
            return False
        partition, source = self.rng.choice(heads)
        lying = self.queues[partition, source].popleft()
        offset = self.offsets[partition, lying.topic] = self.offsets[partition, lying.topic] + 1
        self._apply(partition, (Record(lying.topic, offset, lying.appended, lying.key, lying.value),))
        return True

    def _apply(self, partition: int, records: tuple[Record, ...]) -> None:
        self.sequences[partition] += 1
        lying = [queue[0].appended for (there, _), queue in self.queues.items() if there == partition and queue]
        batch = Batch(
            epoch=0,
            sequence=self.sequences[partition],
            clock=self.clock,
            reference_offset=self.inputs.reference.next_offset,
            controls_offset=self.inputs.controls.next_offset,
            records=records,
            through=min([self.clock, *lying]) - 1,
        )
        for output in self.engines[partition].apply(batch):
            if output.topic == names.FUND_FLOW:
                assert output.partition != OWN_PARTITION
                lying_now = Lying(self.clock, output.topic, output.key, output.value or b"")
                self._append(output.partition, f"{output.topic} from {partition}", lying_now)
            self.answers.take([(output.topic, output.value)])

    def findings(self) -> Findings:
        """Decisions, tags and ledgers, as anybody could read them."""
        return self.answers.findings(self.told)
