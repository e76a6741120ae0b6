"""A bank on disk reads back as it was."""

from pathlib import Path

import msgspec
import pytest

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.files import read_events, read_truth, write_events, write_truth


def test_events_and_truth_read_back_as_they_were(tmp_path: Path) -> None:
    """Topic, key, append time and value of each message; every field of each record."""
    bank = Bank(Plan(seed=3, customers=20, days=10, shares=Shares(0.3, 0.3)))
    written = list(write_events(tmp_path, bank.stream()))
    write_truth(tmp_path, bank.truth)
    read = list(read_events(tmp_path))
    assert [(e.topic, e.key, e.append_time) for e in read] == [(d.topic, d.key, d.append_time) for d in written]
    assert [e.value for e in read] == [msgspec.json.encode(d.message) for d in written]
    assert read_truth(tmp_path / "truth.jsonl") == bank.truth
    assert bank.truth


def test_a_line_that_is_no_event_is_refused(tmp_path: Path) -> None:
    """By the library's own error."""
    (tmp_path / "events.jsonl").write_text('{"topic":"transfers"}\n')
    with pytest.raises(msgspec.DecodeError, match="line"):
        list(read_events(tmp_path))


def test_the_truth_is_written_into_a_folder_that_was_not_there(tmp_path: Path) -> None:
    write_truth(tmp_path / "new", [])
    assert read_truth(tmp_path / "new") == []
