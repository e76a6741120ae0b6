"""A worker at work, seen by a real Prometheus."""

from pathlib import Path

import pytest

from tests.end_to_end.customer import LiveCustomer
from tests.end_to_end.stand import PARTITIONS, Stand
from tests.infrastructure.prometheus import Prometheus, scraping
from tests.infrastructure.waiting import until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
ASKED = 5


def test_prometheus_sees_decisions_latency_lag_rules_and_readiness(stand: Stand, tmp_path: Path) -> None:
    worker = stand.worker()
    customer = LiveCustomer(stand, "c-scraped")
    decided = [customer.ask(1_00) for _ in range(ASKED)][-1]
    with scraping(worker.address, tmp_path) as prometheus:
        until(lambda: value(prometheus, 'sum(monitor_decisions_total{action="ALLOW"})') == ASKED, "decisions")
        assert value(prometheus, "sum(monitor_decision_seconds_count)") == ASKED
        assert value(prometheus, "histogram_quantile(0.99, sum by (le) (monitor_decision_seconds_bucket))") is not None
        assert value(prometheus, "sum(monitor_lag_records)") == 0
        assert value(prometheus, "count(monitor_lag_seconds)") == PARTITIONS
        assert value(prometheus, "monitor_ready") == 1
        until(lambda: value(prometheus, "count(monitor_rule_set_info)") == PARTITIONS, "a rule set a partition")
        assert value(prometheus, "count(count by (hash) (monitor_rule_set_info))") == 1
        runs = f'monitor_build_info{{engine="{decided.engine_version}", model="{decided.model_version}"}}'
        assert value(prometheus, runs) == 1
    assert worker.stop() == 0


def value(prometheus: Prometheus, expression: str) -> float | None:
    """The one value of an instant query; None when there is none."""
    results = prometheus.query(expression)
    assert len(results) <= 1
    return float(results[0]["value"][1]) if results else None
