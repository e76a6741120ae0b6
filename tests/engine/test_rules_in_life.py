"""The packaged rules, through the engine: what fires, and the innocent look-alikes that do not."""

from typing import Any

import pytest

from tests.engine.scene import ACCOUNT, DAY, HOUR, MINUTE, Scene, codes
from topics import answers, cards, customers, names, reference, transfers

SHOP = {"card_acceptor_id": "shop-1", "merchant_category_code": "5411", "account_kind": "deposit"}
PAID = 5_000_00


def bank(payees: tuple[str, ...] = (), usual: int = 100_00) -> Scene:
    """A customer with money and a line, who paid these payees `usual` before."""
    scene = Scene().with_past()
    scene.open(200_000_00)
    scene.loan()
    for payee in payees:
        scene.post(transfers.TransferPosting, -usual, counterparty_account=payee)
    scene.wait(DAY)
    return scene


# takeover


@pytest.mark.parametrize("sign", ["device", "bound device", "credential"])
def test_three_signs_of_a_takeover_block(sign: str) -> None:
    scene = bank()
    if sign == "credential":
        scene.send(scene.make(customers.CredentialReset, credential="sim"))
    if sign == "bound device":
        scene.send(scene.make(customers.DeviceBound, device_id="phone-2"))
    scene.wait(HOUR)
    decision = scene.ask(9_000_00, **({} if sign == "credential" else {"device_id": "phone-2"}))
    assert (decision.action, codes(decision)) == ("BLOCK", ["FR01"])
    assert decision.reasons[0].figures["signs"] == 3


def test_two_signs_challenge() -> None:
    assert bank().ask(9_000_00).action == "CHALLENGE"


def test_the_first_phone_a_customer_is_seen_with_and_his_first_payment_are_no_signs() -> None:
    scene = Scene()
    scene.open(200_000_00)
    assert scene.ask(9_000_00, device_id="phone-1").action == "ALLOW"
    scene.wait(HOUR)
    assert scene.ask(9_000_00, device_id="phone-1").action == "ALLOW"


def test_a_second_phone_is_new_whoever_told_of_the_first() -> None:
    scene = Scene()
    scene.open(200_000_00)
    scene.ask(10_00, device_id="phone-1")
    assert scene.ask(9_000_00, device_id="phone-2").action == "HOLD"


def test_the_loan_may_go_to_a_builder_never_paid_before_but_not_savings_on_top_of_it() -> None:
    scene = bank()
    scene.draw(40_000_00)
    scene.wait(DAY)
    assert scene.ask(40_000_00, "builder").action == "ALLOW"
    assert scene.ask(46_000_00, "builder").action == "CHALLENGE"
    assert scene.ask(40_000_00, "builder", in_call=True).action == "CHALLENGE"
    assert scene.ask(40_000_00, "builder", device_id="phone-2").action == "BLOCK"


def test_a_device_of_two_days_and_a_known_payee_are_no_signs() -> None:
    scene = bank(payees=("payee-1",))
    scene.send(scene.make(customers.DeviceBound, device_id="phone-2"))
    scene.wait(2 * DAY)
    assert scene.ask(9_000_00, device_id="phone-2").action == "ALLOW"


def test_an_amount_usual_for_this_customer_is_not_large() -> None:
    scene = bank(payees=("landlord",), usual=8_000_00)
    assert scene.ask(9_000_00).action == "ALLOW"


def test_a_payee_added_long_ago_but_never_paid_is_still_a_first_time_payee() -> None:
    scene = bank()
    scene.send(scene.make(customers.PayeeAdded, creditor_account="payee-1"))
    scene.wait(30 * DAY)
    assert scene.ask(9_000_00).reasons[0].figures["first_time_payee"] is True


# draw and drain


def test_a_fresh_draw_that_goes_to_somebody_new_is_held_for_a_call_back() -> None:
    scene = bank()
    scene.send(scene.make(customers.CustomerProfile, birth_year=1950))
    scene.draw(3_000_00)
    scene.wait(HOUR)
    decision = scene.ask(2_900_00, in_call=True)
    assert (decision.action, codes(decision)) == ("HOLD", ["FR02"])
    assert decision.reasons[0].figures["signs"] == "older customer, on a call"
    assert decision.lifted_by == "a call-back outcome, a disposition, or time"


