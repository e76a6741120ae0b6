"""What a take-over refuses, by name, and what it sends again. On the cluster in memory."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from monitor.edge.entries import Applied, Claim, Marker, decode_journal, decode_marker, encode
from monitor.edge.refusal import Refusal
from monitor.edge.snapshot_load import MARKER_KEY, STAMP_BYTES
from monitor.edge.take_over import first_uncommitted
from monitor.engine.api import Record
from tests.edge.memory import CONFIG, Cluster, Host, MemoryBroadcast
from tests.edge.toy_engine import ToyEngine


def host(cluster: Cluster, broadcast: MemoryBroadcast | None = None, **changes: object) -> Host:
    """A worker process."""
    config = replace(CONFIG, **changes)  # type: ignore[arg-type]  # fields of the configuration
    return Host(cluster, ToyEngine, broadcast or MemoryBroadcast(), config)


def worked(events: int = 10, *, snapshot: bool = True, after: int = 10, commit: bool = True) -> Cluster:
    """A cluster on which a worker decided `events`, left a snapshot, decided `after` more and died."""
    cluster = Cluster()
    first = host(cluster)
    first.take_over()
    _events(cluster, 0, events)
    first.settle()
    if snapshot:
        first.owner.final_cut()
        assert first.publish()
    _events(cluster, events, after)
    first.settle()
    if commit:
        first.commit()
    return cluster


def _events(cluster: Cluster, first: int, count: int) -> None:
    for number in range(first, first + count):
        topic = CONFIG.topics.inputs[number % 2]
        cluster.append(topic, 0, b"k%d" % (number % 3), b"e%d:x" % number)


def edit_journal(cluster: Cluster, change: Callable[[Applied], Applied]) -> None:
    """Change the last batch in the journal."""
    log = cluster.logs["journal", 0]
    place = max(n for n, r in enumerate(log) if isinstance(decode_journal(r.value, 0, n), Applied))
    entry = decode_journal(log[place].value, 0, place)
    assert isinstance(entry, Applied)
    log[place] = log[place]._replace(value=encode(change(entry)))


def edit_marker(cluster: Cluster, change: Callable[[Marker], Marker]) -> None:
    """Change the snapshot's marker."""
    log = cluster.logs["customer-state", 0]
    marker = decode_marker(log[-1].value, 0)
    log[-1] = log[-1]._replace(value=encode(change(marker)))


def refusal(cluster: Cluster, broadcast: MemoryBroadcast | None = None, **changes: object) -> str:
    """The name under which a take-over is refused."""
    with pytest.raises(Refusal) as caught:
        host(cluster, broadcast, **changes).take_over()
    return caught.value.name


def with_struct(value: object, **changes: object) -> object:
    """A copy of a msgspec struct with other fields."""
    fields = {name: getattr(value, name) for name in value.__struct_fields__}  # type: ignore[attr-defined]
    return type(value)(**(fields | changes))


def test_a_successor_has_the_state_of_the_process_that_died() -> None:
    cluster = worked()
    first = host(cluster)
    first.take_over()
    _events(cluster, 20, 6)
    first.settle()
    successor = host(cluster)
    successor.take_over()
    assert list(successor.owner.engine.state()) == list(first.owner.engine.state())
    assert successor.owner.place.positions == {"cards": 13, "transfers": 13}
    assert successor.report is not None
    assert successor.report.records == 16
    assert len(cluster.logs["decisions", 0]) == 26 + successor.report.resent


def test_outputs_that_were_journalled_and_not_committed_are_sent_again_byte_for_byte() -> None:
    cluster = worked(commit=False)
    before = [record.value for record in cluster.logs["decisions", 0]]
    successor = host(cluster)
    successor.take_over()
    again = [record.value for record in cluster.logs["decisions", 0]][len(before) :]
    assert successor.stats.resent == len(again) == 10
    assert again == before[10:]
    assert successor.stats.replay_mismatch == 0


def test_what_was_committed_is_not_sent_again() -> None:
    cluster = worked()
    successor = host(cluster)
    successor.take_over()
    assert (successor.stats.resent, len(cluster.logs["decisions", 0])) == (0, 20)


