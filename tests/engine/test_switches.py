"""How far a rule may go: modes, trust list, kill switch, block budget."""

from typing import Any

import pytest

from rules.rule import Action, Family
from tests.engine.invented import beside, enforcing, rule, says
from tests.engine.scene import DAY, HOUR, MINUTE, Scene, codes
from topics import names, operations, transfers

THIEF = {"device_id": "new-phone"}


@pytest.mark.parametrize(
    ("mode", "action", "reasons", "shadow"),
    [
        ("off", "ALLOW", [], []),
        ("shadow", "ALLOW", [], ["BLOCK"]),
        ("alert", "ALERT", ["FR01"], []),
        ("enforce", "BLOCK", ["FR01"], []),
    ],
)
def test_a_rule_goes_as_far_as_its_mode(mode: str, action: str, reasons: list[str], shadow: list[str]) -> None:
    scene = Scene(f'[rules.FR01]\nmode = "{mode}"\nbudget = 0.1').with_past()
    decision = scene.ask(9_000_00, **THIEF)
    assert (decision.action, codes(decision)) == (action, reasons)
    assert [hit.action for hit in decision.shadow] == shadow
    assert len(scene.read(names.BLOCKS)) == (mode == "enforce")
    assert len(scene.read(names.ALERTS)) == (mode in ("alert", "enforce"))


def test_a_published_rule_set_holds_from_the_next_batch_on_and_stands_on_decisions() -> None:
    scene = Scene('[rules.FR01]\nmode = "alert"').with_past()
    before = scene.ask(9_000_00, **THIEF)
    scene.publish('[rules.FR01]\nmode = "enforce"\nbudget = 0.1')
    after = scene.ask(9_000_00, **THIEF)
    assert (before.action, after.action) == ("ALERT", "BLOCK")
    (ack,) = scene.read(names.CONTROL_ACKS)
    assert ack.accepted
    assert before.rule_set != after.rule_set == ack.rule_set
    scene.restart()
    assert scene.ask(9_000_00, **THIEF).rule_set == after.rule_set


def test_the_trust_list_lowers_everything_to_an_alert_but_a_listed_account() -> None:
    scene = Scene().with_past()
    for payee in ("payee-1", "listed-1"):
        scene.trust(payee)
    scene.list_account()
    trusted = scene.ask(9_000_00, **THIEF)
    assert (trusted.action, codes(trusted), trusted.block_ids) == ("ALERT", ["FR01"], [])
    assert scene.ask(10_00, "listed-1").action == "BLOCK"


def test_the_kill_switch_turns_every_block_into_an_alert_until_it_is_lifted() -> None:
    scene = Scene().with_past()
    scene.list_account()
    scene.kill_switch("alert_only")
    assert scene.ask(9_000_00, **THIEF).action == "ALERT"
    assert scene.ask(10_00, "listed-1").action == "ALERT"
    assert scene.ask(9_000_00).action == "ALERT"  # a challenge too
    assert scene.read(names.BLOCKS) == []
    scene.kill_switch("enforce")
    assert scene.ask(10_00, "listed-1").action == "BLOCK"
    assert [(ack.accepted, ack.enforcement) for ack in scene.read(names.CONTROL_ACKS)] == [
        (True, "alert_only"),
        (True, "enforce"),
    ]


def robbed() -> Scene:
    """A customer whose transfers stop for a day because money went to a listed account."""
    scene = Scene()
    scene.open(100_000_00)
    scene.list_account()
    scene.post(transfers.TransferPosting, -500_00, counterparty_account="listed-1")
    return scene


def test_the_kill_switch_turns_blocks_armed_before_into_alerts_and_they_come_back() -> None:
    scene = robbed()
    assert scene.ask(10_00).action == "BLOCK"
    scene.kill_switch("alert_only")
    lowered = scene.ask(10_00)
    assert (lowered.action, codes(lowered), lowered.block_ids) == ("ALERT", ["FR09"], [])
    assert lowered.event_id in [alert.event_id for alert in scene.read(names.ALERTS)]
    scene.restart()
    assert scene.ask(10_00).action == "ALERT"
    scene.kill_switch("enforce")
    assert scene.ask(10_00).action == "BLOCK"


