"""A real Prometheus without root: the Debian package, unpacked once into the cache."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from monitor.kafka.cache import fetch_once
from monitor.kafka.ports import HOST, free_port
from monitor.paths import cache_dir
from tests.infrastructure.waiting import until

_CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: monitor
    static_configs: [{{targets: ["{target}"]}}]
"""


def binaries() -> Path:
    """Folder with `prometheus` and `promtool`: the machine's, else the unpacked package's. Skips without apt."""
    installed = shutil.which("prometheus")
    if installed and shutil.which("promtool"):
        return Path(installed).parent
    if not (shutil.which("apt-get") and shutil.which("dpkg")) and os.environ.get("CI") != "true":
        pytest.skip("no apt-get here to fetch the Debian package prometheus with")
    return fetch_once(cache_dir() / "prometheus-debian", _unpack) / "usr" / "bin"


def _unpack(target: Path) -> None:
    try:
        _run(["apt-get", "download", "prometheus"], target)
    except subprocess.CalledProcessError:  # a machine whose package lists were never fetched
        _run(["apt-get", "update"], target)
        _run(["apt-get", "download", "prometheus"], target)
    package = next(target.glob("prometheus_*.deb"))
    _run(["dpkg", "-x", str(package), str(target)], target)
    package.unlink()


def _run(command: list[str], where: Path) -> None:
    subprocess.run(command, cwd=where, check=True, capture_output=True, timeout=240)


class Prometheus:
    """A running server."""

    def __init__(self, address: str) -> None:
        self._base = f"http://{address}"

    def up(self) -> bool:
        """Whether it answers."""
        try:
            with urlopen(f"{self._base}/-/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def query(self, expression: str) -> list[Any]:
        """Results of an instant query."""
        with urlopen(f"{self._base}/api/v1/query?query={quote(expression)}", timeout=5) as answer:
            results: list[Any] = json.load(answer)["data"]["result"]
            return results


@contextmanager
def scraping(target: str, folder: Path) -> Iterator[Prometheus]:
    """Run a Prometheus that scrapes `target` every second."""
    config, address = folder / "prometheus.yml", f"{HOST}:{free_port()}"
    config.write_text(_CONFIG.format(target=target))
    command = [
        str(binaries() / "prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    ]
    with (folder / "prometheus.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            server = Prometheus(address)
            until(server.up, f"Prometheus answers; its log: {log.name}")
            yield server
        finally:
            process.terminate()
