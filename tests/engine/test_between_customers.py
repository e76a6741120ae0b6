"""Loan money that goes through other people's accounts, on several partitions."""

import msgspec
import pytest

from tests.engine.scene import DAY, codes
from tests.engine.town import Town
from topics import fund_flow, names, transfers
from topics.codec import encode
from topics.loan_money import Range, UseOfProceeds

_TOLD = fund_flow.Tag | fund_flow.Book | fund_flow.Retire | fund_flow.RepaidFor | fund_flow.Clear


def town(*people: str, own: int = 0) -> Town:
    """Ann has a loan of 50,000; the others have `own` each."""
    here = Town()
    for person in ("ann", *people):
        here.arrive(person, own)
    here.borrow("ann", 50_000_00)
    return here


def numbers(part: Range) -> tuple[int, int, int]:
    return part.certain, part.possible, part.point


def points(use: UseOfProceeds) -> int:
    return use.unspent.point + use.with_others.point + sum(part.point for part in use.classes.values())


def test_what_others_did_with_the_money_stands_in_the_ledger_of_the_loan() -> None:
    here = town("bob", "cleo")
    here.pay("ann", "bob", 40_000_00)
    here.pay("bob", "cleo", 30_000_00)
    here.spend("cleo", 25_000_00)
    use = here.use("ann")
    assert numbers(use.classes["SECURITIES"]) == (25_000_00, 25_000_00, 25_000_00)
    assert numbers(use.unspent) == (10_000_00, 10_000_00, 10_000_00)
    assert numbers(use.with_others) == (15_000_00, 15_000_00, 15_000_00)
    assert points(use) == use.principal == 50_000_00


def test_a_decision_in_the_account_of_another_knows_whose_loan_it_is() -> None:
    here = town("bob", own=5_000_00)
    here.pay("ann", "bob", 40_000_00)
    flow = here.order("bob", 42_000_00).fund_flow
    assert flow is not None
    assert (flow.certain, flow.possible) == (32_000_00, 40_000_00)
    assert flow.loans.keys() == {"draw-ann"}
    assert not flow.provisional


def test_a_credit_from_a_clean_payer_is_cleared_by_the_word_of_their_partition() -> None:
    here = town("bob", "cleo", own=1_000_00)
    here.pay("bob", "cleo", 500_00)
    assert here.pending("cleo")
    here.settle()
    assert not here.pending("cleo")
    assert here.engine_of("cleo").counters().get(("tracing", "give_up"), 0) == 0


def test_a_credit_that_nobody_speaks_of_is_given_up_after_a_minute() -> None:
    here = town("bob")
    here.leg("bob", "ghost", 500_00, "pay-x")
    here.settle()
    assert here.pending("bob")
    here.wait(60_000)
    assert not here.pending("bob")
    assert here.engine_of("bob").counters()["tracing", "give_up"] == 1


def test_while_the_tag_is_away_nothing_is_certain_and_nothing_alerts() -> None:
    here = town("bob")
    payment = "pay-early"
    here.leg("bob", "ann", 40_000_00, payment)
    decision = here.order("bob", 30_000_00)
    assert not [code for code in codes(decision) if code.startswith("FF")]
    assert decision.fund_flow is not None
    assert (decision.fund_flow.certain, decision.fund_flow.possible) == (0, 30_000_00)
    assert decision.fund_flow.provisional
    here.cancel("bob", decision.payment_id)
    here.leg("ann", "bob", -40_000_00, payment)
    after = here.order("bob", 30_000_00)
    assert after.fund_flow is not None
    assert (after.fund_flow.certain, after.fund_flow.provisional) == (30_000_00, False)


def test_a_closed_loan_is_nobody_s_loan_money_any_more() -> None:
    here = town("bob", "cleo")
    here.pay("ann", "bob", 40_000_00)
    here.pay("bob", "cleo", 30_000_00)
    here.close("ann")
    assert here.order("cleo", 30_000_00).fund_flow is None
    use = here.use("ann")
    assert use.closed
    assert numbers(use.classes["CLOSED"]) == (50_000_00, 50_000_00, 50_000_00)
    assert numbers(use.with_others) == (0, 0, 0)


def test_money_that_comes_home_is_home() -> None:
    here = town("bob", "cleo")
    here.pay("ann", "bob", 40_000_00)
    here.pay("bob", "cleo", 40_000_00)
    here.pay("cleo", "ann", 40_000_00)
    use = here.use("ann")
    assert numbers(use.unspent) == (50_000_00, 50_000_00, 50_000_00)
    assert numbers(use.with_others) == (0, 0, 0)


