"""Where a trail ends: it is counted by its cause, and booked only in the currency of the loans."""

from typing import Any

import pytest

from monitor.engine.tracing.effects import (
    ACCOUNT_LIMIT,
    CUT_CURRENCY,
    CUT_HOPS,
    CUT_HORIZON,
    CUT_HUB,
    CUT_LATE,
    CUT_ORIGINS,
    CUT_SMALL,
    TAG_EXPIRED,
    Dust,
    Effects,
)
from monitor.engine.tracing.interval import OTHER, Bounds, Pair
from monitor.engine.tracing.ledger import Ledger
from monitor.engine.tracing.limits import DAY, LIMITS, SECOND, Limits
from monitor.engine.tracing.movements import Booked, Kind, Movement, Retire, Share, Tag
from monitor.engine.tracing.posted import Status
from monitor.engine.tracing.use import Uses
from monitor.engine.tracing.wire import decode_ledger, encode_ledger
from tests.tracing.test_book import Bank, exact

TO_BOB: dict[str, Any] = {"peer_account": "bob-1", "peer_customer": "bob", "same_name": False}
WON: dict[str, Any] = {"currency": "KRW"}


def drawn(amount: int, *, limits: Limits | None = None, draw: str = "D") -> Bank:
    bank = Bank(limits)
    bank.draw(amount, draw=draw)
    return bank


def tag(transfer: str, amount: int, *, currency: str = "CNY", home: str = "ann", **shares: int) -> Tag:
    parts = {name: Share(0, possible, 0, 10**9, 1, 100 * DAY, home) for name, possible in shares.items()}
    return Tag(transfer, amount, parts, Bounds(0, sum(shares.values())), currency=currency)


# -- counted by cause -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "events"), [(99_99, (CUT_SMALL,)), (100_00, ())])
def test_a_part_that_is_too_small_is_counted_and_is_dust(amount: int, events: tuple[str, ...]) -> None:
    bank = drawn(500_00)
    posted = bank.post("A", -amount, **TO_BOB)
    assert posted.events == events
    dust = posted.settled.dust
    assert [(one.draw, one.pair, one.cap, one.movement.amount) for one in dust] == (
        [("D", exact(amount), 500_00, amount)] if events else []
    )


def test_one_person_too_many_is_counted_and_is_no_dust() -> None:
    bank = drawn(500_00, limits=Limits(hops=0))
    posted = bank.post("A", -100_00, **TO_BOB)
    assert (posted.events, posted.settled.dust) == ((CUT_HOPS,), ())
    assert bank.use().buckets == {"TRAIL_ENDED": exact(100_00)}


def test_what_is_too_small_and_has_gone_too_far_is_too_small() -> None:
    bank = drawn(500_00, limits=Limits(hops=0))
    assert bank.post("A", -99_99, **TO_BOB).events == (CUT_SMALL,)


def test_a_hub_that_is_paid_is_counted_and_another_end_is_not() -> None:
    bank = drawn(500_00)
    assert bank.post("A", -200_00, bucket="TRAIL_ENDED").events == (CUT_HUB,)
    assert bank.post("A", -200_00, bucket="UNKNOWN").events == ()


def test_a_draw_too_many_is_counted_and_overdraft_that_is_repaid_is_not() -> None:
    bank = drawn(10, limits=Limits(origins=1), draw="D1")
    assert bank.draw(20, draw="D2").events == (CUT_ORIGINS,)
    assert bank.post("A", -60).events == ()
    assert bank.draw(40, draw="D3").events == ()
    assert bank.use("D3").buckets == {"OVERDRAFT": exact(30)}


def test_the_horizon_is_counted_and_a_closed_draw_is_not() -> None:
    bank = drawn(100)
    assert bank.ledger.expire(LIMITS.horizon_ms).events == (CUT_HORIZON,)
    assert bank.use().buckets == {"TRAIL_ENDED": exact(100)}
    assert drawn(100).ledger.close_draw("D", 5).events == ()


def test_each_draw_in_what_is_exchanged_is_counted() -> None:
    bank = drawn(200_00, draw="D1")
    bank.draw(200_00, draw="D2")
    posted = bank.post("A", -300_00, peer_currency="KRW", peer_amount=57_000, **TO_BOB)
    assert posted.events == (CUT_CURRENCY, CUT_CURRENCY)


def test_a_hub_s_customer_turns_a_tag_away_and_counts_each_draw_in_it() -> None:
    ledger = Ledger()
    assert ledger.turn_away(tag("t", 300, D1=100, D2=200), 0).events == (CUT_HUB, CUT_HUB)
    assert ledger.turn_away(tag("t", 300, D1=100, D2=200), 0, full=True).events == (ACCOUNT_LIMIT,)


