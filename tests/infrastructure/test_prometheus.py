"""A real Prometheus reads what the monitor publishes, and its own linter finds nothing to say."""

import subprocess
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from monitor import metrics
from monitor.health import HealthServer
from monitor.metrics_export import WorkerCollector
from tests.infrastructure.prometheus import binaries, scraping
from tests.infrastructure.waiting import until
from tests.metrics import sample

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    WorkerCollector(registry, sample.MODEL).refresh(sample.reading())
    return registry


def test_a_real_prometheus_scrapes_the_health_server(registry: CollectorRegistry, tmp_path: Path) -> None:
    with HealthServer(registry, list) as server, scraping(server.address, tmp_path) as prometheus:
        up = until(lambda: prometheus.query('up{job="monitor"} == 1'), "the target is up")
        assert len(up) == 1
        blocks = prometheus.query('monitor_decisions_total{action="BLOCK"}')
        assert [result["value"][1] for result in blocks] == ["2"]
        slow = prometheus.query("monitor_decision_seconds_bucket{le='+Inf'}")
        assert [result["value"][1] for result in slow] == ["32"]
        names = {result["metric"]["__name__"] for result in prometheus.query('{__name__=~"monitor_.+"}')}
        assert {"monitor_build_info", "monitor_ready", "monitor_rule_hits_total"} <= names


def test_promtool_finds_nothing_wrong_with_the_metrics(registry: CollectorRegistry) -> None:
    promtool = [str(binaries() / "promtool"), "check", "metrics"]
    done = subprocess.run(promtool, input=generate_latest(registry), capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")


def test_promtool_accepts_the_configuration_of_compose() -> None:
    promtool = [str(binaries() / "promtool"), "check", "config", str(REPOSITORY / "prometheus.yml")]
    done = subprocess.run(promtool, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_sample_shows_every_kind_of_metric() -> None:
    assert {metric.kind for metric in metrics.CATALOGUE} == {"counter", "gauge", "histogram", "info"}
