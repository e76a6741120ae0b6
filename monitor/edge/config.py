"""What the edge must be told: names, addresses, limits. Frozen; nothing here reads the environment."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_PARTITIONS = 100
"""A worker must be able to take over all there are. Each costs it a transactional producer: 4 threads, 8 open files and
0.5 MB with one broker, so more would not fit under the usual limit of 1,024 open files."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Topics:
    """Logical names. The prefix of a deployment is added only where a Kafka client is called."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    reference: str = "reference"
    controls: str = "controls"
    journal: str = "journal"
    state: str = "customer-state"
    prefix: str = ""

    def physical(self, name: str) -> str:
        """The name on the broker."""
        return self.prefix + name


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Sizes and times that bound memory, stalls and waiting."""

    batch_records: int = 500  # bounds one stall of the event loop: 500 records x ~13 us
    in_flight: int = 32  # batches of a partition between applied and acknowledged
    cut_piece: int = 50  # entries of a cut encoded between two batches
    backlog_records: int = 4_000  # records waiting in the inboxes before the fetch thread rests
    inbox_records: int = 10_000  # of one topic and partition, before that one is paused
    inbox_bytes: int = 16_000_000
    patience_ms: int = 200  # how long younger records wait for a topic known to be behind
    snapshot_seconds: float = 3.0
    tick_seconds: float = 0.05
    drain_seconds: float = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class EdgeConfig:
    """One worker.

    `group` is the consumer group, the Faust application id and the prefix of the transactional ids.
    `engine_version` is `major.minor...`: the major part is the version of the state's encoding, see `versions.py`.
    `librdkafka` and `faust_credentials` carry TLS and SASL to the two client libraries.
    """

    bootstrap: str
    group: str
    topics: Topics
    engine_version: str
    limits: Limits = field(default_factory=Limits)
    instance_id: str | None = None
    session_seconds: float = 6.0
    heartbeat_seconds: float = 1.0
    commit_seconds: float = 1.0
    accept_foreign_versions: bool = False
    fault: str = ""
    librdkafka: Mapping[str, str] = field(default_factory=dict, repr=False)
    faust_credentials: object | None = field(default=None, repr=False)

    def client(self, **settings: str | float | bool) -> dict[str, Any]:
        """Settings of one librdkafka client: address and security, then `settings` with `_` read as `.`."""
        base: dict[str, Any] = {
            "bootstrap.servers": self.bootstrap,
            "client.id": self.group,
            "log_level": 3,
            "logger": logging.getLogger("monitor.edge.librdkafka"),
            "reconnect.backoff.max.ms": 500,  # the default of 10 s is 10 s blind after a broker restart
        }
        return base | dict(self.librdkafka) | {name.replace("_", "."): value for name, value in settings.items()}