def test_pieces_of_a_draw_count_together_waiting_ones_too() -> None:
    scene = bank()
    scene.draw(3_000_00)
    assert scene.ask(1_000_00, "new-1").action == "ALLOW"  # waits for its outcome
    scene.post(transfers.TransferPosting, -1_000_00, counterparty_account="new-2")
    assert codes(scene.ask(500_00, "new-3")) == ["FR02"]


@pytest.mark.parametrize("innocent", ["known payee", "part of it", "hours later", "own account"])
def test_ordinary_use_of_a_draw_is_left_alone(innocent: str) -> None:
    scene = bank(payees=("landlord",))
    scene.open(0, account="account-2")
    scene.draw(3_000_00)
    scene.wait(3 * HOUR if innocent == "hours later" else MINUTE)
    to = {"known payee": "landlord", "own account": "account-2"}.get(innocent, "payee-1")
    assert scene.ask(1_000_00 if innocent == "part of it" else 3_000_00, to).action == "ALLOW"


# listed account


def test_a_listed_payee_is_blocked_and_a_posting_to_one_stops_transfers() -> None:
    scene = bank()
    scene.list_account()
    decision = scene.ask(5_00, "listed-1")
    assert (decision.action, codes(decision)) == ("BLOCK", ["FR09"])
    assert "police" not in decision.reasons[0].customer_text.en
    posted = scene.post(transfers.TransferPosting, -5_00, counterparty_account="listed-1")
    assert (posted.action, posted.too_late, len(posted.block_ids)) == ("ALERT", True, 1)
    assert scene.ask(5_00, "payee-1").action == "BLOCK"


def test_a_shop_that_settles_on_a_listed_account_is_listed() -> None:
    scene = bank()
    scene.list_account()
    scene.send(
        scene.make(
            reference.Merchant,
            card_acceptor_id="shop-1",
            merchant_category_code="5411",
            settlement_account="listed-1",
        )
    )
    assert codes(scene.swipe(5_00)) == ["FR09"]


def test_a_withdrawn_entry_lists_nobody() -> None:
    scene = bank()
    scene.list_account()
    scene.send(scene.make(reference.ListedAccount, account="listed-1", list_name="police-2026", withdrawn=True))
    assert scene.ask(5_00, "listed-1").action == "ALLOW"


# closed loop


def shop_of_a_friend() -> Scene:
    """A customer who pays a shop whose owner has an account here."""
    scene = bank()
    merchant = {"card_acceptor_id": "shop-1", "merchant_category_code": "5411", "owner_party_id": "owner-1"}
    scene.send(scene.make(reference.Merchant, **merchant))
    scene.send(scene.make(reference.PartyAccount, account="owner-account", party_id="owner-1"))
    return scene


def buy(scene: Scene, amount: int = PAID) -> answers.Decision:
    found: answers.Decision = scene.post(cards.CardPosting, -amount, posting_kind="clearing", **SHOP)
    scene.wait(HOUR)
    return found


def back(scene: Scene, amount: int = 4_970_00, **fields: Any) -> answers.Decision:
    base = {"counterparty_account": "owner-account"} | fields
    found: answers.Decision = scene.post(transfers.TransferPosting, amount, **base)
    scene.wait(HOUR)
    return found


def test_the_first_loop_alerts_and_the_second_blocks_the_shop_and_the_next_draw() -> None:
    scene = shop_of_a_friend()
    buy(scene)
    first = back(scene)
    assert (first.action, codes(first), first.block_ids) == ("ALERT", ["CO01"], [])
    assert first.reasons[0].figures["relation"] == "owner"
    scene.wait(10 * DAY)
    buy(scene)
    second = back(scene)
    assert (second.action, second.reasons[0].action) == ("ALERT", "BLOCK")
    assert {block.scope for block in scene.read(names.BLOCKS)} == {"merchant", "next_draw"}
    assert scene.swipe(100_00).action == "BLOCK"
    assert scene.ask_draw(100_00).action == "BLOCK"
    assert scene.swipe(100_00, "shop-2").action == "ALLOW"


def test_one_large_loop_blocks_and_the_evidence_names_both_legs() -> None:
    scene = shop_of_a_friend()
    out = buy(scene, 30_000_00)
    decision = back(scene, 29_800_00)
    assert decision.reasons[0].action == "BLOCK"
    assert decision.reasons[0].event_ids == [out.event_id, decision.event_id]