def test_a_tag_that_comes_after_its_credit_was_given_up_is_counted() -> None:
    ledger = Ledger()
    ledger.open_account("A")
    ledger.post(Movement("p", "A", 1, 300, 300, True, Kind.INFLOW, peer_account="B", peer_customer="ann"), 0)
    ledger.expire(60 * SECOND)
    assert ledger.receive("A", tag("p", 300, D=300), 60 * SECOND, 7).events == (CUT_LATE,)


def test_what_has_no_name_and_what_is_nothing_is_not_counted() -> None:
    effects = Effects()
    effects.cut(CUT_SMALL, OTHER, Pair(0, 5))
    effects.cut(CUT_SMALL, "D", Pair(0, 0, 0))
    effects.cut("", "D", Pair(0, 5))
    assert effects.events == []
    assert effects.booked == [Booked("D", "TRAIL_ENDED", 0, 5, 0)]


# -- in the currency of the loans -------------------------------------------------------------------------


def in_won(limits: Limits | None = None) -> Bank:
    """100.00 drawn, and all of it exchanged into B."""
    bank = drawn(100_00, limits=limits)
    debit = bank.make("A", -100_00, payment_id="fx", peer_account="B", peer_currency="KRW", peer_amount=19_000)
    bank.ledger.post(debit, 0)
    bank.ledger.post(bank.make("B", 19_000, payment_id="fx", peer_account="A", **WON), 0)
    return bank


EXCHANGED = {"TRAIL_ENDED": exact(100_00)}


def test_an_account_in_another_currency_is_traced_but_holds_nothing_of_the_ledger() -> None:
    bank = in_won()
    base = bank.ledger.entries["B"].account.base
    assert base is not None
    assert base.sources["D"].high == 19_000
    assert bank.use().held == Pair(0, 0)
    assert bank.use().buckets == EXCHANGED


def test_of_a_mixed_payment_goes_over_what_is_possible_at_the_rate_rounded_up() -> None:
    bank = drawn(100_00)
    bank.post("A", 50_00)
    posted = bank.post("A", -120_00, peer_currency="USD", peer_amount=17, **TO_BOB)
    (envelope,) = posted.settled.outbox
    assert isinstance(envelope.message, Tag)
    share = envelope.message.shares["D"]
    assert (share.certain, share.possible, share.point, share.cap) == (0, 15, 0, 15)
    assert (envelope.message.union, envelope.message.currency) == (Bounds(0, 15), "USD")


def test_whatever_ends_in_another_currency_is_booked_nowhere() -> None:
    bank = in_won()
    assert bank.post("B", -9_000, bucket="SECURITIES", **WON).pairs == {"D": Pair(0, 9_000)}
    small = bank.post("B", -5_000, peer_account="bob-2", peer_customer="bob", same_name=False, **WON)
    assert (small.events, small.settled.dust) == ((CUT_SMALL,), ())
    bank.ledger.close_account("B", 0)
    assert bank.use().buckets == EXCHANGED


def test_a_refund_takes_nothing_out_of_a_ledger_in_another_currency() -> None:
    bank = in_won()
    bank.post("B", -9_000, bucket="SECURITIES", payment_id="buy", **WON)
    bank.post("B", 4_000, Kind.REFUND, original_payment_id="buy", **WON)
    assert bank.use().buckets == EXCHANGED


def test_closing_and_resync_book_nothing_of_it() -> None:
    bank = in_won()
    bank.ledger.statement("B", 1, 18_000, 0)
    bank.ledger.close_draw("D", 1)
    assert bank.use().buckets == EXCHANGED


def test_a_snapshot_knows_the_account_s_currency() -> None:
    bank = in_won()
    ledger = decode_ledger(encode_ledger(bank.ledger))
    assert ledger.entries["B"].account.foreign
    assert not ledger.entries["A"].account.foreign
    use = ledger.use_of_proceeds("D")
    assert use is not None
    assert use.held == Pair(0, 0)


def test_what_is_changed_back_is_booked_where_it_ends() -> None:
    bank = in_won()
    bank.ledger.open_account("C")
    debit = bank.make("B", -19_000, payment_id="back", peer_account="C", peer_currency="CNY", peer_amount=99_00, **WON)
    bank.ledger.post(debit, 0)
    bank.ledger.post(bank.make("C", 99_00, payment_id="back", peer_account="B"), 0)
    assert bank.use().held == Pair(0, 99_00)
    bank.post("C", -40_00, bucket="SECURITIES")
    assert bank.use().buckets == {**EXCHANGED, "SECURITIES": Pair(0, 40_00)}


def test_an_early_tag_counts_in_its_own_currency() -> None:
    for currency, possible in (("KRW", 20), ("CNY", 90), ("", 90)):
        bank = drawn(100)
        bank.post("A", -80)
        bank.ledger.receive("B", tag("t", 70, currency=currency, home="", D=70), 0, 1)
        assert bank.use().held == Pair(20, possible, 20)


