"""What the edge needs from Kafka, as protocols. `kafka_*.py` are the real ones, tests have twins in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from monitor.edge.entries import Marker
from monitor.engine.api import Entry, Output, Record

Reported = Callable[[int, str | None], None]  # offset (negative: unknown), error
Delivered = Callable[[str | None], None]  # error


class Journal(Protocol):
    """Appends to the journal; reports come in the order of the appends of a partition."""

    def append(self, partition: int, value: bytes, reported: Reported) -> None:
        """Append one record. `reported` may be called in another thread."""

    def claim(self, partition: int, value: bytes) -> int:
        """Append a claim and wait; its offset is the epoch. Raises TransientError when it is not acknowledged."""


class Outputs(Protocol):
    """Sends outputs, to one partition unless an output names another, in order for each."""

    def send(self, partition: int, outputs: Sequence[Output], delivered: Delivered) -> None:
        """Send; `delivered` is called once when all are acknowledged, or with the first error."""


class LogReader(Protocol):
    """Reads logs with one isolation level, the same live and in replay: read committed. Logical topic names."""

    def bounds(self, topic: str, partition: int) -> tuple[int, int]:
        """Low and high watermark: first offset kept and the next one to be written."""

    def read(self, topic: str, partition: int, start: int, end: int) -> Iterator[Record]:
        """All records with `start` <= offset < `end`, in order. Ends when the log was read up to `end`."""

    def follow(self, partition: int, starts: Mapping[str, int]) -> Callable[[str, int], list[Record]]:
        """Open several topics at `starts`; the result reads on in one topic up to and with an offset that exists."""

    def committed(self, partition: int, topics: Sequence[str]) -> dict[str, int]:
        """Committed next offsets of the group; a topic without one is absent."""

    def close(self) -> None:
        """Release the connection. Reads that are under way end with Superseded."""


class CutWriter(Protocol):
    """Publishes cuts of one partition. Opening it fences every older one of that partition."""

    def publish(self, entries: Mapping[bytes, bytes | None], marker: Marker) -> None:
        """All or nothing. Raises FencedError when a newer owner opened one, TransientError to try again."""

    def close(self) -> None:
        """Release it; what was open is given up."""


class Broadcast(Protocol):
    """`reference` and `controls`, read by every process from the start."""

    def known(self) -> tuple[int, int]:
        """Next offsets of `reference` and `controls` that the sinks have not got yet."""

    def ready(self) -> bool:
        """Whether both were read up to where they ended at the start."""


class TransientError(Exception):
    """The broker did not do it this time; trying again is right."""


class FencedError(Exception):
    """A newer owner exists."""


Entries = Mapping[bytes, bytes | None]
__all__ = [
    "Broadcast",
    "CutWriter",
    "Delivered",
    "Entries",
    "Entry",
    "FencedError",
    "Journal",
    "LogReader",
    "Outputs",
    "Reported",
    "TransientError",
]
