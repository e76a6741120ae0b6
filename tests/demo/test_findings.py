"""The findings are counted from the truth and the broker's stamps, and a miss is a miss."""

import pytest

from monitor.demo.findings import Findings, findings
from monitor.demo.run import never_begun
from monitor.simulator.bank import Bank, Plan
from monitor.simulator.stories.telling import story
from monitor.simulator.truth import Truth
from tests.demo.recorded_run import STORIES, chronicle, story_ids, truth


def _findings(without: str = "") -> Findings:
    return findings(truth(), story_ids(), chronicle(without), 0)


def _record(code: str) -> Truth:
    return next(r for r in truth() if r.episode_id in story_ids() and r.code == code and r.kind == "episode")


def test_every_story_s_cases_are_found_at_the_first_event_that_could_prove_them() -> None:
    found = _findings()
    assert {finding.truth.code for finding in found.stories} == {"CO01", "FF01", "FR01", "FR02", "FR09"}
    assert found.missed == []
    assert all(finding.event == finding.provable for finding in found.stories)


def test_the_delay_of_a_finding_is_between_the_two_stamps_of_the_broker() -> None:
    run, record = chronicle(), _record("FF01")
    assert record.provable_event_id is not None
    asked, (_, answered) = run.inputs[record.provable_event_id], run.decisions[record.provable_event_id]
    finding = next(f for f in _findings().stories if f.truth.code == "FF01")
    assert finding.found is not None
    assert finding.found.delay_ms == answered - asked.at > 0


@pytest.mark.parametrize("code", ["CO01", "FF01", "FR01", "FR02", "FR09"])
def test_without_its_rule_a_case_counts_as_missed(code: str) -> None:
    found = _findings(without=code)
    assert found.missed == [_record(code).episode_id]
    assert [finding.truth.code for finding in found.stories if finding.found is None] == [code]


def test_a_story_that_never_began_counts_as_missed() -> None:
    bank = Bank(Plan(seed=1, customers=0, cases=tuple(sorted(STORIES))))
    found = findings([], [], chronicle(), 0, never_begun(bank))
    episodes = sorted(act.code for told in bank.stories for act in told.acts if act.kind == "episode")
    assert sorted(line.split()[0] for line in found.missed) == episodes
    assert len(episodes) == 5
    assert "CO01 of cash-out, which never began" in found.missed


def test_of_a_story_that_was_played_nothing_is_left() -> None:
    assert story("cash-out", 1).not_begun == ()


def test_what_was_stopped_is_the_amount_of_the_requests_the_bank_refused() -> None:
    record, run = _record("FF01"), chronicle()
    finding = next(f for f in _findings().stories if f.truth.code == "FF01")
    assert finding.stopped == sum(run.inputs[event].input.amount for event in record.stopped) > 0
    assert finding.lost == 0


def test_money_that_came_back_before_the_loop_was_proven_is_lost() -> None:
    finding = next(f for f in _findings().stories if f.truth.code == "CO01")
    assert finding.lost == _record("CO01").amount > 0


def test_the_innocent_are_counted_by_what_they_met_and_wrongdoers_are_not_among_them() -> None:
    found, run = _findings(), chronicle()
    innocent = {r.customer_id for r in truth()} - {r.customer_id for r in truth() if r.kind == "episode"}
    challenged = [d for d, _ in run.decisions.values() if d.customer_id in innocent and d.action == "CHALLENGE"]
    assert found.ordinary.actions == {"CHALLENGE": len(challenged)}
    assert len(challenged) == found.cost.payments == 2
    assert found.ordinary.people <= len(innocent)


def test_events_before_the_live_part_count_in_no_delay() -> None:
    run = chronicle()
    last = max(asked.at for asked in run.inputs.values())
    assert findings(truth(), story_ids(), run, last).delays.count < _findings().delays.count
    assert findings(truth(), story_ids(), run, last + 1).delays.p50 is None


def test_what_was_stopped_before_the_live_part_is_no_price_of_it() -> None:
    run = chronicle()
    last = max(asked.at for asked in run.inputs.values())
    found = findings(truth(), story_ids(), run, last + 1)
    assert (found.cost.payments, found.cost.people, found.ordinary.requests) == (0, 0, 0)
