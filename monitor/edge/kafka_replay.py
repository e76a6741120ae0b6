"""The journal on Kafka, replayed read-only: for `monitor replay --journal`, backtests, audits and the proofs."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from monitor.edge.broadcast import KafkaBroadcast, Sink
from monitor.edge.config import EdgeConfig
from monitor.edge.kafka_reader import KafkaReader
from monitor.edge.replay import JournalTopics, Rules, Step, replay
from monitor.edge.seams import TransientError
from monitor.edge.snapshot_load import Snapshot, load_snapshot
from monitor.engine.api import PartitionEngine

READY_SECONDS = 60.0


class JournalReplay:
    """Replays partitions one by one. Nothing is claimed, sent or committed."""

    def __init__(self, config: EdgeConfig, broadcast: KafkaBroadcast) -> None:
        self._config = config
        self._broadcast = broadcast
        self._topics = JournalTopics(config.topics.inputs, config.topics.journal, config.topics.state)

    def bounds(self, partition: int) -> tuple[int, int]:
        """First and next offset of a partition's journal; `Step.offset` moves between them."""
        with closing(self._reader()) as reader:
            return reader.bounds(self._topics.journal, partition)

    def steps(
        self, partition: int, engine: PartitionEngine, *, from_snapshot: bool = False, accept_foreign: bool = False
    ) -> Iterator[Step]:
        """Every batch of a partition, applied to `engine`, a fresh one. Raises Refusal by name.

        `accept_foreign`: go on under another engine version or rule set; `Step.matches` tells where the outputs differ.
        """
        rules = Rules(self._config.engine_version, self._broadcast.known, accept_foreign)
        with closing(self._reader()) as reader, closing(self._reader()) as inputs:
            yield from replay(reader, inputs, self._topics, partition, engine, rules, from_snapshot=from_snapshot)

    def snapshot(self, partition: int) -> Snapshot | None:
        """The newest cut of a partition, checked."""
        with closing(self._reader()) as reader:
            return load_snapshot(reader, self._topics.state, partition)

    def _reader(self) -> KafkaReader:
        return KafkaReader(self._config, lambda: True)


@contextmanager
def open_replay(config: EdgeConfig, sinks: Mapping[str, Sink]) -> Iterator[JournalReplay]:
    """Read reference and controls into `sinks` up to their ends, then replay."""
    failures: list[BaseException] = []
    broadcast = KafkaBroadcast(config, sinks, failures.append)
    broadcast.start()
    try:
        if not broadcast.wait_ready(READY_SECONDS):
            raise TransientError(f"reference and controls cannot be read: {failures or 'no answer'}")
        yield JournalReplay(config, broadcast)
    finally:
        broadcast.close()