def test_beyond_four_people_the_trail_ends_at_the_sender() -> None:
    people = ["bob", "cleo", "dan", "eve", "fay"]
    here = town(*people)
    for payer, payee in zip(["ann", *people], people, strict=False):
        here.pay(payer, payee, 10_000_00)
    here.settle()
    assert numbers(here.use("ann").classes["TRAIL_ENDED"]) == (10_000_00, 10_000_00, 10_000_00)
    assert here.order("fay", 10_000_00).fund_flow is None


def test_small_change_is_not_followed() -> None:
    here = town("bob")
    here.pay("ann", "bob", 99_99)
    assert numbers(here.use("ann").classes["TRAIL_ENDED"]) == (99_99, 99_99, 99_99)


def test_a_return_gives_the_sender_s_own_money_and_the_loan_money_back() -> None:
    here = town("bob")
    payment = here.pay("ann", "bob", 20_000_00)
    here.leg("bob", "ann", -20_000_00, payment, posting_kind="reversal")
    here.leg("ann", "bob", 20_000_00, payment, posting_kind="reversal")
    use = here.use("ann")
    assert numbers(use.unspent) == (50_000_00, 50_000_00, 50_000_00)


def test_tags_have_the_bytes_of_their_message_type_also_of_money_taken_back() -> None:
    here = town("bob", "cleo")
    here.borrow("bob", 30_000_00)
    here.pay("ann", "bob", 20_000_00)
    payment = here.pay("bob", "cleo", 45_000_00)
    here.leg("cleo", "bob", -45_000_00, payment, posting_kind="reversal")
    here.leg("bob", "cleo", 45_000_00, payment, posting_kind="reversal")
    values = [a.output.value or b"" for a in here.outputs if a.output.topic == names.FUND_FLOW]
    tags = [tag for value in values if isinstance(tag := msgspec.json.decode(value, type=_TOLD), fund_flow.Tag)]
    assert [(len(tag.shares), tag.undo, bool(tag.whole)) for tag in tags] == [
        (1, False, False),
        (2, False, False),
        (2, True, True),
    ]
    assert all(encode(tag) in values for tag in tags)


def test_into_another_currency_goes_what_is_possible_and_the_certain_part_ends() -> None:
    here = town("bob")
    here.leg("ann", "bob", -7_000_00, "pay-fx", counterparty_currency="USD", counterparty_amount=1_000_00)
    here.leg("bob", "ann", 1_000_00, "pay-fx", currency="USD")
    assert numbers(here.use("ann").classes["TRAIL_ENDED"]) == (7_000_00, 7_000_00, 7_000_00)
    base = here.ledger_of("bob").entries["bob-1"].account.base
    assert base is not None
    assert (base.sources["draw-ann"].low, base.sources["draw-ann"].high) == (0, 1_000_00)


def exchange(here: Town, payer: str, payee: str, amount: int, into: int, payment: str = "pay-won") -> None:
    """Pay from an account in yuan into one in won."""
    here.leg(payer, payee, -amount, payment, counterparty_currency="KRW", counterparty_amount=into)
    here.leg(payee, payer, into, payment, currency="KRW")


def test_what_is_spent_in_another_currency_is_booked_nowhere_and_alerts_nobody() -> None:
    here = town("bob", "cleo")
    exchange(here, "ann", "bob", 7_000_00, 1_350_000)
    here.pay("bob", "cleo", 350_000, currency="KRW")
    for customer, amount in (("bob", 900_000), ("cleo", 350_000)):
        here.spend(customer, amount, currency="KRW")
    here.pay("bob", "cleo", 50_00, currency="KRW")
    use = here.use("ann")
    assert {name: numbers(part) for name, part in use.classes.items()} == {
        "TRAIL_ENDED": (7_000_00, 7_000_00, 7_000_00)
    }
    assert points(use) == use.principal
    told = {reason.code for alert in here.read(names.ALERTS) for reason in alert.reasons}
    assert not told & {"FF01", "FF02", "FF05"}


def test_a_posting_in_another_currency_that_waited_is_not_looked_at_again() -> None:
    here = town("bob")
    here.leg("bob", "ann", 1_350_000, "pay-won", currency="KRW")
    here.spend("bob", 1_350_000, currency="KRW")
    here.leg("ann", "bob", -7_000_00, "pay-won", counterparty_currency="KRW", counterparty_amount=1_350_000)
    assert not here.pending("bob")
    assert here.read(names.ALERTS) == []


def test_the_closing_of_a_loan_books_nothing_of_what_is_in_another_currency() -> None:
    here = town("bob")
    exchange(here, "ann", "bob", 7_000_00, 1_350_000)
    here.close("ann")
    use = here.use("ann")
    assert {name: numbers(part) for name, part in use.classes.items()} == {
        "CLOSED": (43_000_00, 43_000_00, 43_000_00),
        "TRAIL_ENDED": (7_000_00, 7_000_00, 7_000_00),
    }