def test_a_return_in_pieces_counts_together() -> None:
    scene = shop_of_a_friend()
    buy(scene)
    assert codes(back(scene, 2_500_00)) == []
    assert codes(back(scene, 2_000_00)) == ["CO01"]


def test_a_loop_of_a_month_ago_is_forgotten() -> None:
    scene = shop_of_a_friend()
    buy(scene)
    back(scene)
    scene.wait(31 * DAY)
    buy(scene)
    assert back(scene).reasons[0].action == "ALERT"


def test_a_loop_through_an_account_of_the_same_party_is_seen() -> None:
    scene = bank()
    for account in ("friend-1", "friend-2"):
        scene.send(scene.make(reference.PartyAccount, account=account, party_id="friend"))
    scene.post(transfers.TransferPosting, -PAID, counterparty_account="friend-1")
    assert back(scene, counterparty_account="friend-2").reasons[0].figures["relation"] == "owner"


def test_a_loop_through_a_linked_party_is_seen() -> None:
    scene = bank()
    for party in ("friend", "spouse"):
        scene.send(scene.make(reference.PartyAccount, account=f"{party}-1", party_id=party))
    link = {"party_id": "spouse", "linked_party_id": "friend", "relation": "household"}
    scene.send(scene.make(reference.PartyLink, **link))
    scene.post(transfers.TransferPosting, -PAID, counterparty_account="friend-1")
    assert back(scene, counterparty_account="spouse-1").reasons[0].figures["relation"] == "household"


def test_goods_given_back_are_no_loop() -> None:
    scene = shop_of_a_friend()
    original = buy(scene).payment_id
    decision = scene.post(cards.CardPosting, PAID, posting_kind="refund", original_payment_id=original, **SHOP)
    assert codes(decision) == []


def test_a_salary_from_an_employer_who_runs_a_shop_is_no_loop() -> None:
    scene = shop_of_a_friend()
    buy(scene)
    assert codes(back(scene, posting_kind="salary")) == []


def test_money_from_somebody_unrelated_or_after_three_days_is_no_loop() -> None:
    scene = shop_of_a_friend()
    buy(scene)
    assert codes(back(scene, counterparty_account="stranger")) == []
    scene.wait(3 * DAY)
    assert codes(back(scene)) == []


def test_money_in_without_a_name_on_it_is_no_loop() -> None:
    scene = shop_of_a_friend()
    buy(scene)
    assert codes(scene.post(transfers.TransferPosting, 4_970_00, posting_kind="cash")) == []


def test_only_the_largest_recent_payments_are_remembered_and_a_loop_of_one_is_still_seen() -> None:
    scene = shop_of_a_friend()
    buy(scene)
    for i in range(20):
        scene.post(transfers.TransferPosting, -10_00, counterparty_account=f"kiosk-{i}")
    assert codes(back(scene)) == ["CO01"]


def test_another_currency_is_never_compared_with_yuan() -> None:
    scene = shop_of_a_friend()
    buy(scene)
    assert codes(back(scene, currency="JPY")) == []
    assert scene.ask(9_000_00, currency="JPY", device_id="usual").fund_flow is None


def test_a_refund_of_a_payment_nobody_saw_is_new_money_and_counted() -> None:
    scene = bank()
    decision = scene.post(cards.CardPosting, PAID, posting_kind="refund", original_payment_id="never-seen", **SHOP)
    assert decision.action == "ALLOW"
    assert scene.engine.counters()["tolerated", "UNKNOWN_PAYMENT"] == 1


def test_a_returned_transfer_gives_the_loan_money_back_to_its_account() -> None:
    scene = Scene()
    scene.open(0)
    scene.loan()
    scene.draw(20_000_00)
    sent = scene.post(transfers.TransferPosting, -20_000_00, counterparty_account="craftsman")
    given_back = {"posting_kind": "return", "original_payment_id": sent.payment_id}
    scene.post(transfers.TransferPosting, 20_000_00, counterparty_account="craftsman", **given_back)
    scene.wait(DAY)
    decision = scene.invest(20_000_00, account=ACCOUNT)
    assert decision.fund_flow is not None
    assert decision.fund_flow.certain == 20_000_00
