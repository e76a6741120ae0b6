"""The examples in the files of the two binary topics, read as a worker reads them."""

import re
from pathlib import Path

import pytest

from monitor.edge.entries import Applied, Claim, decode_journal, encode
from monitor.edge.refusal import Refusal
from monitor.edge.snapshot_load import Snapshot, load_snapshot
from tests.edge.memory import Cluster, MemoryReader
from topics import names
from topics.catalogue import BadExample, Example, topic

JOURNAL, STATE = topic(names.JOURNAL), topic(names.CUSTOMER_STATE)
ADR = Path(__file__).resolve().parents[2] / "docs" / "adr" / "0003-journal.md"


def restored(*examples: Example) -> Snapshot | None:
    """What a worker makes of a partition of `customer-state` that holds these records."""
    cluster = Cluster()
    for example in examples:
        cluster.append(STATE.name, 0, bytes.fromhex(str(example.key)), bytes.fromhex(example.value))
    return load_snapshot(MemoryReader(cluster), STATE.name, 0)


def test_a_journal_of_the_valid_examples_is_read_and_written_again_byte_for_byte() -> None:
    values = [bytes.fromhex(example.value) for example in JOURNAL.valid]
    entries = [decode_journal(value, 0, offset) for offset, value in enumerate(values)]
    assert [type(entry) for entry in entries] == [Claim, Applied]
    assert [encode(entry) for entry in entries] == values


@pytest.mark.parametrize("example", JOURNAL.invalid, ids=lambda example: str(example.name))
def test_a_bad_journal_record_is_refused_by_name(example: BadExample) -> None:
    with pytest.raises(Refusal) as refused:
        decode_journal(bytes.fromhex(example.value), 0, 0)
    assert refused.value.name == example.reason


def test_the_valid_examples_of_the_state_are_one_complete_cut() -> None:
    snapshot = restored(*STATE.valid)
    assert snapshot is not None
    assert snapshot.marker.entries == len(snapshot.entries) == 1
    assert snapshot.entries == ((b"cc-1001", b"state"),)


@pytest.mark.parametrize("example", STATE.invalid, ids=lambda example: str(example.name))
def test_a_bad_record_after_a_good_cut_is_refused_by_name(example: BadExample) -> None:
    with pytest.raises(Refusal) as refused:
        restored(*STATE.valid, example)
    assert refused.value.name == example.reason


@pytest.mark.parametrize("example", [*JOURNAL.invalid, *STATE.invalid], ids=lambda example: str(example.name))
def test_every_refusal_named_has_its_line_for_the_operator(example: BadExample) -> None:
    assert re.search(rf"^\| .*`{example.reason}`.* \|", ADR.read_text(), re.MULTILINE)