def test_money_that_comes_home_in_another_currency_is_not_counted_as_yuan() -> None:
    here = town("bob")
    exchange(here, "ann", "bob", 7_000_00, 1_350_000)
    where = {"counterparty_account": "bob-1", "counterparty_customer_id": "bob", "payment_id": "pay-home"}
    here.leg("bob", "ann", -1_350_000, "pay-home", currency="KRW", counterparty_account="ann-won")
    here.post(transfers.TransferPosting, 1_350_000, account="ann-won", customer_id="ann", currency="KRW", **where)
    use = here.use("ann")
    assert numbers(use.unspent) == (43_000_00, 43_000_00, 43_000_00)
    assert not [r for alert in here.read(names.ALERTS) for r in alert.reasons if r.code == "CO13"]


@pytest.mark.parametrize(("currency", "more"), [("KRW", 0), ("CNY", 1_350_000)])
def test_a_tag_that_comes_after_its_loan_was_closed_is_booked_if_it_is_in_yuan(currency: str, more: int) -> None:
    here = town("bob")
    exchange(here, "ann", "bob", 7_000_00, 1_350_000)
    here.leg("bob", "ann", -1_350_000, "pay-home", currency="KRW", counterparty_account="ann-won")
    (*_, told) = [a.output.value or b"" for a in here.outputs if a.output.topic == names.FUND_FLOW]
    tag = msgspec.json.decode(told, type=fund_flow.Tag)
    here.close("ann")
    later = msgspec.structs.replace(tag.sender, epoch=tag.sender.epoch + 1)
    again = msgspec.structs.replace(tag, transfer="pay-again", sender=later, currency=currency)
    here.raw(names.FUND_FLOW, b"ann", encode(again))
    use = here.ledger_of("ann").use_of_proceeds("draw-ann")
    assert use is not None
    assert use.buckets["CLOSED"].possible == 43_000_00 + more


def test_an_early_tag_of_a_closed_loan_in_another_currency_books_nothing() -> None:
    here = town("bob")
    exchange(here, "ann", "bob", 7_000_00, 1_350_000)
    here.leg("bob", "ann", -1_350_000, "pay-home", currency="KRW", counterparty_account="ann-won")
    here.close("ann")
    assert here.use("ann").classes.keys() == {"CLOSED", "TRAIL_ENDED"}
    assert numbers(here.use("ann").classes["CLOSED"]) == (43_000_00, 43_000_00, 43_000_00)


@pytest.mark.parametrize("restarted", [False, True])
def test_snapshots_carry_all_that_is_between_customers(restarted: bool) -> None:
    here = town("bob", "cleo")
    here.pay("ann", "bob", 40_000_00)
    here.leg("cleo", "bob", 30_000_00, "pay-late")
    if restarted:
        here.restart_all()
    here.leg("bob", "cleo", -30_000_00, "pay-late")
    here.spend("cleo", 30_000_00)
    assert numbers(here.use("ann").classes["SECURITIES"]) == (30_000_00, 30_000_00, 30_000_00)


def test_headroom_says_what_is_own_money_and_goes_when_the_loan_money_is_gone() -> None:
    here = town("bob", own=20_000_00)
    said = here.headroom("ann")
    assert said is not None
    assert (said.balance, said.classes["SECURITIES"].free) == (70_000_00, 20_000_00)
    assert said.classes["SECURITIES"].before_block == 20_999_99
    assert here.order("ann", 20_999_99).action != "BLOCK"
    here.pay("ann", "bob", 70_000_00)
    assert here.headroom("ann") is None


def test_an_open_request_lowers_the_headroom_no_further_than_it_must() -> None:
    here = town(own=20_000_00)
    here.order("ann", 5_000_00)
    said = here.headroom("ann")
    assert said is not None
    assert said.classes["SECURITIES"].free == 20_000_00


def test_cash_that_comes_back_may_be_loan_money_again() -> None:
    here = town()
    here.spend("ann", 40_000_00, product=None, posting_kind="cash", counterparty_account=None, counterparty_agent=None)
    here.later(20)
    here.post_cash_in("ann", 38_000_00)
    flow = here.order("ann", 48_000_00).fund_flow
    assert flow is not None
    assert (flow.certain, flow.possible) == (10_000_00, 48_000_00)


def _take_cash(here: Town, *amounts: int) -> None:
    for amount in amounts:
        here.spend("ann", amount, product=None, posting_kind="cash", counterparty_account=None, counterparty_agent=None)
        here.later(1)


