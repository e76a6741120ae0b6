"""The small run of the proof under load; `python -m tests.edge.crash_proof` is the full one."""

from pathlib import Path
from random import Random

import pytest

from tests.edge.crash_proof import FAULT_POINTS, TOY, Plan, plan, prove
from tests.edge.subject import Run


def test_the_full_plan_kills_as_often_as_asked_and_first_between_journal_and_outputs() -> None:
    actions = plan(Random(3), 10, 20).actions
    assert actions.count("term") == 10
    assert len(actions) == 30
    assert actions[0].startswith("after_journal_ack_before_outputs@")
    assert {action.partition("@")[0] for action in actions if "@" in action} == set(FAULT_POINTS)
    assert plan(Random(3), 10, 20) == plan(Random(3), 10, 20)


@pytest.mark.kafka
@pytest.mark.timeout(180)
def test_kills_under_load_lose_nothing_and_decide_nothing_twice(
    kafka_bootstrap: str, topic_prefix: str, tmp_path: Path
) -> None:
    random = Random(20)
    run = Run(bootstrap=kafka_bootstrap, prefix=topic_prefix, subject=TOY)
    actions = Plan(("after_journal_ack_before_outputs@150", "term", "live"))
    verdict, load, _ = prove(run, actions, random, rate=1200, logs=tmp_path)
    assert verdict.faults == []
    assert load.failed == 0
    assert load.sent / load.seconds >= 1000
    assert verdict.repeated > 0
