"""`monitor demo` as a person runs it: it finds every story, and whatever happens it leaves nothing running."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from monitor.paths import cache_dir
from monitor.simulator.files import read_truth
from tests.infrastructure.waiting import until

pytestmark = pytest.mark.kafka
_ROOT = Path(__file__).resolve().parents[2]
_SMALL = ("--customers", "40", "--days", "2", "--rate", "20", "--seconds", "12")


@contextmanager
def _demo(data: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run a demo; should it hang, everything that it started is ended by its own clean-up after SIGTERM."""
    environment = os.environ | {"MONITOR_DATA_DIR": str(data), "MONITOR_CACHE_DIR": str(cache_dir()), "COLUMNS": "200"}
    command = [sys.executable, "-m", "monitor", "demo", *_SMALL, *arguments]
    process = subprocess.Popen(
        command, cwd=_ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


def _read_until_set_up(process: subprocess.Popen[str]) -> dict[str, int]:
    """Read until both processes are named; their pids."""
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        found = {name: int(pid) for name, pid in re.findall(r"(Kafka|worker) is process (\d+)", line)}
        if found:
            return found
    raise AssertionError(f"the demo ended early: {read}")


def _gone(pids: dict[str, int]) -> bool:
    """Wait until none of them runs; fails after ten seconds."""
    return until(lambda: not any(psutil.pid_exists(pid) for pid in pids.values()), f"the end of {pids}", 10)


def test_every_story_is_found_and_nothing_is_left_running(tmp_path: Path) -> None:
    with _demo(tmp_path, "--seed", "3") as process:
        pids = _read_until_set_up(process)
        said, _ = process.communicate(timeout=240)
    assert process.returncode == 0, said
    assert set(pids) == {"Kafka", "worker"}
    assert _gone(pids)
    assert len(re.findall(r"^  found [A-Z]{2}[0-9]{2} at ", said, re.MULTILINE)) == 5
    assert "people who did nothing wrong" in said
    assert re.search(r"decisions: p50 [\d,]+ ms, p99 [\d,]+ ms", said)
    kept = tmp_path / "demo" / "seed-3"
    assert len([record for record in read_truth(kept) if record.kind == "episode"]) >= 5
    assert re.search(r"^  proven, however it is counted: FF02: at least [\d,.]+ of CNY", said, re.MULTILINE)
    assert {file.name for file in kept.iterdir()} >= {
        "money.svg",
        "proofs",
        "events.jsonl",
        "story.jsonl",
        "answers.jsonl",
        "rules.toml",
    }


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    with _demo(tmp_path) as process:
        pids = _read_until_set_up(process)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=90)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "monitor: stopped; nothing is left running"
    assert _gone(pids)


@pytest.mark.parametrize("victim", ["Kafka", "worker"])
def test_the_death_of_a_child_is_said_in_one_line_and_ends_everything(victim: str, tmp_path: Path) -> None:
    with _demo(tmp_path) as process:
        pids = _read_until_set_up(process)
        os.kill(pids[victim], signal.SIGKILL)
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert re.search(rf"^monitor: (?:the )?{victim} died.* Its log: .+\.$", said, re.MULTILINE), said
    assert _gone(pids)