@pytest.mark.parametrize(("currency", "booked"), [("KRW", {}), ("CNY", {"TRAIL_ENDED": Pair(0, 70)})])
def test_a_tag_without_its_credit_is_booked_in_its_own_currency(currency: str, booked: dict[str, Pair]) -> None:
    bank = drawn(100)
    bank.ledger.receive("B", tag("t", 70, currency=currency, home="", D=70), 0, 1)
    assert bank.ledger.expire(DAY).events == (TAG_EXPIRED,)
    assert bank.use().buckets == booked


@pytest.mark.parametrize(("currency", "booked"), [("KRW", 0), ("CNY", 70)])
def test_what_is_taken_out_of_an_early_tag_is_booked_in_its_own_currency(currency: str, booked: int) -> None:
    bank = drawn(100)
    bank.ledger.receive("B", tag("t", 70, currency=currency, home="", D=70), 0, 1)
    settled = bank.ledger.receive("B", Retire("D"), 1)
    assert [entry.possible for entry in settled.booked] == ([booked] if booked else [])


def test_a_tag_in_yuan_that_does_not_fit_an_account_in_won_is_booked() -> None:
    """Its sender booked nothing: the legs disagree."""
    ledger = Ledger()
    ledger.open_account("A")
    ledger.receive("A", tag("t", 300, D=300), 0, 1)
    posted = ledger.post(
        Movement("t", "A", 1, 300, 300, True, Kind.INFLOW, peer_account="B", peer_customer="ann", currency="KRW"), 0
    )
    assert posted.booked == (Booked("D", "TRAIL_ENDED", 0, 300, 0, account="A", payment="t"),)


def test_a_late_credit_of_a_tag_in_another_currency_books_nothing() -> None:
    for currency, booked in (("", 0), ("KRW", 0), ("CNY", 1)):
        ledger = Ledger()
        ledger.open_account("A")
        late = Movement("t", "A", 1, 70, 70, True, Kind.INFLOW, peer_account="B", peer_customer="ann", currency="KRW")
        ledger.post(Movement("u", "A", 2, 90, 20, True, Kind.INFLOW, currency="KRW"), 0)
        ledger.receive("A", tag("t", 70, currency=currency, D=70), 0, 1)
        ledger.expire(LIMITS.gap_ms)
        posted = ledger.post(late, LIMITS.gap_ms)
        assert (posted.status, len(posted.booked)) == (Status.LATE, booked)


def test_an_account_in_another_currency_that_nobody_opened_books_nothing() -> None:
    for currency, booked in (("KRW", {}), ("CNY", {"TRAIL_ENDED": Pair(0, 50)})):
        bank = Bank(Limits(origins=1))
        bank.draw(50, draw="D1")
        bank.draw(60, account="B", draw="D2")
        bank.last["C"], bank.balance["C"] = 40, 500
        bank.post("C", 5, currency=currency)
        assert bank.use("D1").buckets == booked


def test_dust_is_of_draws_with_a_name_in_yuan() -> None:
    movement = Movement("p", "A", 1, 0, 5, False, Kind.OUTFLOW)
    effects = Effects()
    effects.fell(movement, OTHER, Pair(0, 5), 10)
    effects.of_account(foreign=True).fell(movement, "D", Pair(0, 5), 10)
    assert effects.dust == []
    effects.of_account(foreign=False).fell(movement, "D", Pair(0, 5), 10)
    assert effects.dust == [Dust(movement, "D", Pair(0, 5), 10)]


# -- what ended long ago ----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("D1", "D2"), ("D2", "D1")])
def test_draws_folded_together_are_as_old_as_the_newest_and_ended_with_the_last(order: tuple[str, str]) -> None:
    uses = Uses(LIMITS)
    uses.draw("D1", "L", 100, 7, "A")
    uses.draw("D2", "L", 50, 9, "A")
    for draw in order:
        uses.by_draw[draw].ended = {"D1": 20, "D2": 30}[draw]
        uses._fold(uses.by_draw[draw])
    folded = uses.folded["L"]
    assert (folded.principal, folded.drawn, folded.ended) == (150, 9, 30)


def test_draws_folded_together_add_up_class_by_class() -> None:
    uses = Uses(LIMITS)
    for draw, amounts in (("D1", (1, 3, 2)), ("D2", (10, 30, 20))):
        uses.draw(draw, "L", 100, 7, "A")
        uses.book(Booked(draw, "CASH", *amounts))
        uses.book(Booked(draw, "CRYPTO", *amounts, sure=False), elsewhere=True)
        uses._fold(uses.by_draw[draw])
    folded = uses.folded["L"]
    both = [11, 33, 22]
    assert folded.buckets == {"CASH": both, "CRYPTO": both}
    assert folded.through_others == folded.doubtful == {"CRYPTO": both}
