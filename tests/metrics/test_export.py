"""What Prometheus reads is what engine and edge counted."""

import math
from platform import python_version

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from monitor import __version__, metrics
from monitor.engine.context import ENGINE_VERSION
from monitor.metrics_export import EngineReading, Reading, WorkerCollector
from tests.metrics import sample


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def collector(registry: CollectorRegistry) -> WorkerCollector:
    return WorkerCollector(registry, sample.MODEL)


def test_everything_in_the_catalogue_is_published(registry: CollectorRegistry, collector: WorkerCollector) -> None:
    collector.refresh(sample.reading())
    published = {family.name: family for family in text_string_to_metric_families(generate_latest(registry).decode())}
    for metric in metrics.CATALOGUE:
        assert metric.name in published or f"{metric.name}_info" in published, metric.name


def test_counters_carry_their_labels(registry: CollectorRegistry, collector: WorkerCollector) -> None:
    collector.refresh(sample.reading())
    value = registry.get_sample_value
    assert value("monitor_records_total", {"topic": "transfers"}) == 100
    assert value("monitor_decisions_total", {"action": "BLOCK"}) == 2
    assert value("monitor_rule_hits_total", {"rule": "FF01", "mode": "enforce"}) == 2
    assert value("monitor_dead_letters_total", {"topic": "transfers", "reason": "NOT_JSON"}) == 3
    assert value("monitor_batches_total") == 7
    assert value("monitor_untold_refusals", {"topic": "reference"}) == 7
    assert value("monitor_budget_used_ratio", {"partition": "0", "rule": "FF01"}) == 0.25


def test_totals_never_fall_when_a_partition_leaves_and_comes_back(
    registry: CollectorRegistry, collector: WorkerCollector
) -> None:
    def total() -> float | None:
        return registry.get_sample_value("monitor_records_total", {"topic": "transfers"})

    collector.refresh(sample.reading(100))
    collector.refresh(sample.reading(130))
    assert total() == 130
    collector.refresh(Reading(sample.NOW, sample.edge(), {}))
    assert total() == 130
    collector.refresh(sample.reading(5))
    assert total() == 135
    collector.refresh(Reading(sample.NOW, sample.edge(), {0: EngineReading({("records", "transfers"): 2})}))
    assert total() == 137  # fewer than before without a gap: a fresh engine took over within a second


def test_the_histogram_is_cumulative(registry: CollectorRegistry, collector: WorkerCollector) -> None:
    collector.refresh(sample.reading())
    value = registry.get_sample_value
    assert value("monitor_decision_seconds_bucket", {"le": "0.001"}) == 30
    assert value("monitor_decision_seconds_bucket", {"le": "+Inf"}) == 32
    assert value("monitor_decision_seconds_count") == 32
    assert value("monitor_decision_seconds_sum") == pytest.approx(0.621)


def test_ages_and_lags_are_in_seconds(registry: CollectorRegistry, collector: WorkerCollector) -> None:
    collector.refresh(sample.reading())
    value = registry.get_sample_value
    assert value("monitor_lag_seconds", {"partition": "0"}) == 0.25
    assert value("monitor_journal_age_seconds", {"partition": "0"}) == 1.5
    assert value("monitor_snapshot_age_seconds", {"partition": "0"}) == 4
    assert math.isnan(value("monitor_snapshot_age_seconds", {"partition": "1"}) or 0)  # none yet is not "fresh"


def test_what_runs_is_visible(registry: CollectorRegistry, collector: WorkerCollector) -> None:
    collector.refresh(sample.reading())
    value = registry.get_sample_value
    assert value("monitor_rule_set_info", {"partition": "0", "hash": "ab12"}) == 1
    build = {"version": __version__, "python": python_version(), "engine": ENGINE_VERSION, "model": sample.MODEL}
    assert value("monitor_build_info", build) == 1
    assert value("monitor_partition_phase", {"partition": "1", "phase": "recovering"}) == 1
    assert value("monitor_partition_phase", {"partition": "1", "phase": "live"}) == 0
