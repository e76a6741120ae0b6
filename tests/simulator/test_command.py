"""`monitor simulate` as a person uses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from monitor.cli import simulate as command
from monitor.errors import UserError
from monitor.simulator.files import read_events, read_truth
from monitor.simulator.listening import Listening
from monitor.simulator.live import Clock, Send
from monitor.simulator.narration import read_steps

app = typer.Typer()
app.command()(command.simulate)
sent: list[str] = []
heard_by: list[Listening | None] = []


@contextmanager
def _connect(listening: Listening | None) -> Iterator[Send]:
    heard_by.append(listening)
    yield lambda topic, key, value: sent.append(topic)


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, obj={"bank": _connect})
    if isinstance(result.exception, UserError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_files_are_written_with_truth_and_story_beside(tmp_path: Path) -> None:
    """And the last line says how much."""
    output = _run("--customers", "20", "--days", "5", "--share", "0.2", "--case", "all", "--out", str(tmp_path))
    events, truth = list(read_events(tmp_path)), read_truth(tmp_path)
    assert f"{len(events)} messages, {len(truth)} cases" in output
    assert {step.case for step in read_steps(tmp_path)} == {"fraud", "capital-flow", "cash-out"}


def test_cases_are_planted_of_the_codes_and_grades_asked_for(tmp_path: Path) -> None:
    """Both can be given several times."""
    chosen = ("--code", "CO13", "--code", "FF02", "--grade", "ordinary")
    _run("--customers", "20", "--days", "5", "--share", "0.2", *chosen, "--out", str(tmp_path))
    truth = read_truth(tmp_path)
    assert {record.code for record in truth} == {"CO13", "FF02"}
    assert {record.grade for record in truth} == {"ordinary"}


def test_with_faults_the_same_messages_come_otherwise(tmp_path: Path) -> None:
    """Some of them twice; the truth is the same."""
    small = ("--customers", "20", "--days", "5", "--share", "0.2")
    _run(*small, "--out", str(tmp_path / "quiet"))
    _run(*small, "--faults", "--out", str(tmp_path / "disturbed"))
    quiet, disturbed = (list(read_events(tmp_path / name)) for name in ("quiet", "disturbed"))
    assert len(disturbed) > len(quiet)
    assert {event.value for event in disturbed} == {event.value for event in quiet}
    assert read_truth(tmp_path / "quiet") == read_truth(tmp_path / "disturbed")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Give --out FOLDER for files, or --kafka"),
        (["--out", "x", "--obey"], "Use --obey together with --kafka"),
        (["--out", "x", "--rate", "100"], "a file is written at once, whatever the rate. Use --rate with --kafka"),
        (["--out", "x", "--rate", "50", "--seconds", "9"], "Use --rate and --seconds with --kafka"),
        (["--out", "x", "--case", "robbery"], "there is no story 'robbery'"),
        (["--kafka", "--days", "400"], "With --kafka use --days"),
        (["--out", "/dev/null/x"], "cannot write to"),
        (["--out", "x", "--code", "FF99"], "there is no code 'FF99'"),
        (["--out", "x", "--grade", "clumsy"], "there is no grade 'clumsy'"),
        (["--kafka", "--faults"], "Kafka makes its own faults"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(arguments: list[str], says: str) -> None:
    """Nothing is simulated."""
    with pytest.raises(UserError) as caught:
        _run(*arguments, "--customers", "1")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_kafka_gets_past_and_present_and_obedience_a_listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall clock is the test's."""
    time = [1_780_000_000_000]

    def sleep(seconds: float) -> None:
        time[0] += max(1, round(seconds * 1000))

    monkeypatch.setattr(command, "WALL_CLOCK", Clock(lambda: time[0], sleep))
    sent.clear()
    small = ("--kafka", "--customers", "5", "--days", "2")
    output = _run(*small, "--seconds", "5", "--rate", "20", "--out", str(tmp_path))
    assert f"{len(sent)} messages sent" in output
    assert heard_by[-1] is None
    assert read_truth(tmp_path) == []


def test_obedience_needs_a_monitor_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent one is named before the present begins."""
    monkeypatch.setattr(command, "CATCH_UP_S", 0.01)
    with pytest.raises(UserError, match="Start `monitor worker`"):
        _run("--kafka", "--obey", "--customers", "5", "--days", "2", "--seconds", "1")
    assert isinstance(heard_by[-1], Listening)
