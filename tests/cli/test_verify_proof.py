"""`monitor verify-proof`: one line a file, and an exit code that a script can use."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli.main import run
from monitor.proofs import verifier
from topics.catalogue import topic
from topics.names import PROOFS

PROOF = topic(PROOFS).valid[0].value


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.json"
    path.write_text(PROOF, encoding="utf-8")
    return path


def test_a_proof_that_holds_is_one_line_and_exit_code_0(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify-proof", str(good)]) == 0
    assert capsys.readouterr().out == f"{good}: {verifier.verify(PROOF)}\n"


def test_one_that_does_not_is_named_and_the_exit_code_is_1(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(PROOF.replace("4000000", "4000001", 1), encoding="utf-8")
    assert run(["verify-proof", str(bad), str(good), str(tmp_path / "none.json")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "WRONG",
        "proven, however it is counted",
        "not read, so neither right nor wrong",
    ]


def test_a_proof_can_come_by_a_pipe(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(PROOF))
    assert run(["verify-proof", "-"]) == 0
    assert capsys.readouterr().out.startswith("-: proven, however it is counted: FF01: at least 30,000.00")


def test_the_program_runs_alone_without_anything_installed(good: Path, tmp_path: Path) -> None:
    alone = tmp_path / "checks.py"
    alone.write_bytes(Path(str(verifier.__file__)).read_bytes())
    command = [sys.executable, "-I", "-S", str(alone), str(good)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith(f"{good}: proven, however it is counted: FF01: at least 30,000.00 of CNY 40,000.00")
