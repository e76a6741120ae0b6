"""Worker processes of a proof: start, wait until live, kill, and read what they logged."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.edge.subject import Run
from tests.infrastructure.waiting import until

ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """One process; its log is one file."""

    def __init__(self, run: Run, log: Path, hash_seed: str = "random") -> None:
        self.run = run
        self.log = log
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.edge.worker_process", json.dumps(asdict(run))],
                cwd=ROOT,
                env=os.environ | {"PYTHONHASHSEED": hash_seed},
                stdout=subprocess.DEVNULL,
                stderr=stream,
            )

    def lines(self) -> Iterator[dict[str, Any]]:
        """What it logged so far; a line cut off by a kill is left out."""
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("{") and line.endswith("}"):
                yield json.loads(line)

    def reports(self) -> list[dict[str, Any]]:
        """Its take-overs."""
        return [line["data"]["Report"] for line in self.lines() if "Report" in line["data"]]

    def said(self, text: str) -> int:
        """How many of its lines hold `text`."""
        return sum(text in line["text"] for line in self.lines())

    def alive(self) -> bool:
        """Still running."""
        return self.process.poll() is None

    def until_live(self, seconds: float = 60.0, partitions: int | None = None) -> None:
        """Wait until as many partitions as the run has went live."""
        wanted = self.run.partitions if partitions is None else partitions

        def live() -> bool:
            assert self.alive(), f"the worker died: {self.log}"
            return len({report["partition"] for report in self.reports()}) >= wanted

        until(live, f"partitions live, see {self.log}", seconds)

    def until_dead(self, seconds: float = 60.0) -> int:
        """Wait for its end; the exit code."""
        return self.process.wait(seconds)

    def kill(self) -> None:
        """As the kernel would."""
        self.process.kill()
        self.process.wait(10)

    def terminate(self, seconds: float = 30.0) -> int:
        """Ask it to stop; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)
