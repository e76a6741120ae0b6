"""The score, by hand-made truth and answers."""

from typing import Any

import pytest

from monitor.simulator.identity import event_id
from monitor.simulator.score import score
from monitor.simulator.truth import Truth

_EARLY, _PROOF, _LATE = (event_id(1_000_000 + minute * 60_000, "C", minute) for minute in (0, 1, 5))
_INNOCENT = event_id(1_000_000, "I", 1)


def _episode(**changes: Any) -> Truth:
    fields: dict[str, Any] = {
        "episode_id": "e1",
        "code": "CO01",
        "kind": "episode",
        "grade": "blatant",
        "variant": "v",
        "customer_id": "C",
        "event_ids": [_EARLY, _PROOF, _LATE],
        "request_ids": [_EARLY],
        "provable_event_id": _PROOF,
        "provable_at": 1_060_000,
        "amount": 500,
    }
    return Truth(**{**fields, **changes})


def _answer(
    event: str, customer: str = "C", code: str = "CO01", action: str = "ALERT", **changes: Any
) -> dict[str, Any]:
    reasons = [{"code": code, "action": action}] if action != "ALLOW" else []
    answer = {"event_id": event, "customer_id": customer, "action": action, "too_late": False, "reasons": reasons}
    return {**answer, **changes}


def test_an_episode_found_at_its_proof_has_no_delay() -> None:
    """Recall one, precision one."""
    card = score([_episode()], [_answer(_PROOF)])
    co01 = card.codes["CO01"]
    assert (co01.recall, co01.precision, co01.median_delay_ms, card.missed) == (1.0, 1.0, 0, [])


def test_a_find_after_the_proof_is_as_late_as_its_event() -> None:
    """Four minutes of event time."""
    assert score([_episode()], [_answer(_LATE)]).codes["CO01"].delays_ms == [240_000]


def test_a_find_before_the_proof_counts_without_delay() -> None:
    """Being early is no fault."""
    assert score([_episode()], [_answer(_EARLY), _answer(_LATE)]).codes["CO01"].delays_ms == [0]


def test_an_alert_finds_as_a_decision_does() -> None:
    """Some rules only alert."""
    alert = {"event_id": _PROOF, "customer_id": "C", "reasons": [{"code": "CO01", "action": "ALERT"}]}
    assert score([_episode()], [], [alert]).codes["CO01"].recall == 1.0


def test_another_code_or_another_event_finds_nothing() -> None:
    """The right reason, on the episode's own events."""
    card = score([_episode()], [_answer(_PROOF, code="FR02"), _answer(event_id(5, "C", 9))])
    assert card.codes["CO01"].recall == 0.0
    assert card.missed == ["e1"]
    assert card.codes["FR02"].related == 1


def test_an_episode_that_cannot_be_proven_is_not_asked_for() -> None:
    """It counts neither way."""
    card = score([_episode(provable_event_id=None, provable_at=None)], [])
    assert card.codes["CO01"].recall is None
    assert card.codes["CO01"].precision is None
    assert card.missed == []


def test_flagged_innocents_lower_precision_by_who_they_are() -> None:
    """Planted look-alikes and ordinary customers are told apart."""
    look_alike = _episode(episode_id="l1", kind="look_alike", customer_id="I", provable_at=None, provable_event_id=None)
    answers = [_answer(_PROOF), _answer(_INNOCENT, "I"), _answer(event_id(7, "O", 1), "O")]
    co01 = score([_episode(), look_alike], answers).codes["CO01"]
    assert (co01.hits, co01.look_alikes, co01.others) == (1, 1, 1)
    assert co01.precision == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("action", "too_late", "payments"),
    [("BLOCK", False, 1), ("HOLD", False, 1), ("CHALLENGE", False, 1), ("ALERT", False, 0), ("BLOCK", True, 0)],
)
def test_the_innocent_pay_for_what_was_really_stopped(action: str, too_late: bool, payments: int) -> None:
    """An alert costs them nothing, and what had moved was not stopped."""
    look_alike = _episode(kind="look_alike", customer_id="I", request_ids=[_INNOCENT], amount=700)
    cost = score([look_alike], [_answer(_INNOCENT, "I", action=action, too_late=too_late)]).innocent
    assert (cost.payments, cost.people, cost.look_alikes) == (payments, payments, payments)
    assert cost.look_alike_amount == 700 * payments


def test_whoever_takes_part_in_an_episode_is_rightly_flagged() -> None:
    """And what was stopped of him is no price the innocent pay."""
    episode = _episode(partners=["P"])
    card = score([episode], [_answer(_INNOCENT, "P", action="BLOCK")])
    assert (card.codes["CO01"].hits, card.codes["CO01"].others) == (1, 0)
    assert card.innocent.people == 0


def test_a_partner_in_a_look_alike_is_as_innocent_as_its_lead() -> None:
    look_alike = _episode(kind="look_alike", customer_id="I", partners=["P"], request_ids=[_INNOCENT])
    card = score([look_alike], [_answer(_INNOCENT, "P", action="BLOCK")])
    assert card.codes["CO01"].look_alikes == 1
    assert card.innocent.look_alikes == 1


def test_a_flag_that_names_an_event_of_the_case_as_evidence_finds_it() -> None:
    answer = _answer(_INNOCENT, "P")
    answer["reasons"][0]["event_ids"] = [_PROOF]
    assert score([_episode()], [answer]).codes["CO01"].found == 1


def test_a_flag_on_no_event_of_the_bank_finds_its_customer_s_case_by_the_clock() -> None:
    """As a timer's alert does: nothing happened when it fired."""
    clock = "1970-01-01T00:18:40Z"  # a minute after the proof
    found = score([_episode()], [_answer("timer:loan-1", batch_clock=clock)]).codes["CO01"]
    assert (found.found, found.delays_ms) == (1, [60_000])
    assert score([_episode()], [_answer("timer:loan-1", "X", batch_clock=clock)]).codes["CO01"].found == 0


def test_recall_is_counted_for_each_grade() -> None:
    missed = _episode(episode_id="e2", grade="careful", event_ids=[_INNOCENT])
    grades = score([_episode(), missed], [_answer(_PROOF)]).codes["CO01"].grades
    assert grades == {"blatant": (1, 1), "careful": (1, 0)}


def test_a_block_is_right_when_it_hits_somebody_who_did_wrong() -> None:
    """A decision and its alert are one block; an alert is none."""
    answers = [_answer(_PROOF, action="BLOCK"), _answer(_INNOCENT, "I", action="BLOCK"), _answer(_LATE)]
    co01 = score([_episode()], answers, [_answer(_PROOF, action="BLOCK")]).codes["CO01"]
    assert (co01.blocks, co01.block_precision) == (2, 0.5)
    assert score([_episode()], [_answer(_LATE)]).codes["CO01"].block_precision is None
