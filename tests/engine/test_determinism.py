"""Same state, same batches: same bytes. Across restores, cuts, processes, and however the batches are cut."""

import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from monitor.engine.api import Batch, Output
from monitor.engine.engine import MODEL, Engine
from monitor.engine.globals import GlobalInputs
from tests.engine.fingerprint import fingerprint
from tests.engine.streams import LIVELY, batches, engine, one_by_one, play, records, troubled
from topics import names

ROOT = Path(__file__).parents[2]


@cache
def stream(seed: int = 1) -> tuple[GlobalInputs, list[Batch]]:
    inputs, found = records(LIVELY)
    return inputs, batches(inputs, troubled(found, seed), 50)


def test_the_stream_is_worth_it() -> None:
    inputs, work = stream()
    partition = engine(inputs)
    topics = Counter(output.topic for output in play(partition, work))
    assert min(topics[name] for name in (names.DECISIONS, names.BLOCKS, names.ALERTS, names.DEAD_LETTERS)) > 0
    assert partition.counters()[("repeats",)] > 0
    assert {metric[0] for metric in partition.counters()} >= {"rule_hits", "tracing"}


@pytest.mark.parametrize("part", [0.05, 0.35, 0.7, 0.95])
def test_an_engine_restored_in_the_middle_says_and_keeps_the_same(part: float) -> None:
    inputs, work = stream()
    middle = int(part * len(work))
    first = engine(inputs)
    play(first, work[:middle])
    second = engine(inputs, list(first.state()))
    assert list(second.state()) == list(first.state())
    assert play(second, work[middle:]) == play(first, work[middle:])
    assert list(second.state()) == list(first.state())
    assert second.next_timer() == first.next_timer()


def cut(partition: Engine, log: dict[bytes, bytes], work: list[Batch]) -> list[Output]:
    """Cut while the work goes on, and let Kafka compact what comes out; -> the outputs of the work."""
    partition.begin_cut()
    outputs: list[Output] = []
    for batch in work:
        outputs += partition.apply(batch)
        keep(log, partition, 3)
    while keep(log, partition, 100):
        pass
    return outputs


def keep(log: dict[bytes, bytes], partition: Engine, limit: int) -> int:
    """Take a piece of the open cut; -> its size."""
    piece = partition.cut_piece(limit)
    for key, value in piece:
        if value is None:
            log.pop(key, None)
        else:
            log[key] = value
    return len(piece)


def test_cuts_taken_while_work_goes_on_restore_to_the_state_at_their_beginning() -> None:
    inputs, work = stream()
    partition, log = engine(inputs), dict[bytes, bytes]()
    third = len(work) // 3
    for start in range(0, len(work), third):
        before = list(partition.state())
        outputs = cut(partition, log, work[start : start + third])
        restored = engine(inputs, log.items())
        assert list(restored.state()) == before
        assert play(restored, work[start : start + third]) == outputs
    assert list(restored.state()) == list(partition.state())


def test_a_model_that_did_not_change_is_left_out_of_a_cut() -> None:
    inputs, work = stream()
    third = len(work) // 3
    partition, log, quiet = engine(inputs), dict[bytes, bytes](), dict[bytes, bytes]()
    play(partition, work[:third])
    cut(partition, log, [])
    assert MODEL in log
    assert partition.apply(work[third - 1]._replace(records=())) == []
    cut(partition, quiet, [])
    assert MODEL not in quiet
    restored = engine(inputs, (log | quiet).items())
    assert list(restored.state()) == list(partition.state())
    for went_on in (partition, restored):
        busy: dict[bytes, bytes] = {}
        play(went_on, work[third : 2 * third])
        cut(went_on, busy, [])
        assert busy[MODEL] == dict(went_on.state())[MODEL] != log[MODEL]


def test_a_customer_forgotten_after_a_cut_is_forgotten_in_the_next_one() -> None:
    inputs, work = stream()
    partition, log = engine(inputs), dict[bytes, bytes]()
    play(partition, work)
    cut(partition, log, [])
    years_later = work[-1]._replace(clock=work[-1].clock + 3 * 365 * 86_400_000, records=())
    partition.apply(years_later)
    cut(partition, log, [])
    assert sorted(log.items()) == sorted(partition.state())
    assert partition.counters()["evicted", "customer"] > 0


def test_a_process_with_another_hash_seed_says_and_keeps_the_same() -> None:
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.engine.fingerprint"]
    other = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert other.stdout == fingerprint()


ANSWERS = set(names.OUTPUT_TOPICS) - {names.USE_OF_PROCEEDS, names.HEADROOM}  # these are said once a batch


def test_batches_cut_differently_give_the_same_answers_and_the_same_state() -> None:
    inputs, found = records(LIVELY)
    work = [batch._replace(sequence=0) for batch in batches(inputs, troubled(found, 2), 500)]
    whole, single = engine(inputs), engine(inputs)
    batchwise, singly = play(whole, work), play(single, one_by_one(work))
    assert [one for one in batchwise if one.topic in ANSWERS] == [one for one in singly if one.topic in ANSWERS]
    assert list(whole.state()) == list(single.state())


def test_a_batch_without_records_and_without_due_timers_says_nothing_and_keeps_all_but_the_clock() -> None:
    inputs, work = stream()
    partition = engine(inputs)
    play(partition, work[:20])
    before = dict(partition.state())
    assert partition.apply(work[19]._replace(records=())) == []
    assert dict(partition.state()) == before
