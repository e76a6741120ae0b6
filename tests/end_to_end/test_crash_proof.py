"""The small run of the crash proof with the worker's own engine and a simulated bank: one SIGTERM, two kills.

The full one, by command: python -m tests.edge.crash_proof --subject tests.end_to_end.real_subject:make
"""

import time
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from tests.edge.broker import read_all
from tests.edge.crash_proof import Plan, prove, require_load
from tests.edge.subject import Run
from tests.end_to_end.real_subject import load
from topics import names
from topics.codec import decode
from topics.keys import entity_key

SUBJECT = "tests.end_to_end.real_subject:make"
RATE = 1200


def test_the_same_seed_gives_the_same_events_and_another_seed_others() -> None:
    first, again, other = (list(islice(load(seed), 10_000)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert {names.CARD_TRANSACTIONS, names.TRANSFERS} <= {event.topic for event in first}


def test_the_monitor_refuses_nothing_of_a_whole_bank() -> None:
    now_ms = time.time_ns() // 1_000_000
    events = list(islice(load(1), 60_000))
    read = [decode(event.topic, event.key, event.value, now_ms) for event in events]
    assert [entity_key(message) for message in read] == [event.key for event in events]


@pytest.mark.kafka
@pytest.mark.timeout(600)
def test_a_banks_events_survive_kills_with_one_distinct_decision_each(
    kafka_bootstrap: str, topic_prefix: str, tmp_path: Path
) -> None:
    run = Run(bootstrap=kafka_bootstrap, prefix=topic_prefix, subject=SUBJECT)
    actions = Plan(("after_journal_ack_before_outputs@50", "term", "live"))
    verdict, sent, _ = prove(run, actions, Random(20), rate=RATE, logs=tmp_path)
    require_load(verdict, sent=sent.sent, failed=sent.failed, seconds=sent.seconds)
    assert verdict.faults == []
    assert verdict.replayed > 0
    assert verdict.repeated > 0
    assert all(_anything_on(run, topic) for topic in (names.ALERTS, names.BLOCKS)), "the load asks nothing of the rules"


def _anything_on(run: Run, topic: str) -> bool:
    return any(next(read_all(run, topic, partition), None) is not None for partition in range(run.partitions))
