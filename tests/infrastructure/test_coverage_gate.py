"""The gate looks at each pure package, and at branches apart from lines."""

import json
from pathlib import Path

import pytest

from tests.coverage_gate import PACKAGES, main


def _report(folder: Path, **changed: dict[str, int]) -> str:
    """Everything covered but what is `changed`, by package with `_` for `/`."""
    whole = {"covered_branches": 100, "num_branches": 100, "covered_lines": 1000, "num_statements": 1000}
    files = {f"{name}/a.py": {"summary": whole | changed.get(name.replace("/", "_"), {})} for name in PACKAGES}
    path = folder / "coverage.json"
    path.write_text(json.dumps({"files": files}))
    return str(path)


def test_enough_of_everything_passes(tmp_path: Path) -> None:
    assert main(_report(tmp_path, rules={"covered_branches": 95}), "95") == 0


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize(("what", "few"), [("covered_branches", 94), ("covered_lines", 949)])
def test_too_little_of_one_package_is_not_hidden_by_the_rest(
    package: str, what: str, few: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_report(tmp_path, **{package.replace("/", "_"): {what: few}}), "95") == 1
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "below" in line)
    assert line.startswith(package)
    assert what.removeprefix("covered_") in line


def test_a_package_that_was_not_measured_is_not_covered(tmp_path: Path) -> None:
    path = tmp_path / "coverage.json"
    path.write_text(json.dumps({"files": {}}))
    assert main(str(path), "95") == 1
