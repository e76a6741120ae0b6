"""Challenges: passed, they speak for one payment; not passed, a person looks at it."""

from typing import Any

import pytest

from rules.catalogue import packaged
from tests.engine.scene import ACCOUNT, DAY, Scene, codes
from topics import answers, names

LARGE = 9_000_00


def challenged() -> tuple[Scene, answers.Decision]:
    """A large transfer to somebody new from the usual phone."""
    scene = Scene().with_past()
    scene.open(100_000_00)
    return scene, scene.ask(LARGE)


def test_a_challenge_alone_is_neither_a_block_nor_an_alert() -> None:
    scene, decision = challenged()
    assert (decision.action, codes(decision)) == ("CHALLENGE", ["FR01"])
    assert (decision.enforcement_point, decision.until, decision.block_ids) == ("TRANSFER", None, [])
    assert decision.lifted_by == "a passed challenge, then a new request"
    assert scene.read(names.ALERTS) == scene.read(names.BLOCKS) == []


def test_after_a_passed_challenge_the_new_request_is_not_challenged_again_but_the_next_one_is() -> None:
    scene, first = challenged()
    scene.outcome(first.payment_id, "challenge_passed")
    assert scene.ask(LARGE, challenged_payment_id=first.payment_id).action == "ALLOW"
    assert scene.ask(LARGE, challenged_payment_id=first.payment_id).action == "CHALLENGE"


def test_a_passed_challenge_survives_a_restart() -> None:
    scene, first = challenged()
    scene.outcome(first.payment_id, "challenge_passed")
    scene.restart()
    assert scene.ask(LARGE, challenged_payment_id=first.payment_id).action == "ALLOW"


@pytest.mark.parametrize("outcome", [None, "challenge_failed", "challenge_abandoned", "accepted"])
def test_a_challenge_that_was_not_passed_silences_nothing(outcome: str | None) -> None:
    scene, first = challenged()
    if outcome:
        scene.outcome(first.payment_id, outcome)
    assert scene.ask(LARGE, challenged_payment_id=first.payment_id).action == "CHALLENGE"


@pytest.mark.parametrize(
    "other", [{"amount": LARGE + 1}, {"to": "payee-2"}, {"account": "account-2"}, {"amount": LARGE, "currency": "JPY"}]
)
def test_a_passed_challenge_speaks_only_for_the_payment_the_customer_confirmed(other: dict[str, Any]) -> None:
    scene, first = challenged()
    scene.outcome(first.payment_id, "challenge_passed")
    fields: dict[str, Any] = {
        "amount": LARGE,
        "device_id": "new-phone",
        "challenged_payment_id": first.payment_id,
    } | other
    assert codes(scene.ask(**fields)) == ["FR01"]
    assert scene.engine.counters()[("challenges_not_redeemed",)] == 1
    assert scene.ask(LARGE - 1, challenged_payment_id=first.payment_id).action == "ALLOW"


def test_other_rules_still_speak_after_a_passed_challenge() -> None:
    scene, first = challenged()
    scene.outcome(first.payment_id, "challenge_passed")
    scene.list_account("payee-1")
    decision = scene.ask(LARGE, challenged_payment_id=first.payment_id)
    assert (decision.action, codes(decision)) == ("BLOCK", ["FR09"])


@pytest.mark.parametrize("outcome", ["challenge_failed", "challenge_abandoned"])
def test_a_challenge_that_is_failed_or_abandoned_raises_an_alert(outcome: str) -> None:
    scene, decision = challenged()
    scene.wait(60_000)
    scene.outcome(decision.payment_id, outcome)
    (alert,) = scene.read(names.ALERTS)
    assert (alert.family, alert.subject, alert.amount, alert.action) == ("takeover", "payee-1", LARGE, "ALERT")
    assert (alert.event_id, alert.payment_id) == (decision.event_id, decision.payment_id)
    assert alert.path == [f"account {ACCOUNT}", "to payee-1", outcome.replace("_", " ")]
    assert alert.reasons[0].figures == decision.reasons[0].figures
    assert "9,000.00" in alert.reasons[0].customer_text.en
    assert scene.outcome(decision.payment_id, outcome) == []


def test_what_is_all_so_far_stays_so_when_a_challenge_fails() -> None:
    asking = packaged("enforce_all").replace("[rules.FR02]", "[rules.FR02]\nparameters = { hold_from_signs = 1 }")
    scene = Scene(asking).with_past()
    scene.open(0)
    scene.loan()
    scene.draw(2_000_00)
    for amount in (1_700_00, 1_800_00):
        decision = scene.ask(amount)
        assert [(reason.code, reason.action) for reason in decision.reasons] == [("FR02", "CHALLENGE")]
        scene.outcome(decision.payment_id, "challenge_failed")
    assert [alert.amount for alert in scene.read(names.ALERTS)] == [1_700_00]  # added up it would be news


def test_the_verdict_on_that_alert_teaches_the_model() -> None:
    scene, decision = challenged()
    scene.outcome(decision.payment_id, "challenge_failed")
    assert scene.model.waiting == 1
    (alert,) = scene.read(names.ALERTS)
    scene.verdict("alert", alert.alert_id, "FP_EXPLAINED")
    assert scene.model.waiting == 0


def test_the_outcome_of_a_payment_that_was_not_challenged_raises_no_alert() -> None:
    scene = Scene()
    scene.outcome(scene.ask(10_00).payment_id, "challenge_failed")
    assert scene.read(names.ALERTS) == scene.read(names.DEAD_LETTERS) == []


def test_a_challenge_nobody_answers_ends_with_its_request() -> None:
    scene, decision = challenged()
    scene.wait(31 * DAY)
    scene.outcome(decision.payment_id, "challenge_passed")
    assert scene.ask(LARGE, challenged_payment_id=decision.payment_id).action == "CHALLENGE"
