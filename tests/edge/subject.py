"""What a proof runs: an engine, its topics and a load, given by import path."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import NamedTuple

from monitor.edge.broadcast import Sink
from monitor.edge.config import EdgeConfig, Limits, Topics
from monitor.engine.api import PartitionEngine


class Event(NamedTuple):
    """One record of the load. `event_id`: header of the one decision it must get; None when it gets none."""

    topic: str
    key: bytes
    value: bytes
    event_id: bytes | None


@dataclass(frozen=True)
class Subject:
    """An engine and what it is fed. `load` yields events for ever; the same seed gives the same bytes.

    `between`: topics that partitions write to each other, inputs and outputs at once.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    engine_version: str
    engine_factory: Callable[[int], PartitionEngine]
    load: Callable[[int], Iterator[Event]]
    sinks: Mapping[str, Sink] = field(default_factory=dict)
    broadcast: Sequence[Event] = ()  # to reference and controls, before anything else
    decisions: str = "decisions"
    between: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """One run on a broker; passed to the worker processes as JSON."""

    bootstrap: str
    prefix: str
    subject: str
    partitions: int = 4
    snapshot_seconds: float = 1.0
    instance: str | None = "worker-1"
    fault: str = ""

    def topics(self, subject: Subject) -> Topics:
        """Names of this run."""
        between = subject.between
        return Topics(inputs=(*subject.inputs, *between), outputs=(*subject.outputs, *between), prefix=self.prefix)

    def config(self, subject: Subject) -> EdgeConfig:
        """The edge's configuration."""
        return EdgeConfig(
            bootstrap=self.bootstrap,
            group=f"{self.prefix}monitor",
            topics=self.topics(subject),
            engine_version=subject.engine_version,
            limits=Limits(snapshot_seconds=self.snapshot_seconds),
            instance_id=self.instance,
            fault=self.fault,
        )


def load_subject(path: str) -> Subject:
    """`package.module:function` that makes one."""
    module, _, name = path.partition(":")
    made = getattr(import_module(module), name)()
    assert isinstance(made, Subject)
    return made