def test_ticks_count_as_sent_only_when_a_later_batch_with_records_is_committed() -> None:
    tick = Applied(0, 2, 0, 0, 0, {}, 0, b"", b"", "1")
    one = Applied(0, 1, 0, 0, 0, {"cards": (0, 4)}, 5, b"", b"", "1")
    two = Applied(0, 3, 0, 0, 0, {"transfers": (0, 1)}, 2, b"", b"", "1")
    batches = [(1, one), (2, tick), (3, two)]
    assert first_uncommitted(batches, {}) == 0
    assert first_uncommitted(batches, {"cards": 4}) == 0
    assert first_uncommitted(batches, {"cards": 5}) == 1
    assert first_uncommitted(batches, {"cards": 5, "transfers": 2}) == 3


def test_a_clock_never_runs_backwards_over_a_take_over() -> None:
    cluster = worked()
    cluster.clock -= 5_000
    successor = host(cluster)
    successor.take_over()
    assert successor.owner.place.clock == 1_000_000
    _events(cluster, 20, 2)
    successor.settle()
    assert successor.owner.place.clock == 1_000_000


def test_a_first_start_reads_inputs_from_what_is_kept() -> None:
    cluster = Cluster()
    _events(cluster, 0, 10)
    cluster.low["cards", 0] = 3
    first = host(cluster)
    first.take_over()
    assert first.owner.place.positions == {"cards": 3, "transfers": 0}


def test_a_topic_that_is_added_later_starts_at_its_first_record() -> None:
    cluster = worked()
    cluster.append("loans", 0, b"k1", b"e99:x")
    topics = replace(CONFIG.topics, inputs=(*CONFIG.topics.inputs, "loans"))
    successor = host(cluster, topics=topics)
    successor.take_over()
    successor.settle()
    assert successor.owner.place.positions == {"cards": 10, "transfers": 10, "loans": 1}


@pytest.mark.parametrize("snapshot", [True, False])
def test_records_of_a_superseded_owner_are_void(snapshot: bool) -> None:
    cluster = worked(snapshot=snapshot)
    expected = host(cluster)
    expected.take_over()
    stale = decode_journal(cluster.logs["journal", 0][1].value, 0, 1)
    cluster.append("journal", 0, None, encode(stale))
    successor = host(cluster)
    successor.take_over()
    assert list(successor.owner.engine.state()) == list(expected.owner.engine.state())


# -- refusals


def test_a_missing_batch_is_refused() -> None:
    cluster = worked()
    edit_journal(cluster, lambda entry: with_struct(entry, sequence=entry.sequence + 1))  # type: ignore[arg-type,return-value]
    assert refusal(cluster) == "JOURNAL_GAP"


def test_a_range_that_does_not_continue_the_one_before_is_refused() -> None:
    cluster = worked()
    edit_journal(
        cluster,
        lambda entry: with_struct(entry, ranges={t: (a + 1, b) for t, (a, b) in entry.ranges.items()}),  # type: ignore[arg-type,return-value]
    )
    assert refusal(cluster) == "JOURNAL_GAP"


def test_a_journal_that_lost_its_end_is_refused() -> None:
    cluster = worked()
    del cluster.logs["journal", 0][2:]
    assert refusal(cluster) == "JOURNAL_LOST"


def test_a_journal_that_lost_its_beginning_is_refused() -> None:
    cluster = worked()
    cluster.low["journal", 0] = len(cluster.logs["journal", 0]) - 1
    assert refusal(cluster) == "JOURNAL_TRUNCATED"
    alone = worked(snapshot=False)
    alone.low["journal", 0] = 1
    assert refusal(alone) == "JOURNAL_TRUNCATED"


def test_another_journal_under_the_snapshot_is_refused() -> None:
    cluster = worked()
    marker = decode_marker(cluster.logs["customer-state", 0][-1].value, 0)
    foreign = Record("journal", marker.journal, 0, None, encode(Claim(0, "w", "1.0.0")))
    cluster.logs["journal", 0][marker.journal] = foreign
    assert refusal(cluster) == "JOURNAL_FOREIGN"


