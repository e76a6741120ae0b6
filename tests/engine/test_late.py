"""Postings whose loan money is not final when they are decided: the desk hears of them when it is."""

from typing import Any

from monitor.engine.customer import MAX_PENDING
from rules.rule import Action, Family
from tests.engine.invented import beside, enforcing, rule, says
from tests.engine.scene import HOUR, Scene, codes
from topics import cards, names, transfers


def mixed(scene: Scene | None = None) -> tuple[Scene, Any]:
    """Own money and a loan in one account; a posting that has not arrived yet."""
    scene = scene or Scene()
    scene.open(50_000_00)
    scene.loan()
    scene.draw(50_000_00)
    return scene, scene.posting(transfers.TransferPosting, -1_00, counterparty_account="payee-1")


def to_the_broker(scene: Scene) -> Any:
    where = {"counterparty_account": "broker-1", "product_code": "SECURITIES_TRANSFER"}
    return scene.post(transfers.TransferPosting, -20_000_00, **where)


def test_what_is_only_possible_alerts_nobody_while_a_movement_waits_and_once_when_it_is_final() -> None:
    scene, missing = mixed()
    decision = to_the_broker(scene)
    assert (decision.action, decision.fund_flow.provisional) == ("ALLOW", True)
    scene.restart()
    scene.send(missing)
    (alert,) = scene.read(names.ALERTS)
    assert (alert.family, alert.event_id, alert.amount) == ("fund_flow", decision.event_id, 20_000_00)
    assert scene.read(names.BLOCKS) == []
    assert [d.event_id for d in scene.read(names.DECISIONS)].count(decision.event_id) == 1


def test_a_gap_that_time_closes_tells_the_desk_too() -> None:
    scene, _ = mixed()
    decision = to_the_broker(scene)
    scene.wait(HOUR)
    assert [alert.event_id for alert in scene.read(names.ALERTS)] == [decision.event_id]


def test_a_rule_that_has_spoken_already_does_not_speak_twice() -> None:
    spoken = rule("ZZ01", says(Action.ALERT), Family.FUND_FLOW, events=("transfer.posting",))
    scene, missing = mixed(Scene(enforcing(spoken), beside(spoken)))
    assert codes(to_the_broker(scene)) == ["ZZ01"]
    scene.send(missing)
    raised = [alert for alert in scene.read(names.ALERTS) if alert.amount == 20_000_00]
    assert len(raised) == 1


def test_a_card_payment_waits_like_a_transfer() -> None:
    scene, missing = mixed()
    shop = {"card_acceptor_id": "casino", "merchant_category_code": "7995", "account_kind": "deposit"}
    decision = scene.post(cards.CardPosting, -20_000_00, posting_kind="clearing", **shop)
    assert decision.action == "ALLOW"
    scene.send(missing)
    assert [alert.event_id for alert in scene.read(names.ALERTS)] == [decision.event_id]


def test_the_number_of_postings_that_wait_is_bounded() -> None:
    scene, _ = mixed()
    scene.open(50_000_00, account="account-2")
    scene.posting(transfers.TransferPosting, -1_00, account="account-2")  # never arrives
    for account in ("account-1", "account-2") * 10:
        scene.post(transfers.TransferPosting, -1_00, account=account, counterparty_account="payee-1")
    assert scene.engine.counters()["evicted", "pending"] == 20 - MAX_PENDING
