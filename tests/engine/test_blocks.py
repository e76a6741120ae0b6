"""Blocks: armed, obeyed, released, expired."""

from typing import Any

import pytest
from msgspec.structs import replace

from monitor.engine.customer import MAX_BLOCKS
from rules.rule import Action, Arming, Family, Scope
from tests.engine.invented import beside, enforcing, rule, says
from tests.engine.scene import DAY, HOUR, Scene, codes
from topics import answers, cards, names, transfers
from topics.block_scope import hits

THIEF = {"device_id": "new-phone"}


def statuses(scene: Scene) -> list[tuple[str, str | None]]:
    return [(block.status, block.changed_by) for block in scene.read(names.BLOCKS)]


def stopped(action: Action = Action.BLOCK) -> tuple[Scene, answers.Decision]:
    """A transfer that a rule has stopped."""
    one = rule("ZZ01", says(action), Family.UNUSUAL)
    scene = Scene(enforcing(one), beside(one))
    return scene, scene.ask(100_00)


def test_a_stopped_request_has_a_block_on_itself_with_a_text_for_the_customer() -> None:
    scene, decision = stopped()
    (block,) = scene.read(names.BLOCKS)
    assert (block.scope, block.subject, block.status) == ("payment", decision.payment_id, "ARMED")
    assert (block.action, block.enforcement_point, block.code) == ("BLOCK", "TRANSFER", "ZZ01")
    assert (block.until, block.customer_text.en) == (decision.until, "Please check.")


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("block_obeyed", "OBEYED"),
        ("declined", "OBEYED"),
        ("cancelled", "OBEYED"),
        ("expired", "OBEYED"),
        ("hold_released", "RELEASED"),
        ("accepted", "RELEASED"),
    ],
)
def test_the_outcome_of_the_request_ends_its_block(outcome: str, status: str) -> None:
    scene, decision = stopped()
    scene.outcome(decision.payment_id, outcome)
    assert statuses(scene) == [("ARMED", None), (status, f"outcome {outcome}")]


@pytest.mark.parametrize(
    ("kind", "verdict", "release", "ends"),
    [
        ("block", "FP_EXPLAINED", False, True),
        ("event", "FP_DATA", False, True),
        ("alert", "POLICY_EXEMPT", False, True),
        ("block", "ATO", False, False),
        ("block", "INCONCLUSIVE", True, True),
    ],
)
def test_a_verdict_of_innocence_or_an_order_releases(kind: str, verdict: str, release: bool, ends: bool) -> None:
    scene, decision = stopped()
    (alert,) = scene.read(names.ALERTS)
    subject = {"block": decision.block_ids[0], "event": decision.event_id, "alert": alert.alert_id}[kind]
    scene.verdict(kind, subject, verdict, release=release)
    expected = [("RELEASED", f"disposition {verdict} by analyst-1")] if ends else []
    assert statuses(scene) == [("ARMED", None), *expected]


def test_a_hold_ends_by_itself_for_a_silent_customer() -> None:
    scene, decision = stopped(Action.HOLD)
    scene.wait(24 * HOUR - 1)
    assert statuses(scene) == [("ARMED", None)]
    scene.wait(1)
    assert statuses(scene) == [("ARMED", None), ("EXPIRED", "time")]
    assert decision.lifted_by is not None


def test_a_hold_ends_by_itself_after_a_restart() -> None:
    scene, _ = stopped(Action.HOLD)
    scene.restart()
    scene.wait(24 * HOUR)
    assert statuses(scene)[-1] == ("EXPIRED", "time")


def arming(scope: Scope, hours: int = 72) -> Scene:
    """A customer with a line, one of whose postings armed a block of this scope."""
    events = ("transfer.posting",)
    one = rule("ZZ01", says(Action.BLOCK, subject="shop-1"), events=events, arming=(Arming(scope, hours),))
    scene = Scene(enforcing(one), beside(one))
    scene.open(100_000_00)
    scene.loan()
    scene.post(transfers.TransferPosting, -100_00, counterparty_account="payee-1")
    return scene


REQUESTS: dict[str, Any] = {
    "draw": lambda scene: scene.ask_draw(1_000_00),
    "transfer": lambda scene: scene.ask(10_00),
    "transfer to the shop": lambda scene: scene.ask(10_00, "shop-1"),
    "card at the shop": lambda scene: scene.swipe(10_00),
    "card elsewhere": lambda scene: scene.swipe(10_00, "shop-2"),
    "card credit from the shop": lambda scene: scene.swipe(10_00, processing_code="28"),
}


@pytest.mark.parametrize(
    ("scope", "point", "hit"),
    [
        (Scope.NEXT_DRAW, "DRAW", {"draw"}),
        (Scope.NEXT_TRANSFERS, "TRANSFER", {"transfer", "transfer to the shop"}),
        (Scope.MERCHANT, "TRANSFER", {"transfer to the shop", "card at the shop"}),
    ],
)
def test_a_wider_block_stops_what_its_scope_says_and_nothing_else(scope: Scope, point: str, hit: set[str]) -> None:
    scene = arming(scope)
    (block,) = scene.read(names.BLOCKS)
    decisions = {name: ask(scene) for name, ask in REQUESTS.items()}
    assert {name for name, decision in decisions.items() if decision.action == "BLOCK"} == hit
    assert {tuple(decisions[name].block_ids) for name in hit} == {(block.block_id,)}
    assert {decisions[name].until for name in hit} == {block.until}
    assert (block.enforcement_point, len(scene.read(names.BLOCKS))) == (point, 1)