def test_a_commit_ahead_of_the_journal_is_refused() -> None:
    cluster = worked()
    cluster.commits["cards", 0] = 11
    cluster.append("cards", 0, b"k0", b"e50:x")
    assert refusal(cluster) == "JOURNAL_BEHIND_COMMIT"


def test_input_that_retention_took_is_refused() -> None:
    cluster = worked()
    cluster.low["cards", 0] = 9
    assert refusal(cluster) == "INPUT_TRUNCATED"


def test_input_that_ends_before_what_was_journalled_is_refused() -> None:
    cluster = worked(commit=False)
    del cluster.logs["cards", 0][8:]
    assert refusal(cluster) == "INPUT_MISSING"


def test_input_with_other_records_than_journalled_is_refused() -> None:
    cluster = worked()
    edit_journal(cluster, lambda entry: with_struct(entry, count=entry.count + 1))  # type: ignore[arg-type,return-value]
    assert refusal(cluster) == "INPUT_MISSING"


def test_state_of_another_major_engine_version_is_refused() -> None:
    assert refusal(worked(), engine_version="2.0.0") == "FOREIGN_ENGINE_VERSION"
    assert refusal(worked(snapshot=False), engine_version="2.0.0") == "FOREIGN_ENGINE_VERSION"


def test_another_minor_engine_version_goes_on() -> None:
    successor = host(worked(), engine_version="1.3.0")
    successor.take_over()
    assert successor.report is not None
    assert successor.report.mismatches == 0


def test_batches_of_another_rule_set_are_refused_unless_an_operator_accepts_them() -> None:
    cluster = worked()
    edit_journal(cluster, lambda entry: with_struct(entry, rule_set=b"others"))  # type: ignore[arg-type,return-value]
    assert refusal(cluster) == "FOREIGN_RULE_SET"
    host(cluster, accept_foreign_versions=True).take_over()


def test_outputs_that_replay_otherwise_are_counted() -> None:
    cluster = worked()
    edit_journal(cluster, lambda entry: with_struct(entry, digest=b"otherwise"))  # type: ignore[arg-type,return-value]
    successor = host(cluster)
    successor.take_over()
    assert successor.stats.replay_mismatch == 1


def test_reference_data_the_journal_names_and_nobody_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.edge.replay.BROADCAST_PATIENCE_SECONDS", 0.0)
    cluster = worked()
    edit_journal(cluster, lambda entry: with_struct(entry, controls_offset=7))  # type: ignore[arg-type,return-value]
    assert refusal(cluster, MemoryBroadcast(controls=6)) == "BROADCAST_MISSING"


def test_a_snapshot_of_the_future_is_refused() -> None:
    cluster = worked()
    log = cluster.logs["customer-state", 0]
    value = log[0].value
    assert value is not None
    log[0] = log[0]._replace(value=(10**6).to_bytes(STAMP_BYTES, "big") + value[STAMP_BYTES:])
    assert refusal(cluster) == "SNAPSHOT_FUTURE"


def test_a_snapshot_that_lost_a_customer_is_refused() -> None:
    cluster = worked()
    log = cluster.logs["customer-state", 0]
    log[1] = log[1]._replace(value=None)
    assert refusal(cluster) == "SNAPSHOT_INCOMPLETE"


def test_a_snapshot_in_which_an_older_record_came_back_is_refused() -> None:
    cluster = worked()
    edit_marker(cluster, lambda marker: with_struct(marker, cut_entries=marker.cut_entries + 1))  # type: ignore[arg-type,return-value]
    assert refusal(cluster) == "SNAPSHOT_INCOMPLETE"


def test_entries_without_a_marker_are_refused() -> None:
    cluster = worked()
    assert cluster.logs["customer-state", 0].pop().key == MARKER_KEY
    assert refusal(cluster) == "SNAPSHOT_INCOMPLETE"


def test_a_format_of_the_future_is_refused() -> None:
    cluster = worked()
    log = cluster.logs["customer-state", 0]
    log[-1] = log[-1]._replace(value=b"\x07" + (log[-1].value or b"")[1:])
    assert refusal(cluster) == "UNKNOWN_FORMAT"
