"""`monitor demo` says by its exit code whether every story was found; the run itself is replaced by what it found."""

from pathlib import Path

import pytest

from monitor.cli.main import run
from monitor.demo.findings import findings
from tests.demo.recorded_run import chronicle, story_ids, truth


@pytest.mark.parametrize(("without", "never_begun", "code"), [("", (), 0), ("FF01", (), 1), ("", ("a story",), 1)])
def test_the_exit_code_is_0_only_if_every_story_was_found(
    without: str, never_begun: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = findings(truth(), story_ids(), chronicle(without), 0, never_begun)
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("monitor.demo.run.run", lambda *_: found)
    assert run(["demo"]) == code