def test_cash_taken_out_in_parts_may_come_back_at_once_or_in_other_parts() -> None:
    """No machine gives out a loan in one go; what is paid in is more than any part."""
    for paid_in in ([38_000_00], [22_000_00, 16_000_00]):
        here = town()
        _take_cash(here, 15_000_00, 10_000_00, 15_000_00)
        for amount in paid_in:
            here.post_cash_in("ann", amount)
        flow = here.order("ann", 48_000_00).fund_flow
        assert flow is not None
        assert (flow.certain, flow.possible) == (10_000_00, 48_000_00)


def test_more_cash_than_ever_was_taken_out_is_other_money() -> None:
    here = town()
    _take_cash(here, 15_000_00, 10_000_00, 15_000_00)
    here.post_cash_in("ann", 43_000_00)
    flow = here.order("ann", 48_000_00).fund_flow
    assert flow is not None
    assert (flow.certain, flow.possible) == (5_000_00, 10_000_00)


def test_a_hub_ends_the_trail_and_what_it_pays_is_clean_at_once() -> None:
    here = town("shop", "bob")
    here.name_hub("shop-1")
    here.pay("ann", "shop", 10_000_00)
    assert numbers(here.use("ann").classes["TRAIL_ENDED"]) == (10_000_00, 10_000_00, 10_000_00)
    here.pay("shop", "bob", 3_000_00)
    assert not here.pending("bob")
    told = [a.output.value or b"" for a in here.outputs if a.output.topic == names.FUND_FLOW]
    assert not [value for value in told if b"fund_flow.tag" in value]


def test_an_account_in_another_currency_has_no_headroom_in_yuan() -> None:
    here = town("bob")
    here.leg("ann", "bob", -7_000_00, "pay-fx", counterparty_currency="USD", counterparty_amount=1_000_00)
    here.leg("bob", "ann", 1_000_00, "pay-fx", currency="USD")
    assert here.headroom("bob") is None


def _crowd(here: Town, customer: str) -> None:
    for number in range(1_200):
        here.post_from_crowd(customer, number)


def test_a_customer_with_a_crowd_turns_tags_away() -> None:
    here = town("shop")
    _crowd(here, "shop")
    here.pay("ann", "shop", 10_000_00)
    assert numbers(here.use("ann").classes["TRAIL_ENDED"]) == (10_000_00, 10_000_00, 10_000_00)
    assert not here.ledger_of("shop").entries["shop-1"].account.tags.early


def test_when_the_crowd_is_reached_the_trails_of_others_end_in_all_accounts() -> None:
    here = town("shop", "bob")
    here.borrow("shop", 7_000_00)
    here.pay("ann", "shop", 10_000_00)
    here.pay("shop", "bob", 15_000_00)  # of both loans
    here.spend("shop", 500_00, product=None, posting_kind="cash", counterparty_account=None, counterparty_agent=None)
    kept = here.use("shop").unspent
    _crowd(here, "shop")
    assert numbers(here.use("ann").classes["TRAIL_ENDED"]) == (0, 1_500_00, 1_500_00)
    assert here.use("shop").unspent == kept
    here.post_cash_in("shop", 500_00)
    base = here.ledger_of("shop").entries["shop-1"].account.base
    assert base is not None
    assert "draw-ann" not in base.sources
    told = [a.output.value or b"" for a in here.outputs if a.output.topic == names.FUND_FLOW]
    assert len([value for value in told if b"fund_flow.book" in value and b"TRAIL_ENDED" in value]) == 1


def test_who_was_paid_before_the_crowd_came_still_hears_that_the_loan_is_closed() -> None:
    here = town("shop", "bob")
    here.pay("ann", "shop", 10_000_00)
    here.pay("shop", "bob", 4_000_00)
    _crowd(here, "shop")
    assert numbers(here.use("ann").classes["TRAIL_ENDED"]) == (6_000_00, 6_000_00, 6_000_00)
    assert here.order("bob", 4_000_00).action == "BLOCK"
    here.close("ann")
    assert here.order("bob", 4_000_00).fund_flow is None


def test_what_became_of_a_draw_stays_in_its_loan_s_ledger_long_after_it_was_closed() -> None:
    here = town("bob")
    here.pay("ann", "bob", 40_000_00)
    here.spend("bob", 30_000_00)
    here.close_draw("ann", "draw-ann")
    here.wait(40 * DAY)
    here.draw_again("ann", 5_000_00, "draw-two")
    use = here.use("ann")
    assert (use.principal, use.draws) == (55_000_00, ["draw-two"])
    assert numbers(use.classes["SECURITIES"]) == (30_000_00, 30_000_00, 30_000_00)
    assert points(use) == use.principal
