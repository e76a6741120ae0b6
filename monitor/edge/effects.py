"""What a pipeline's decisions do: send outputs, look into a gap, tell the ownership. Mostly in the reporting thread."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from monitor.edge.entries import Claim
from monitor.edge.owner import PartitionOwner, Recovered, Surroundings
from monitor.edge.pipeline import InFlight
from monitor.edge.replay import read_journal
from monitor.edge.seams import LogReader, Outputs


class Pool(Protocol):
    """Runs a function in another thread; a ThreadPoolExecutor does."""

    def submit(self, fn: Callable[[], None], /) -> object:
        """Run `fn` soon."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What the effects of all partitions share."""

    around: Surroundings
    outputs: Outputs
    open_reader: Callable[[], LogReader]
    pool: Pool
    lost: Callable[[PartitionOwner, str], None]
    wake: Callable[[int], None]  # safe in any thread


class OwnerEffects:
    """The effects of one owner's pipeline."""

    def __init__(self, reach: Reach, partition: int) -> None:
        self._reach = reach
        self._partition = partition
        self.owner: PartitionOwner | None = None

    def send(self, batch: InFlight, done: Callable[[str | None], None]) -> None:
        """The journal record is durable: let the outputs leave."""
        self._reach.around.faults.reach("after_journal_ack_before_outputs")
        self._reach.outputs.send(self._partition, batch.outputs, done)

    def moved(self, batch: InFlight) -> None:
        """Outputs are durable: count, and let a full pipeline go on."""
        around = self._reach.around
        around.faults.reach("after_outputs_before_commit")
        around.stats.of(self._partition).journal_ms = batch.clock
        if batch.oldest:
            around.stats.decision_seconds.observe(max(around.now_ms() - batch.oldest, 0) / 1000, batch.count)
        if self.owner is not None and self.owner.blocked:
            self.owner.blocked = False
            self._reach.wake(self._partition)

    def lost(self, why: str) -> None:
        """Pass it on."""
        if self.owner is not None:
            self._reach.lost(self.owner, why)

    def read_gap(self, first: int, last: int, done: Callable[[bool], None]) -> None:
        """Read just the gap, in another thread: reports of other partitions go on."""
        self._reach.pool.submit(lambda: self._read_gap(first, last, done))

    def _read_gap(self, first: int, last: int, done: Callable[[bool], None]) -> None:
        topic = self._reach.around.config.topics.journal
        epoch = -1 if self.owner is None else self.owner.place.epoch  # a record of ours there is not by us
        try:
            with closing(self._reach.open_reader()) as reader:
                entries = read_journal(reader, topic, self._partition, first, last + 1)
                claimed = any(isinstance(entry, Claim) or entry.epoch == epoch for _, entry in entries)
        except Exception as error:  # noqa: BLE001  # unreadable is unknown: a new claim decides
            self.lost(f"gap {first}..{last} in the journal cannot be read: {error}")
            return
        if not claimed:
            self._reach.around.stats.shifts += 1
        done(claimed)


def make_owner(recovered: Recovered, reach: Reach) -> PartitionOwner:
    """An owner and its effects, tied together."""
    effects = OwnerEffects(reach, recovered.partition)
    owner = PartitionOwner(recovered, reach.around, effects)
    effects.owner = owner
    return owner
