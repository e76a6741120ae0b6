"""A real Prometheus scrapes a live worker on a real Kafka; its readiness tells when it may be relied on."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from monitor.cli.main import run
from monitor.kafka.ports import HOST, free_port
from tests.infrastructure.prometheus import scraping
from tests.infrastructure.waiting import until

pytestmark = pytest.mark.kafka


def _readyz(address: str) -> tuple[int, str]:
    connection = HTTPConnection(address, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError as error:
        return 0, str(error)
    finally:
        connection.close()


@contextmanager
def _worker(flags: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "monitor", *flags, "worker"]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            yield process
        finally:
            process.kill()


def test_prometheus_scrapes_a_live_worker(kafka_bootstrap: str, topic_prefix: str, tmp_path: Path) -> None:
    address, log = f"{HOST}:{free_port()}", tmp_path / "worker.log"
    named = {"kafka.topic_prefix": topic_prefix, "kafka.group": f"{topic_prefix}g", "http.port": address.split(":")[1]}
    flags = [
        "--bootstrap",
        kafka_bootstrap,
        *(part for name, value in named.items() for part in ("--set", f"{name}={value}")),
    ]
    assert run([*flags, "topics", "apply"]) == 0
    with _worker(flags, log) as worker:
        until(lambda: worker.poll() is not None or _readyz(address)[0] == 200, f"ready: {_readyz(address)}")
        assert worker.poll() is None, log.read_text()[-2000:]
        with scraping(address, tmp_path) as prometheus:
            live = until(
                lambda: prometheus.query('sum(monitor_partition_phase{phase="live"}) == 4'), "four live partitions"
            )
            assert len(live) == 1
            assert [result["value"][1] for result in prometheus.query("monitor_ready")] == ["1"]
            assert prometheus.query("monitor_build_info")
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0, log.read_text()[-2000:]