def test_core_sees_the_kill_switch_on_the_blocks_it_obeys() -> None:
    scene = robbed()
    scene.kill_switch("alert_only")
    scene.tick()
    scene.kill_switch("enforce")
    scene.tick()
    seen = [(block.status, block.changed_by) for block in scene.read(names.BLOCKS)]
    assert seen == [("ARMED", None), ("RELEASED", "kill switch"), ("ARMED", "kill switch lifted")]


@pytest.mark.parametrize(("mode", "action"), [("off", "ALLOW"), ("shadow", "ALLOW"), ("alert", "ALERT")])
def test_a_block_armed_before_goes_no_further_than_its_rule_may_today(mode: str, action: str) -> None:
    scene = robbed()
    scene.publish(f'[rules.FR09]\nmode = "{mode}"')
    decision = scene.ask(10_00)
    assert (decision.action, len(decision.shadow)) == (action, mode == "shadow")


def test_every_partition_acknowledges_an_order() -> None:
    scene = Scene()
    scene.kill_switch("alert_only")
    scene.tick()
    (ack,) = scene.read(names.CONTROL_ACKS)
    assert (ack.partition, ack.controls_offset, ack.accepted) == (0, 0, True)


def test_a_resume_order_for_another_partition_is_acknowledged_and_does_nothing() -> None:
    scene = Scene()
    scene.send(scene.make(operations.PartitionResumed, partition=7, ordered_by="sre-1"))
    scene.tick()
    assert scene.read(names.CONTROL_ACKS)[0].accepted


def holding(budget: float) -> Scene:
    """A bank in which one rule holds every transfer, within this budget."""
    one = rule("ZZ01", says(Action.HOLD), Family.UNUSUAL)
    return Scene(enforcing(one, budget=budget), beside(one))


def by(customer: int) -> dict[str, Any]:
    """A request of another customer."""
    return {"customer_id": f"customer-{customer}"}


def test_beyond_its_budget_a_rule_drops_to_an_alert_and_says_so() -> None:
    scene = holding(0.5)
    first, second, third, fourth = (scene.ask(10_00, **by(n)) for n in range(4))
    assert [d.action for d in (first, second, third, fourth)] == ["HOLD", "ALERT", "ALERT", "HOLD"]
    assert [d.budget_exceeded for d in (first, second)] == [[], ["ZZ01"]]
    assert second.block_ids == []


def test_who_was_stopped_and_tries_again_is_stopped_again_beyond_any_budget() -> None:
    scene = holding(0.001)
    assert [scene.ask(10_00).action for _ in range(5)] == ["HOLD"] * 5
    assert scene.ask(10_00, **by(2)).action == "ALERT"


def test_a_challenge_is_never_counted() -> None:
    one = rule("ZZ01", says(Action.CHALLENGE), Family.UNUSUAL)
    scene = Scene(enforcing(one, budget=0.001), beside(one))
    decisions = [scene.ask(10_00, **by(number)) for number in range(20)]
    assert [(d.action, d.budget_exceeded) for d in decisions] == [("CHALLENGE", [])] * 20


def test_a_new_try_is_free_for_a_day_from_the_first_stop_and_not_longer() -> None:
    scene = holding(budget=0.001)
    scene.ask(10_00, **by(1))
    scene.wait(DAY - 1)
    scene.ask(10_00, **by(2))  # uses up the one that is always allowed
    assert scene.ask(10_00, **by(1)).action == "HOLD"
    scene.wait(1)
    assert scene.ask(10_00, **by(1)).action == "ALERT"


def test_the_budget_recovers_after_an_hour() -> None:
    scene = holding(0.001)
    scene.ask(10_00, **by(1))
    scene.wait(50 * MINUTE)
    assert scene.ask(10_00, **by(2)).action == "ALERT"
    scene.wait(HOUR)
    assert scene.ask(10_00, **by(3)).action == "HOLD"


def test_the_budget_is_part_of_the_state() -> None:
    scene = holding(0.001)
    scene.ask(10_00, **by(1))
    scene.restart()
    assert scene.ask(10_00, **by(2)).budget_exceeded == ["ZZ01"]


def test_a_legal_duty_has_no_budget() -> None:
    scene = Scene()
    scene.list_account()
    assert [scene.ask(10_00, "listed-1").action for _ in range(5)] == ["BLOCK"] * 5
