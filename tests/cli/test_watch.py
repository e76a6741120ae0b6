"""`monitor watch` in a pipe: lines that end by themselves."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import pytest

from monitor.cli import connections
from monitor.cli.main import run
from monitor.live.seen import Seen
from monitor.live.view import LOOKED_AT, READ_WHOLE
from tests.demo.recorded_run import records


class _Recorded:
    """A tail that gives everything at the first look."""

    trouble = ""

    def __init__(self) -> None:
        self._left = records()

    def read(self, seconds: float) -> list[Seen]:
        found, self._left = self._left, []
        return found


@pytest.fixture(autouse=True)
def _no_kafka(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def connect(topics: Iterable[str], whole: Collection[str]) -> Iterator[_Recorded]:
        assert (tuple(topics), tuple(whole)) == (LOOKED_AT, READ_WHOLE)
        yield _Recorded()

    monkeypatch.setattr(connections, "CONNECTIONS", {"tail": lambda settings: connect})
    monkeypatch.setattr("monitor.cli.watch._ONCE_S", 0.01)


def test_once_prints_one_picture_with_the_alerts_newest_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", "--once"]) == 0
    picture = capsys.readouterr().out.splitlines()
    assert picture[0].startswith("events ")
    assert sum("FF01" in line and "at stake" in line for line in picture) >= 1
    assert any(line.startswith("  draw ") for line in picture)


def test_seconds_prints_lines_with_their_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["watch", "--seconds", "0.01"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line[2] == line[5] == ":" for line in lines)
    assert "event to decision p50" in lines[-1]
