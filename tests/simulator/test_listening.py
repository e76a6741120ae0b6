"""Answers heard over Kafka."""

from collections.abc import Iterator
from threading import Thread

import pytest
from msgspec import structs

from monitor.simulator.bank import FIRST_DAY, Bank, Plan
from monitor.simulator.calendar import DAY, instant, midnight, milliseconds
from monitor.simulator.listening import Listening
from topics.answers import Action, Block, CustomerText, Decision, Position
from topics.fields import Request

_TEXT = CustomerText(zh="", en="")


def _much_later() -> int:
    return midnight(FIRST_DAY) + 400 * DAY


def _requests() -> Iterator[Request]:
    for delivery in Bank(Plan(customers=5, days=3)).stream():
        if isinstance(delivery.message, Request):
            yield delivery.message


def _decision(request: Request, action: Action) -> Decision:
    return Decision(
        schema_version=1,
        event_id=request.event_id,
        payment_id=request.payment_id,
        customer_id=request.customer_id,
        action=action,
        enforcement_point=None,
        fail_policy=None,
        too_late=False,
        degraded=[],
        budget_exceeded=[],
        reasons=[],
        shadow=[],
        fund_flow=None,
        anomaly=None,
        block_ids=[],
        until=None,
        lifted_by=None,
        rule_set="",
        engine_version="",
        model_version="",
        position=Position(partition=0, epoch=0, sequence=0),
        batch_clock=instant(0),
    )


def _block(scope: str, subject: str | None, status: str = "ARMED") -> Block:
    return Block(
        schema_version=1,
        block_id="b1",
        customer_id="C",
        status=status,  # type: ignore[arg-type]
        action="BLOCK",
        scope=scope,  # type: ignore[arg-type]
        subject=subject,
        enforcement_point="DRAW",
        code="CO01",
        armed_at=instant(0),
        until=instant(1),
        changed_by=None,
        customer_text=_TEXT,
    )


def test_an_answer_that_comes_while_the_bank_waits_is_taken() -> None:
    """Another thread brings it."""
    request = next(_requests())
    listening = Listening(lambda: milliseconds(request.event_time) - 60_000)
    reader = Thread(target=lambda: listening.hear(_decision(request, "HOLD")))
    reader.start()
    assert listening.action(request) == "HOLD"
    reader.join()
    assert listening.unanswered == 0


@pytest.mark.parametrize(("amount", "action"), [(1_00, "ALLOW"), (900_000_00, "HOLD")])
def test_after_silence_core_applies_its_own_fail_policy(amount: int, action: Action) -> None:
    """Small payments pass, large ones wait; each silence is counted."""
    listening = Listening(_much_later)
    assert listening.action(structs.replace(next(_requests()), amount=amount)) == action
    assert listening.unanswered == 1


def test_the_monitor_has_caught_up_when_all_was_answered() -> None:
    """One answer missing is too few."""
    listening, (first, second, *_) = Listening(_much_later), _requests()
    listening.hear(_decision(first, "ALLOW"))
    assert not listening.caught_up([first.event_id, second.event_id], seconds=0.01)
    listening.hear(_decision(second, "ALLOW"))
    assert listening.caught_up([first.event_id, second.event_id], seconds=0.01)


def test_decisions_nobody_asks_for_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go first."""
    monkeypatch.setattr("monitor.simulator.listening._MOST_KEPT", 1)
    listening, (first, second, *_) = Listening(_much_later), _requests()
    for request in (first, second):
        listening.hear(_decision(request, "BLOCK"))
    assert listening.action(second) == "BLOCK"
    assert listening.action(first) == "ALLOW"


@pytest.mark.parametrize(
    ("scope", "subject", "asked", "hit"),
    [
        ("next_draw", None, ("DRAW", "L1"), True),
        ("next_draw", None, ("TRANSFER", "A1"), False),
        ("merchant", "M1", ("AUTH", "M1"), True),
        ("merchant", "M1", ("AUTH", "M2"), False),
        ("next_transfers", None, ("TRANSFER", "A1"), True),
        ("payment", "p1", ("TRANSFER", "p1"), False),
    ],
)
def test_an_armed_block_hits_what_its_scope_says(
    scope: str, subject: str | None, asked: tuple[str, str], hit: bool
) -> None:
    """A block on one payment is that payment's own answer."""
    listening = Listening(_much_later)
    listening.hear(_block(scope, subject))
    assert listening.in_force("C", *asked) is hit  # type: ignore[arg-type]
    assert listening.in_force("other", *asked) is False  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["OBEYED", "RELEASED", "EXPIRED"])
def test_a_block_that_has_ended_hits_nothing(status: str) -> None:
    """The newest state counts."""
    listening = Listening(_much_later)
    listening.hear(_block("next_draw", None))
    listening.hear(_block("next_draw", None, status))
    assert listening.in_force("C", "DRAW", "L1") is False
