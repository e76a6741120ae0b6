"""The root of the command line: quick, helpful, and one line for an error."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

from monitor import __version__
from monitor.cli import main as cli
from monitor.errors import UserError


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MONITOR_CONFIG", raising=False)
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")


def test_help_lists_every_command_without_importing_any(capsys: pytest.CaptureFixture[str]) -> None:
    heavy = "import sys; from monitor.cli.main import run; run(['--help']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert all(f"\n  {name} " in done.stdout for name in cli.COMMANDS)
    assert all(
        f"'{module}'" not in done.stdout for module in ("confluent_kafka", "faust", "river", "numpy", "pydantic")
    )


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_exists_and_its_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module, attribute = cli.COMMANDS[name].target.split(":")
    found = getattr(import_module(module), attribute)
    single = not isinstance(found, typer.Typer)
    lines = [[name]] if single else [[name, str(command.name)] for command in found.registered_commands]
    for line in lines:
        assert cli.run([*line, "--help"]) == 0
        assert re.search(rf"Example: monitor .*{' '.join(line)}", capsys.readouterr().out)


def test_a_user_error_is_one_line_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--set", "kafka.partitions=none", "config"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("monitor: setting kafka.partitions: ")
    assert captured.err.count("\n") == 1


def test_a_wrong_word_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["wrong"]) == 2
    assert capsys.readouterr().err == "monitor: No such command 'wrong'. See: monitor --help\n"


@pytest.mark.parametrize(("debug", "shown"), [([], False), (["--debug"], True)])
def test_a_bug_shows_where_only_with_debug(debug: list[str], shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(arguments: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "run", broken)
    monkeypatch.setattr(sys, "argv", ["monitor", *debug, "config"])
    with pytest.raises(ZeroDivisionError if shown else SystemExit):
        cli.main()


def test_config_shows_values_and_origins_but_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "kafka.security.sasl_password=hunter2"
    assert cli.run(["--bootstrap", "bank:9", "--set", secret, "config"]) == 0
    out = capsys.readouterr().out
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.strip()}
    assert rows["kafka.bootstrap"] == ["bank:9", "flag"]
    assert rows["kafka.group"] == ["post-loan-monitor", "default"]
    assert rows["kafka.security.sasl_password"] == ["**********", "flag"]
    assert "hunter2" not in out


def test_kafka_says_that_it_does_not_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["kafka", "status"]) == 1
    assert "not running, no data; start it with: monitor kafka up\n" in capsys.readouterr().out
    assert cli.run(["kafka", "status", "--name", "demo"]) == 1
    assert "start it with: monitor kafka up --name demo\n" in capsys.readouterr().out
    assert cli.run(["kafka", "down"]) == 0
    assert cli.run(["kafka", "wipe"]) == 0


def test_an_error_reads_as_one_line_with_its_remedy() -> None:
    assert str(UserError("it broke", "Mend\n it.")) == "it broke. Mend it."
    assert str(UserError("it broke")) == "it broke"
