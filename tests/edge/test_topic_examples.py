"""The examples in the files of the two binary topics, read as a worker reads them."""

import re
from pathlib import Path

import pytest

from monitor.edge.entries import Applied, Claim, Marker, decode_journal, encode
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


RULE_SET = bytes.fromhex("ab12cd34ef56ab78")
ENTRIES = (
    Claim(1772416800252, "host-7:4711", "1.0.1.0"),
    Applied(
        epoch=0,
        sequence=1,
        clock=1772416800300,
        reference_offset=12,
        controls_offset=3,
        ranges={"card-transactions": (100, 219), "transfers": (40, 51)},
        count=132,
        digest=bytes(range(8)),
        rule_set=RULE_SET,
        engine_version="1.0.1.0",
        through=1772416800290,
    ),
)
MARKER = Marker(
    journal=17,
    epoch=9,
    sequence=5,
    clock=1772416800300,
    positions={"card-transactions": 220, "transfers": 52},
    reference_offset=12,
    controls_offset=3,
    entries=1,
    cut_entries=1,
    rule_set=RULE_SET,
    engine_version="1.0.1.0",
)


def test_the_examples_of_the_journal_are_what_is_written_for_these_entries() -> None:
    """After a change of the format the message of this test holds the new examples."""
    assert [example.value for example in JOURNAL.valid] == [encode(entry).hex() for entry in ENTRIES]


def test_the_examples_of_the_journal_are_read_as_these_entries() -> None:
    read = [decode_journal(bytes.fromhex(example.value), 0, offset) for offset, example in enumerate(JOURNAL.valid)]
    assert read == list(ENTRIES)


@pytest.mark.parametrize("example", JOURNAL.invalid, ids=lambda example: str(example.name))
def test_a_bad_journal_record_is_refused_by_name(example: BadExample) -> None:
    with pytest.raises(Refusal) as refused:
        decode_journal(bytes.fromhex(example.value), 0, 0)
    assert refused.value.name == example.reason


def test_the_valid_examples_of_the_state_are_one_complete_cut() -> None:
    assert STATE.valid[-1].value == encode(MARKER).hex()
    assert restored(*STATE.valid) == Snapshot(MARKER, ((b"cc-1001", b"state"),))


@pytest.mark.parametrize("example", STATE.invalid, ids=lambda example: str(example.name))
def test_a_bad_record_after_a_good_cut_is_refused_by_name(example: BadExample) -> None:
    with pytest.raises(Refusal) as refused:
        restored(*STATE.valid, example)
    assert refused.value.name == example.reason


@pytest.mark.parametrize("example", [*JOURNAL.invalid, *STATE.invalid], ids=lambda example: str(example.name))
def test_every_refusal_named_has_its_line_for_the_operator(example: BadExample) -> None:
    assert re.search(rf"^\| .*`{example.reason}`.* \|", ADR.read_text(), re.MULTILINE)
