"""A worker's numbers as they may be at one moment."""

from monitor.edge.stats import EdgeStats
from monitor.metrics_export import EngineReading, Reading

MODEL = "trees-1"
NOW = 1_760_000_000_000


def edge() -> EdgeStats:
    """Two partitions, one live and one recovering."""
    stats = EdgeStats(batches=7, outputs=40, replay_mismatch=0, assigned=True)
    stats.decision_seconds.observe(0.0007, times=30)
    stats.decision_seconds.observe(0.3, times=2)
    live = stats.of(0)
    live.phase, live.rule_set, live.lag_records, live.lag_ms = "live", "ab12", 12, 250
    live.journal_ms, live.snapshot_ms = NOW - 1_500, NOW - 4_000
    stats.of(1).reason = "replaying the journal"
    return stats


def engine(records: int = 100) -> EngineReading:
    """An engine that has seen some of everything."""
    counters = {
        ("records", "transfers"): records,
        ("decisions", "ALLOW"): 90,
        ("decisions", "BLOCK"): 2,
        ("degraded",): 1,
        ("dead_letters", "transfers", "NOT_JSON"): 3,
        ("rule_hits", "FF01", "enforce"): 2,
    }
    gauges = {("customers",): 55.0, ("blocks_in_force",): 2.0, ("budget_used", "FF01"): 0.25, ("anomaly_warm",): 1.0}
    return EngineReading(counters, gauges)


def reading(records: int = 100) -> Reading:
    """All of it."""
    return Reading(
        now=NOW, edge=edge(), engines={0: engine(records)}, listed_accounts=9, untold={"reference": 7}, ready=False
    )
