"""What the edge and the engine say to each other. Plain data, nothing else.

The engine of a partition is a pure function of the batches applied to it, in order.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from msgspec import Struct


class Record(NamedTuple):
    """One Kafka record. `timestamp` is the broker's append time, ms since the epoch."""

    topic: str
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


class Batch(NamedTuple):
    """What is applied at once. `records` may mix topics; their order is the order of application.

    `clock`: ms since the epoch, never behind an earlier batch. `epoch`, `sequence`: place in the journal.
    `reference_offset`, `controls_offset`: next offset of these topics that is NOT yet in force. `through`: every record
    appended to any input before it (ms, broker's clock) has been applied; 0 when nobody knows.
    A batch without records is a tick.
    """

    epoch: int
    sequence: int
    clock: int
    reference_offset: int
    controls_offset: int
    records: tuple[Record, ...]
    through: int = 0


OWN_PARTITION = -1


class Output(Struct, frozen=True, gc=False):
    """One record to send, to the engine's own partition of `topic` unless it names another. No value: a tombstone."""

    topic: str
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int = OWN_PARTITION


Entry = tuple[bytes, bytes | None]  # key and canonical encoding of a piece of state; None is a tombstone


class PartitionEngine(Protocol):
    """One partition's state and what moves it. One thread at a time."""

    def apply(self, batch: Batch) -> list[Output]:
        """Apply a batch; the outputs in order. Raises only on a bug: the state is then dead."""
        ...

    def next_timer(self) -> int | None:
        """Batch clock at which a tick is due, ms; None when nothing waits."""
        ...

    def paused(self) -> str | None:
        """Why the partition refuses to go on (a flood of bad messages), or None. Ticks still apply."""
        ...

    def rule_set(self) -> bytes:
        """Hash of the rule set in force after the last batch; opaque to the edge, which journals its first 8 bytes."""
        ...

    def begin_cut(self) -> None:
        """Freeze what changed since the last cut, as of now; `cut_piece` hands it out while work goes on."""
        ...

    def cut_piece(self, limit: int) -> list[Entry]:
        """Up to `limit` entries of the open cut; empty when it is complete."""
        ...

    def restore(self, entries: Iterable[Entry]) -> None:
        """Load a complete cut into a fresh engine."""
        ...

    def state(self) -> Iterable[Entry]:
        """The whole state, canonical, sorted by key: equal states give equal bytes."""
        ...

    def counters(self) -> dict[tuple[str, ...], int]:
        """Running totals since start, plain ints: (metric, label values…) -> count."""
        ...