@pytest.mark.parametrize("scope", [Scope.NEXT_DRAW, Scope.NEXT_TRANSFERS, Scope.MERCHANT])
def test_core_that_holds_the_block_stops_the_same_requests(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, sent = arming(scope), list[Any]()
    (block,) = scene.read(names.BLOCKS)
    make = scene.make

    def noted(*kind: Any, **fields: Any) -> Any:
        sent.append(make(*kind, **fields))
        return sent[-1]

    monkeypatch.setattr(scene, "make", noted)
    for ask in REQUESTS.values():
        stopped_here = ask(scene).action == "BLOCK"
        assert hits(block, sent[-1], block.armed_at) is stopped_here


def test_core_that_holds_the_block_stops_the_payment_it_is_on() -> None:
    scene, decision = stopped()
    (block,) = scene.read(names.BLOCKS)
    same, other = (scene.request(100_00, payment_id=payment) for payment in (decision.payment_id, "another"))
    assert (hits(block, same, block.armed_at), hits(block, other, block.armed_at)) == (True, False)


def test_a_block_that_ended_or_is_another_customer_s_hits_nothing() -> None:
    scene, decision = stopped()
    (block,) = scene.read(names.BLOCKS)
    request = scene.request(100_00, payment_id=decision.payment_id)
    assert not hits(block, request, block.until)
    assert not hits(replace(block, status="RELEASED"), request, block.armed_at)
    assert not hits(block, replace(request, customer_id="customer-2"), block.armed_at)


def test_a_block_that_does_what_its_alert_announced_raises_no_second_one() -> None:
    scene = arming(Scope.NEXT_TRANSFERS)
    scene.ask(10_00)
    assert [alert.status for alert in scene.read(names.ALERTS)] == ["OPEN"]


def test_a_wider_block_ends_by_itself() -> None:
    scene = arming(Scope.NEXT_DRAW, hours=1)
    scene.wait(HOUR)
    assert statuses(scene) == [("ARMED", None), ("EXPIRED", "time")]
    assert scene.ask_draw(1_000_00).action == "ALLOW"


def test_a_listed_account_paid_by_card_stops_transfers_for_a_day() -> None:
    scene = Scene()
    scene.open(100_000_00)
    scene.list_account("shop-1")
    where = {"card_acceptor_id": "shop-1", "merchant_category_code": "5411", "account_kind": "deposit"}
    posted = scene.post(cards.CardPosting, -10_00, posting_kind="clearing", **where)
    assert (posted.action, codes(posted)) == ("ALERT", ["FR09"])
    assert scene.ask(10_00).action == "BLOCK"
    scene.wait(DAY)
    assert scene.ask(10_00).action == "ALLOW"


def test_the_number_of_blocks_is_bounded_and_what_makes_room_is_released_by_name() -> None:
    one = rule("ZZ01", says(Action.BLOCK), Family.UNUSUAL)
    scene = Scene(enforcing(one), beside(one))
    for _ in range(MAX_BLOCKS + 1):
        scene.ask(100_00)
    released = [block for block in scene.read(names.BLOCKS) if block.status == "RELEASED"]
    assert [block.changed_by for block in released] == ["limit of blocks a customer"]


def test_two_blocks_armed_at_once_are_both_named_even_when_one_pushes_the_other_out() -> None:
    armed = (Arming(Scope.NEXT_DRAW, 1), Arming(Scope.NEXT_TRANSFERS, 72))
    posting = rule("ZZ01", says(Action.BLOCK), events=("transfer.posting",), arming=armed)
    stop = rule("ZZ02", says(Action.BLOCK), Family.LISTED)
    scene = Scene(enforcing(posting, stop), beside(posting, stop))
    scene.open(100_00)
    for _ in range(MAX_BLOCKS):
        scene.ask(10_00)
    decision = scene.post(transfers.TransferPosting, -10_00)
    assert len(decision.block_ids) == 2
    assert decision.until is not None


def test_a_payment_that_a_person_released_arms_nothing_when_it_is_posted() -> None:
    scene = Scene()
    scene.open(0)
    scene.loan()
    scene.draw(50_000_00)
    asked = scene.invest(40_000_00)
    assert asked.action == "BLOCK"
    scene.verdict("block", asked.block_ids[0], "FP_EXPLAINED")
    posted = {"payment_id": asked.payment_id, "counterparty_account": "broker-1"}
    decision = scene.post(transfers.TransferPosting, -40_000_00, product_code="SECURITIES_TRANSFER", **posted)
    assert (decision.action, decision.block_ids) == ("ALERT", [])
