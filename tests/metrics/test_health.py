"""The health server answers, and says why a worker is not ready."""

from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from prometheus_client import CollectorRegistry

from monitor.edge.stats import EdgeStats
from monitor.errors import UserError
from monitor.health import HealthServer
from monitor.metrics_export import WorkerCollector
from monitor.readiness import not_ready
from tests.metrics import sample


@pytest.fixture
def reasons() -> list[str]:
    return []


@pytest.fixture
def server(reasons: list[str]) -> Iterator[HealthServer]:
    registry = CollectorRegistry()
    WorkerCollector(registry, sample.MODEL).refresh(sample.reading())
    with HealthServer(registry, lambda: reasons) as running:
        yield running


def _get(server: HealthServer, path: str) -> tuple[int, str]:
    connection = HTTPConnection(server.address, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_it_is_alive_whether_ready_or_not(server: HealthServer, reasons: list[str]) -> None:
    assert _get(server, "/healthz") == (200, "alive\n")
    assert _get(server, "/readyz") == (200, "ready\n")
    reasons += ["partition 3 is recovering", "the listed accounts are not loaded yet"]
    assert _get(server, "/healthz")[0] == 200
    assert _get(server, "/readyz") == (503, "partition 3 is recovering\nthe listed accounts are not loaded yet\n")


def test_metrics_are_served_and_unknown_paths_are_not(server: HealthServer) -> None:
    status, body = _get(server, "/metrics?name=any")
    assert status == 200
    assert 'monitor_decisions_total{action="BLOCK"} 2.0' in body
    assert _get(server, "/secrets")[0] == 404


def test_a_taken_port_is_a_user_error(server: HealthServer) -> None:
    host, port = server.address.split(":")
    with pytest.raises(UserError, match=f"cannot serve metrics on {host}:{port}"):
        HealthServer(CollectorRegistry(), list, host, int(port))


def test_every_reason_is_named_with_the_command_that_goes_on() -> None:
    stats = EdgeStats()
    assert not_ready(stats, lists_loaded=False) == [
        "the listed accounts are not loaded yet",
        "the group has not assigned partitions yet",
    ]
    stats.assigned = True
    stats.of(1).phase = "live"
    stats.of(0).phase = "paused"
    stats.of(0).reason = "a flood of bad messages; go on with: monitor control resume --partition 0"
    stats.of(2)
    assert not_ready(stats, lists_loaded=True) == [
        "partition 0 is paused: a flood of bad messages; go on with: monitor control resume --partition 0",
        "partition 2 is recovering",
    ]
    stats.of(0).phase = stats.of(2).phase = "live"
    assert not_ready(stats, lists_loaded=True) == []
    trouble = "a flood on reference; stop the producer, then: monitor control resume --partition 0"
    assert not_ready(stats, lists_loaded=True, troubles={0: trouble}) == [f"partition 0 goes on, but: {trouble}"]
