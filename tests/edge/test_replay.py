"""The journal applied again, read-only: the same loop for recovery, backtest and audit."""

import pytest

from monitor.edge.entries import Applied, Claim, JournalEntry
from monitor.edge.refusal import Refusal
from monitor.edge.replay import JournalTopics, Rules, replay, valid
from tests.edge.memory import INPUTS, MemoryReader
from tests.edge.test_take_over import host, worked
from tests.edge.toy_engine import ToyEngine

TOPICS = JournalTopics(INPUTS, "journal", "customer-state")
RULES = Rules("1.0.0", lambda: (0, 0))


class OtherRules(ToyEngine):
    """Decides the same events otherwise, under a rule set of another name."""

    def rule_set(self) -> bytes:
        return b"another!"

    def _mix(self, what: bytes) -> None:
        super()._mix(b"other" + what)


Log = list[tuple[int, JournalEntry]]


def entry(epoch: int, sequence: int) -> Applied:
    """A batch without records."""
    return Applied(epoch, sequence, 0, 0, 0, {}, 0, b"", b"", "1.0.0")


def test_a_batch_counts_only_under_the_last_claim_before_it() -> None:
    claim = Claim(0, "w", "1")
    log: Log = [(0, claim), (1, entry(0, 1)), (2, claim), (3, entry(0, 2)), (4, entry(2, 2)), (5, entry(0, 3))]
    assert [offset for offset, _ in valid(log, 0, -1, 0)] == [1, 4]


def test_of_two_batches_with_one_sequence_the_first_counts() -> None:
    log: Log = [(0, Claim(0, "w", "1")), (1, entry(0, 1)), (2, entry(0, 1)), (3, entry(0, 2))]
    assert [offset for offset, _ in valid(log, 0, -1, 0)] == [1, 3]


def test_a_batch_that_is_missing_is_noticed() -> None:
    log: Log = [(0, Claim(0, "w", "1")), (1, entry(0, 1)), (2, entry(0, 3))]
    with pytest.raises(Refusal, match="JOURNAL_GAP"):
        list(valid(log, 0, -1, 0))


def test_a_replay_from_the_snapshot_comes_to_the_state_of_a_replay_from_the_start() -> None:
    reader = MemoryReader(worked())
    whole, part = ToyEngine(0), ToyEngine(0)
    all_steps = list(replay(reader, reader, TOPICS, 0, whole, RULES))
    some_steps = list(replay(reader, reader, TOPICS, 0, part, RULES, from_snapshot=True))
    assert list(whole.state()) == list(part.state())
    assert 0 < len(some_steps) < len(all_steps)
    assert all(step.matches for step in all_steps + some_steps)


def test_a_replay_can_end_at_a_journal_offset() -> None:
    reader = MemoryReader(worked())
    steps = list(replay(reader, reader, TOPICS, 0, ToyEngine(0), RULES, until=2))
    assert [step.offset for step in steps] == [1]


def test_a_replay_changes_nothing() -> None:
    cluster = worked()
    before = {place: list(log) for place, log in cluster.logs.items()}
    reader = MemoryReader(cluster)
    list(replay(reader, reader, TOPICS, 0, ToyEngine(0), RULES))
    assert {place: log for place, log in cluster.logs.items() if log} == {p: log for p, log in before.items() if log}


def test_a_backtest_under_other_rules_says_where_outputs_differ() -> None:
    reader = MemoryReader(worked())
    accepting = Rules("1.0.0", lambda: (0, 0), accept_foreign=True)
    steps = list(replay(reader, reader, TOPICS, 0, OtherRules(0), accepting))
    assert steps
    assert not any(step.matches for step in steps)
    with pytest.raises(Refusal, match="FOREIGN_RULE_SET"):
        list(replay(reader, reader, TOPICS, 0, OtherRules(0), RULES))


def test_a_replay_needs_the_whole_journal_or_a_snapshot() -> None:
    cluster = worked()
    cluster.low["journal", 0] = 1
    reader = MemoryReader(cluster)
    with pytest.raises(Refusal, match="JOURNAL_TRUNCATED"):
        list(replay(reader, reader, TOPICS, 0, ToyEngine(0), RULES))
    assert list(replay(reader, reader, TOPICS, 0, ToyEngine(0), RULES, from_snapshot=True))


def test_a_partition_nobody_worked_on_replays_to_nothing() -> None:
    cluster = worked(events=0, after=0, snapshot=False)
    host(cluster)
    reader = MemoryReader(cluster)
    assert list(replay(reader, reader, TOPICS, 0, ToyEngine(0), RULES)) == []
