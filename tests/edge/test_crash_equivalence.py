"""The small run of the proof under load; `python -m tests.edge.crash_proof` is the full one."""

from pathlib import Path
from random import Random

import pytest

from tests.edge.crash_proof import FAULT_POINTS, TOY, Plan, plan, prove, require_load
from tests.edge.subject import Run
from tests.edge.verdict import Verdict


def test_the_full_plan_kills_as_often_as_asked_and_first_between_journal_and_outputs() -> None:
    actions = plan(Random(3), 10, 20).actions
    assert actions.count("term") == 10
    assert len(actions) == 30
    assert actions[0].startswith("after_journal_ack_before_outputs@")
    assert {action.partition("@")[0] for action in actions if "@" in action} == set(FAULT_POINTS)
    assert plan(Random(3), 10, 20) == plan(Random(3), 10, 20)


@pytest.mark.parametrize(
    ("sent", "failed", "faults"),
    [(10_000, 0, []), (9_999, 0, ["9999 events in 10 s are fewer than 1000 a second"]), (20_000, 1, ["take 1 events"])],
)
def test_too_small_a_load_proves_nothing(sent: int, failed: int, faults: list[str]) -> None:
    verdict = Verdict()
    require_load(verdict, sent=sent, failed=failed, seconds=10.0)
    assert len(verdict.faults) == len(faults)
    assert all(fault in found for fault, found in zip(faults, verdict.faults, strict=True))


@pytest.mark.kafka
@pytest.mark.timeout(180)
def test_kills_under_load_lose_nothing_and_decide_nothing_twice(
    kafka_bootstrap: str, topic_prefix: str, tmp_path: Path
) -> None:
    random = Random(20)
    run = Run(bootstrap=kafka_bootstrap, prefix=topic_prefix, subject=TOY)
    actions = Plan(("after_journal_ack_before_outputs@150", "term", "live"))
    verdict, load, _ = prove(run, actions, random, rate=1200, logs=tmp_path)
    require_load(verdict, sent=load.sent, failed=load.failed, seconds=load.seconds)
    assert verdict.faults == []
    assert verdict.repeated > 0
