"""Plain numbers the edge counts; whoever exports metrics reads them. Nothing here knows a metrics client."""

from bisect import bisect_left
from dataclasses import dataclass, field

LATENCY_BOUNDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(slots=True)
class Histogram:
    """Counts per bucket (upper bounds in seconds, the last bucket is open), total and sum."""

    bounds: tuple[float, ...] = LATENCY_BOUNDS
    buckets: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_BOUNDS) + 1))
    sum: float = 0.0
    count: int = 0

    def observe(self, seconds: float, times: int = 1) -> None:
        """Count `times` observations of `seconds`."""
        self.buckets[bisect_left(self.bounds, seconds)] += times
        self.sum += seconds * times
        self.count += times


@dataclass(slots=True)
class PartitionStats:
    """One partition of this worker. Times are ms since the epoch, 0 when it has not happened here."""

    phase: str = "recovering"  # recovering, live, paused, refused
    reason: str = ""
    in_flight: int = 0
    inbox: int = 0
    lag_records: int = 0
    lag_ms: int = 0
    journal_ms: int = 0
    snapshot_ms: int = 0
    epoch: int = -1
    sequence: int = 0
    rule_set: str = ""
    entries: int = 0
    restart: tuple[int, int] | None = None  # offsets of reference and controls in the newest snapshot from here


@dataclass(slots=True)
class EdgeStats:
    """Totals since start, and the partitions now here."""

    batches: int = 0
    ticks: int = 0
    records: int = 0
    outputs: int = 0
    journal_bytes: int = 0
    claims: int = 0
    shifts: int = 0
    lost: int = 0
    void_batches: int = 0
    take_overs: int = 0
    replayed: int = 0
    resent: int = 0
    replay_mismatch: int = 0
    snapshots: int = 0
    snapshot_entries: int = 0
    snapshot_failures: int = 0
    refused: int = 0
    append_seconds: Histogram = field(default_factory=Histogram)
    decision_seconds: Histogram = field(default_factory=Histogram)
    partitions: dict[int, PartitionStats] = field(default_factory=dict)
    assigned: bool = False

    def of(self, partition: int) -> PartitionStats:
        """The numbers of one partition."""
        return self.partitions.setdefault(partition, PartitionStats())

    def restart(self) -> tuple[int, int] | None:
        """From which offsets of reference and controls a take-over of any partition here would start, at least.

        None while a partition has no snapshot from here, or there is no partition.
        """
        restarts = [one.restart for one in list(self.partitions.values())]
        known = [restart for restart in restarts if restart is not None]
        if not known or len(known) < len(restarts):
            return None
        return min(reference for reference, _ in known), min(controls for _, controls in known)

    def not_ready(self) -> str | None:
        """Why the worker is not ready, or None. Faust's own idea of ready does not know about recoveries."""
        if not self.assigned:
            return "no assignment yet"
        for number, partition in sorted(list(self.partitions.items())):  # noqa: C414  # a copy: another thread changes it
            if partition.phase != "live":
                return f"partition {number} is {partition.phase}: {partition.reason}"
        return None
