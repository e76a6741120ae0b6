"""One `monitor worker` as an operator runs it: a process, its settings in the environment, its health port."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.infrastructure.waiting import until

ROOT = Path(__file__).resolve().parents[2]
_SERVED = re.compile(r"health and readiness at http://(\S+)")
START_S = 120.0  # on a machine that is busy with other things
STOP_S = 90.0


class WorkerProcess:
    """Started when it is made. `module`: what is run with the command line's arguments."""

    def __init__(self, environment: Mapping[str, str], log: Path, module: str = "monitor") -> None:
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, "worker"], cwd=ROOT, env=environment, stdout=output, stderr=output
            )

    def log(self) -> str:
        """Everything it wrote so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def address(self) -> str:
        """Where it serves /metrics, /healthz and /readyz; waits until it has said so."""
        found = until(lambda: self._alive() and _SERVED.search(self.log()), f"address in {self._log}", START_S)
        assert found
        return found[1]

    def _alive(self) -> bool:
        assert self.process.poll() is None, f"the worker ended with {self.process.poll()}:\n{self.log()[-4000:]}"
        return True

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; status 0 when nobody answers."""
        connection = HTTPConnection(self.address, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError as error:
            return 0, str(error)
        finally:
            connection.close()

    def ready(self) -> bool:
        """Whether it may be relied on."""
        return self.get("/readyz")[0] == 200

    def until_ready(self) -> None:
        """Wait until it may be relied on."""
        until(self.ready, f"ready; see {self._log}", START_S)

    def metric(self, name: str, **labels: str) -> float:
        """Sum of a metric's samples that have these labels; 0 when there is none."""
        _, text = self.get("/metrics")
        samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
        return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())

    def stop(self) -> int:
        """Ask it to stop; the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_S)

    def kill(self) -> None:
        """As the kernel would; nothing happens when it has ended."""
        self.process.kill()
        self.process.wait(STOP_S)


def environment(bootstrap: str, prefix: str, partitions: int, **settings: str) -> dict[str, str]:
    """A process's environment. `settings`: `section__name=value`, as in MONITOR_SECTION__NAME."""
    ours = {
        "kafka__bootstrap": bootstrap,
        "kafka__topic_prefix": prefix,
        "kafka__group": f"{prefix}monitor",
        "kafka__partitions": str(partitions),
        "worker__commit_seconds": "0.3",
        "http__port": "0",
    } | settings
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return inherited | variables(ours)


def variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings, `section__name`, as the environment has them."""
    return {f"MONITOR_{name.upper()}": value for name, value in settings.items()}
