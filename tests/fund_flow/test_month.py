"""A simulated month: the streaming monitor and the independent offline tracer agree on every figure that is final."""

from dataclasses import replace

import pytest

from monitor.simulator.bank import Plan
from tests.fund_flow.agreement import differences
from tests.fund_flow.figures import TRAIL_ENDED, Figure
from tests.fund_flow.findings import Findings, Use
from tests.fund_flow.happenings import Leg
from tests.fund_flow.month import LIVELY, compare
from tests.fund_flow.offline_tracer import OfflineTracer


@pytest.mark.parametrize("seed", [1, 2])
def test_stream_and_offline_tracer_agree_on_some_weeks_of_a_small_bank(seed: int) -> None:
    compared = compare(Plan(seed=seed, customers=40, days=15, shares=LIVELY))
    assert compared.wrong == []
    assert compared.checked > 10 * len(compared.stream.uses)
    assert len(compared.tracer.draws) > 3
    assert not compared.tracer.parcels
    assert any(use.held.point > use.at_home.point for use in compared.stream.uses.values())
    assert set(compared.stream.uses) == {draw.loan for draw in compared.tracer.draws.values()}


def test_stream_and_offline_tracer_agree_where_money_may_have_come_back_and_on_a_payroll_hub() -> None:
    compared = compare(Plan(seed=7, customers=40, days=15, shares=LIVELY))
    tracer = compared.tracer
    assert compared.differences == []
    assert tracer.bridges.crossed["wallet"] > 0
    assert tracer.bridges.crossed["household"] > 0
    to_the_hub = {step.transfer for step in _legs(tracer) if step.bucket == TRAIL_ENDED}
    assert [one for one in tracer.passed if one.transfer in to_the_hub and one.union.high]


def _legs(tracer: OfflineTracer) -> list[Leg]:
    return [step for steps in tracer.book.steps.values() for step in steps if isinstance(step, Leg)]


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_stream_and_offline_tracer_agree_on_a_month_of_a_thousand_customers() -> None:
    compared = compare(Plan(seed=3, customers=1_000, days=30, shares=LIVELY))
    assert compared.wrong == []


@pytest.mark.parametrize(("ended", "found"), [(frozenset({"d1"}), 0), (frozenset({"d2"}), 1)])
def test_only_the_name_of_a_draw_that_ended_may_be_left_out(ended: frozenset[str], found: int) -> None:
    right = Use(("d1", "d2"), 100, {}, Figure(60, 60, 60), Figure(100, 100, 100), ended)
    said = Findings({}, {"l": replace(right, draws=("d2",))}, {})
    assert len(differences(said, Findings({}, {}, {}), {"l": right})) == found
