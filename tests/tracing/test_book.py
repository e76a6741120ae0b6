"""The account book: order, gaps, repeats, balances, and what is given up when the ledger cannot be followed."""

from typing import Any

import msgspec
import pytest

from monitor.engine.tracing.effects import ACCOUNT_LIMIT, CUT_LATE, GAP_INFERRED, GIVE_UP, LATE, OPENING_UNKNOWN, RESYNC
from monitor.engine.tracing.interval import Pair
from monitor.engine.tracing.ledger import Ledger
from monitor.engine.tracing.limits import DAY, MINUTE, SECOND, Limits
from monitor.engine.tracing.movements import Kind, Movement
from monitor.engine.tracing.posted import Posted, Status
from monitor.engine.tracing.use import UseOfDraw
from monitor.engine.tracing.wire import decode_ledger, encode_ledger

GAP, GIVE_UP_AFTER = 5 * MINUTE, 60 * SECOND


class Bank:
    """Makes postings with right numbers and balances; `skip` makes one that is not sent."""

    def __init__(self, limits: Limits | None = None, *, opened: str = "AB") -> None:
        self.ledger = Ledger(limits or Limits())
        self.last = dict.fromkeys("ABC", 0)
        self.balance = dict.fromkeys("ABC", 0)
        for account in opened:
            self.ledger.open_account(account)

    def make(self, account: str, amount: int, kind: Kind | None = None, **more: Any) -> Movement:
        """The next posting; a negative amount leaves the account."""
        self.last[account] += 1
        self.balance[account] += amount
        usual = Kind.INFLOW if amount > 0 else Kind.OUTFLOW
        payment = more.pop("payment_id", f"{account}{self.last[account]}")
        more.setdefault("bucket", "CONSUMPTION")
        number, balance = self.last[account], self.balance[account]
        return Movement(
            payment, account, number, balance, abs(amount), amount > 0, usual if kind is None else kind, **more
        )

    def post(self, account: str, amount: int, kind: Kind | None = None, *, clock: int = 0, **more: Any) -> Posted:
        """Make it and post it."""
        return self.ledger.post(self.make(account, amount, kind, **more), clock)

    def draw(self, amount: int, *, account: str = "A", draw: str = "D", clock: int = 0) -> Posted:
        """Credit a draw."""
        return self.post(account, amount, Kind.DRAW, draw_id=draw, loan_id="L", event_time=clock, clock=clock)

    def own(self, amount: int, payment: str = "own", *, clock: int = 0, **more: Any) -> tuple[Movement, Movement]:
        """Both legs of a transfer from A to B."""
        debit = self.make("A", -amount, payment_id=payment, peer_account="B", **more)
        credit = self.make("B", amount, payment_id=payment, peer_account="A", **more)
        return debit, credit

    def use(self, draw: str = "D") -> UseOfDraw:
        """The draw's ledger."""
        use = self.ledger.use_of_proceeds(draw)
        assert use is not None
        return use


def exact(amount: int) -> Pair:
    return Pair(amount, amount, amount)


# -- order, gaps, repeats ------------------------------------------------------------------------------


def test_a_gap_parks_later_postings_and_says_nothing_certain() -> None:
    bank = Bank()
    bank.draw(100)
    missing = bank.make("A", 50)
    later = bank.post("A", -100)
    assert later.status is Status.PARKED
    assert later.provisional
    assert later.pairs == {"D": Pair(0, 100)}
    assert later.union == Pair(0, 100)
    assert bank.ledger.preview("A", 30).pairs == {"D": Pair(0, 30)}
    filled = bank.ledger.post(missing, 0)
    assert filled.status is Status.APPLIED
    assert [(one.movement.acct_seq, one.pairs) for one in filled.passed] == [(2, {}), (3, {"D": Pair(50, 100, 100)})]
    assert bank.use().buckets == {"CONSUMPTION": Pair(50, 100, 100)}


def test_a_payment_behind_a_parked_draw_may_carry_it_and_no_more_than_itself() -> None:
    bank = Bank()
    bank.make("A", 5)
    draw = bank.draw(100)
    assert (draw.status, draw.pairs, draw.provisional) == (Status.PARKED, {"D": exact(100)}, True)
    spent = bank.post("A", -105)
    assert spent.pairs == {"D": Pair(0, 105)}  # what is missing may be more of the same draw
    assert spent.union == Pair(0, 105)


def test_a_gap_of_one_is_inferred_from_the_balances_after_five_minutes() -> None:
    bank = Bank()
    bank.draw(100)
    bank.make("A", -30)
    bank.post("A", -20, clock=1_000)
    assert bank.ledger.next_timer() == 1_000 + GAP
    assert not bank.ledger.expire(999 + GAP).events
    done = bank.ledger.expire(1_000 + GAP)
    assert done.events == (GAP_INFERRED,)
    assert [one.movement.acct_seq for one in done.passed] == [3]
    assert bank.use().buckets == {"UNKNOWN": exact(30), "CONSUMPTION": exact(20)}
    assert not bank.ledger.resync("A")


def test_possible_of_a_draw_paid_out_twice_does_not_rise_while_a_credit_waits() -> None:
    bank = Bank()
    bank.draw(100, account="B")
    bank.draw(100, account="A")  # of the same draw: more of it may come than B ever heard of
    debit, credit = bank.own(100)
    bank.ledger.post(credit, 0)
    before = bank.ledger.preview("B", 150)
    assert before.provisional
    bank.ledger.post(debit, 0)
    after = bank.ledger.preview("B", 150)
    assert (after.pairs, after.union) == ({"D": exact(150)}, exact(150))
    assert (before.pairs["D"], before.union) == (Pair(50, 150, 100), Pair(50, 150, 100))


def test_possible_of_a_draw_paid_out_twice_does_not_rise_across_a_gap() -> None:
    bank = Bank()
    bank.draw(100, account="B")
    bank.draw(100, account="A")
    debit, credit = bank.own(100)
    bank.ledger.post(debit, 0)
    spent = bank.post("B", -150)
    assert (spent.status, spent.pairs, spent.union) == (Status.PARKED, {"D": Pair(0, 150)}, Pair(0, 150))
    final = bank.ledger.post(credit, 0).settled.passed[-1]
    assert (final.pairs, final.union) == ({"D": exact(150)}, exact(150))


def test_an_inferred_inflow_is_clean() -> None:
    bank = Bank()
    bank.draw(100)
    bank.make("A", 40)
    bank.post("A", -20)
    bank.ledger.expire(GAP)
    assert bank.use().held == Pair(80, 100, 80)


def test_a_gap_of_one_without_a_difference_moves_nothing() -> None:
    bank = Bank()
    bank.draw(100)
    bank.make("A", 0)
    bank.post("A", -20)
    assert bank.ledger.expire(GAP).events == (GAP_INFERRED,)
    assert bank.use().held == exact(80)


def test_a_wider_gap_makes_the_account_resync() -> None:
    bank = Bank()
    bank.draw(100)
    bank.make("A", -30)
    bank.make("A", 30)
    bank.post("A", -20)
    assert bank.ledger.expire(GAP).events == (RESYNC,)
    assert bank.ledger.resync("A")
    assert bank.use().held == Pair(0, 80, 80)
    assert bank.use().buckets["UNKNOWN"] == Pair(0, 100, 0)


def test_the_seventeenth_parked_posting_closes_the_gap() -> None:
    bank = Bank()
    bank.draw(1_000)
    bank.make("A", -30)
    statuses = [bank.post("A", -10).status for _ in range(16)]
    assert set(statuses) == {Status.PARKED}
    last = bank.post("A", -10)
    assert last.status is Status.APPLIED
    assert last.pairs == {"D": exact(10)}
    assert len(last.passed) == 17


def test_a_second_gap_waits_on_when_the_first_is_closed() -> None:
    bank = Bank()
    bank.draw(1_000)
    bank.make("A", -1)
    for _ in range(8):
        bank.post("A", -10)
    bank.make("A", -2)
    statuses = [bank.post("A", -10).status for _ in range(9)]
    assert statuses == [Status.PARKED] * 9
    assert bank.ledger.entries["A"].sequence.last == 10
    assert len(bank.ledger.entries["A"].sequence.parked) == 9


def test_a_posting_is_a_repeat_once_it_was_applied_or_parked() -> None:
    bank = Bank()
    first = bank.make("A", 10)
    bank.ledger.post(first, 0)
    bank.make("A", 10)
    parked = bank.make("A", 10)
    bank.ledger.post(parked, 0)
    before = encode_ledger(bank.ledger)
    assert bank.ledger.post(first, 9).status is Status.REPEAT
    assert bank.ledger.post(parked, 9).status is Status.REPEAT
    assert encode_ledger(bank.ledger) == before


def test_a_posting_after_its_gap_was_closed_is_late_once_and_changes_no_interval() -> None:
    bank = Bank()
    bank.draw(100)
    missing = [bank.make("A", -5) for _ in range(3)]
    bank.post("A", -20)
    bank.ledger.expire(GAP)
    held = bank.use()
    for movement in (missing[1], missing[0], missing[2]):
        late = bank.ledger.post(movement, GAP)
        assert (late.status, late.events) == (Status.LATE, (LATE,))
        assert bank.ledger.post(movement, GAP).status is Status.REPEAT
    assert bank.use() == held
    assert not bank.ledger.entries["A"].sequence.skipped


def test_a_late_draw_is_unknown_to_the_last_unit() -> None:
    bank = Bank()
    bank.post("A", 5)
    draw = bank.make("A", 100, Kind.DRAW, draw_id="D", loan_id="L")
    bank.post("A", -20)
    bank.ledger.expire(GAP)
    assert bank.ledger.post(draw, GAP).status is Status.LATE
    assert bank.use().buckets == {"UNKNOWN": Pair(0, 100, 100)}
    assert bank.use().held == Pair(0, 0, 0)


def test_a_late_credit_ends_the_trail_of_its_tag() -> None:
    bank = Bank()
    bank.draw(100)
    debit, credit = bank.own(60)
    bank.post("B", 7)
    bank.ledger.expire(GAP)
    bank.ledger.post(debit, GAP)
    assert bank.use().held == exact(100)
    assert bank.ledger.post(credit, GAP).events == (LATE, CUT_LATE)
    assert bank.use().buckets == {"TRAIL_ENDED": exact(60)}


def test_a_posting_ahead_is_parked_though_its_balance_fits() -> None:
    bank = Bank()
    bank.post("A", 0)
    bank.make("A", 0)
    assert bank.post("A", 5).status is Status.PARKED


def test_an_old_posting_is_a_repeat_though_its_balance_fits() -> None:
    bank = Bank()
    postings = [bank.make("A", 0) for _ in range(3)]
    for movement in postings:
        assert bank.ledger.post(movement, 0).status is Status.APPLIED
    assert [bank.ledger.post(movement, 0).status for movement in postings] == [Status.REPEAT] * 3


# -- balances -------------------------------------------------------------------------------------------


def test_a_wrong_balance_makes_the_account_resync_before_the_posting() -> None:
    bank = Bank()
    bank.draw(100)
    bank.balance["A"] = 90
    spent = bank.post("A", -90)
    assert spent.events == (RESYNC,)
    assert spent.pairs == {"D": Pair(0, 90, 90)}
    assert bank.ledger.resync("A")


def test_a_clean_account_with_a_wrong_balance_stays_clean() -> None:
    bank = Bank()
    bank.post("A", 50)
    bank.balance["A"] = 70
    assert bank.post("A", -10).pairs == {}
    assert bank.ledger.resync("A")
    assert bank.ledger.entries["A"].account.balance == 60


def test_a_statement_where_we_are_settles_a_resync() -> None:
    bank = Bank()
    bank.draw(100)
    bank.balance["A"] = 90
    bank.post("A", -10)
    bank.ledger.statement("A", 1, 80, 0)
    assert bank.ledger.resync("A")
    assert not bank.ledger.statement("A", 2, 80, 0).events
    assert not bank.ledger.resync("A")


def test_a_statement_with_another_balance_wins() -> None:
    bank = Bank()
    bank.draw(100)
    assert bank.ledger.statement("A", 1, 60, 0).events == (RESYNC,)
    assert not bank.ledger.resync("A")
    assert bank.use().held == Pair(0, 60, 60)
    assert bank.use().buckets == {"UNKNOWN": Pair(0, 100, 40)}


def test_an_account_seen_in_mid_life_may_hold_the_loans_that_run() -> None:
    bank = Bank(opened="A")
    bank.draw(100)
    bank.last["B"], bank.balance["B"] = 40, 70
    seen = bank.post("B", -50)
    assert seen.events == (OPENING_UNKNOWN,)
    assert seen.pairs == {"D": Pair(0, 50)}
    assert bank.post("B", -10).pairs == {"D": Pair(0, 10)}
    bank.draw(10, draw="E")
    assert "E" not in bank.ledger.preview("B", 10).pairs
    earlier = Movement("x", "B", 39, 0, 1, True, Kind.INFLOW)
    assert bank.ledger.post(earlier, 0).status is Status.LATE


def test_an_account_seen_at_its_first_posting_starts_clean() -> None:
    bank = Bank(opened="A")
    bank.draw(100)
    bank.balance["B"] = 70
    assert bank.post("B", -50).pairs == {}
    assert bank.ledger.next_timer() is not None


def test_an_account_is_young_while_all_that_may_be_missing_fits_the_buffer() -> None:
    for first, status in ((3, Status.PARKED), (4, Status.APPLIED)):
        bank = Bank(Limits(reorder=2), opened="A")
        bank.last["B"] = first - 1
        assert bank.post("B", 5).status is status


def test_an_account_seen_in_mid_life_without_money_holds_no_loan() -> None:
    bank = Bank(opened="A")
    bank.draw(100)
    bank.last["B"] = 40
    bank.post("B", 5)
    assert bank.ledger.entries["B"].account.base is None


def test_what_an_account_in_mid_life_may_hold_is_bounded_by_principal_and_horizon() -> None:
    bank = Bank(opened="A")
    bank.draw(30, clock=9)
    bank.last["B"], bank.balance["B"] = 40, 70
    bank.post("B", 5)
    assert bank.ledger.preview("B", 75).union == Pair(0, 30)
    bank.ledger.expire(180 * DAY + 8)
    assert bank.ledger.preview("B", 75).pairs == {"D": Pair(0, 30)}
    bank.ledger.expire(180 * DAY + 9)
    assert bank.ledger.preview("B", 75).pairs == {}


def test_a_young_account_waits_for_its_first_postings() -> None:
    """A draw and the payment behind it come by two topics: the payment may be first."""
    bank = Bank(opened="")
    draw = bank.make("A", 100, Kind.DRAW, draw_id="D", loan_id="L")
    spent = bank.post("A", -100)
    assert spent.status is Status.PARKED
    assert bank.ledger.post(draw, 0).passed[1].pairs == {"D": exact(100)}


def test_a_young_account_whose_first_postings_never_come_is_opened_after_the_wait() -> None:
    bank = Bank(opened="A")
    bank.draw(30)
    bank.make("B", 50)
    bank.post("B", -20)
    done = bank.ledger.expire(GAP)
    assert done.events == (OPENING_UNKNOWN,)
    assert done.passed[0].pairs == {"D": Pair(0, 20)}


def test_card_credit_is_no_loan_money_and_paying_the_card_is_an_end() -> None:
    bank = Bank(opened="A")
    bank.ledger.open_account("B", card=True)
    assert bank.post("B", -80).pairs == {}
    bank.draw(100)
    for movement in bank.own(90):
        bank.ledger.post(movement, 0)
    assert bank.use().buckets == {"CARD_DEBT": exact(80)}
    assert bank.ledger.preview("B", 10).pairs == {"D": exact(10)}
    card_draw = bank.post("B", 50, Kind.DRAW, draw_id="C", loan_id="CARD")
    assert card_draw.pairs == {}
    assert bank.ledger.use_of_proceeds("C") is None


def test_a_card_account_first_seen_by_a_posting_is_a_card_account() -> None:
    bank = Bank(opened="A")
    bank.post("B", 50, Kind.DRAW, draw_id="C", loan_id="CARD", card=True)
    assert bank.ledger.entries["B"].account.card
    assert bank.ledger.use_of_proceeds("C") is None


# -- own accounts -----------------------------------------------------------------------------------------


def test_an_own_transfer_passes_its_loan_money_on_at_once() -> None:
    bank = Bank()
    bank.draw(100)
    debit, credit = bank.own(60)
    assert bank.ledger.post(debit, 0).pairs == {"D": exact(60)}
    arrived = bank.ledger.post(credit, 0)
    assert arrived.pairs == {"D": exact(60)}
    assert not arrived.provisional
    assert bank.post("B", -60, bucket="SECURITIES").pairs == {"D": exact(60)}
    assert bank.use().buckets == {"SECURITIES": exact(60)}
    assert bank.use().held == exact(40)


def test_small_own_transfers_and_many_of_them_lose_no_trail() -> None:
    bank = Bank()
    bank.draw(100)
    for number in range(10):
        debit, credit = bank.own(10, f"t{number}")
        bank.ledger.post(debit, 0)
        bank.ledger.post(credit, 0)
    assert bank.ledger.preview("B", 100).pairs == {"D": exact(100)}


def test_a_credit_waits_for_its_parked_debit_and_is_given_up_after_a_minute() -> None:
    bank = Bank()
    bank.draw(100)
    debit, credit = bank.own(100)
    waits = bank.ledger.post(credit, 0)
    assert (waits.status, waits.provisional, waits.union) == (Status.APPLIED, True, Pair(0, 100))
    spent = bank.post("B", -100)
    assert (spent.provisional, spent.union) == (True, Pair(0, 100))
    assert bank.ledger.preview("B", 10).provisional
    assert bank.ledger.next_timer() == GIVE_UP_AFTER
    assert not bank.ledger.expire(GIVE_UP_AFTER - 1).events
    done = bank.ledger.expire(GIVE_UP_AFTER)
    assert done.events == (GIVE_UP,)
    assert [one.pairs for one in done.passed] == [{}, {}]
    assert bank.ledger.post(debit, GIVE_UP_AFTER).events == (CUT_LATE,)
    assert bank.use().buckets == {"TRAIL_ENDED": exact(100)}


def test_a_credit_passes_when_its_debit_comes_and_what_waited_behind_it_too() -> None:
    bank = Bank()
    bank.draw(100)
    debit, credit = bank.own(100)
    bank.ledger.post(credit, 0)
    bank.post("B", -100, bucket="CASH")
    done = bank.ledger.post(debit, 5)
    assert [one.pairs for one in done.passed] == [{"D": exact(100)}] * 3
    assert bank.use().buckets == {"CASH": exact(100)}


def test_a_tail_of_more_than_sixty_four_gives_up_its_oldest_credit() -> None:
    bank = Bank()
    bank.draw(100)
    _, credit = bank.own(100)
    bank.ledger.post(credit, 0)
    for _ in range(63):
        assert not bank.post("B", -1).events
    assert bank.post("B", -1).events == (GIVE_UP,)
    assert bank.ledger.entries["B"].account.base is None


def test_a_tag_whose_credit_never_comes_ends_its_trail_after_a_day() -> None:
    bank = Bank()
    bank.draw(100)
    debit, _ = bank.own(60)
    bank.ledger.post(debit, 0)
    assert bank.use().held == exact(100)
    assert bank.ledger.next_timer() == DAY
    bank.ledger.expire(DAY - 1)
    assert not bank.use().buckets
    bank.ledger.expire(DAY)
    assert bank.use().buckets == {"TRAIL_ENDED": exact(60)}


def test_a_credit_that_differs_from_its_debit_is_clean_and_ends_the_trail() -> None:
    bank = Bank()
    bank.draw(100)
    debit, credit = bank.own(60)
    bank.ledger.post(debit, 0)
    bent = msgspec.structs.replace(credit, amount=50, balance_after=50)
    assert bank.ledger.post(bent, 0).pairs == {}
    assert bank.use().buckets == {"TRAIL_ENDED": exact(60)}


def test_a_technical_reversal_between_own_accounts_undoes_both_sides() -> None:
    """It bears the id of the payment it takes back."""
    bank = Bank()
    bank.post("A", 50)
    bank.draw(50)
    bank.post("B", 30)
    for movement in bank.own(60, "t"):
        bank.ledger.post(movement, 0)
    back: dict[str, Any] = {"payment_id": "t", "peer_account": "A"}
    out = bank.post("B", -60, Kind.REVERSAL, **back)
    assert out.passed[0].undone
    back["peer_account"] = "B"
    assert bank.post("A", 60, Kind.REVERSAL, **back).passed[0].undone
    assert bank.use().held == exact(50)


def test_the_draw_itself_can_be_reversed() -> None:
    bank = Bank()
    bank.draw(100)
    back = bank.post("A", -100, Kind.REVERSAL, payment_id="A1", bucket="CANCELLED")
    assert back.passed[0].undone
    assert bank.use().buckets == {"CANCELLED": exact(100)}


def test_a_refund_comes_out_of_the_bucket_it_went_to() -> None:
    bank = Bank()
    bank.draw(100)
    bank.post("A", -100)
    refund = bank.post("A", 70, Kind.REFUND, original_payment_id="A2")
    assert refund.pairs == {"D": exact(70)}
    assert bank.use().buckets == {"CONSUMPTION": exact(30)}
    assert bank.post("A", 31, Kind.REFUND, original_payment_id="A2").pairs == {}


def test_a_refund_of_an_unknown_payment_or_of_an_own_transfer_is_clean() -> None:
    bank = Bank()
    bank.draw(100)
    for movement in bank.own(60, "t"):
        bank.ledger.post(movement, 0)
    assert bank.post("A", 10, Kind.REFUND, original_payment_id="nobody").pairs == {}
    assert bank.post("A", 10, Kind.REFUND, original_payment_id="t").pairs == {}


def test_a_record_is_forgotten_after_thirty_days_and_the_refund_is_clean() -> None:
    bank = Bank()
    bank.draw(100)
    bank.post("A", -100, event_time=DAY)
    base = bank.ledger.entries["A"].account.base
    assert base is not None
    bank.ledger.expire(31 * DAY - 1)
    assert base.record("A2") is not None
    assert bank.ledger.next_timer() == 31 * DAY
    bank.ledger.expire(31 * DAY)
    assert bank.ledger.entries["A"].account.base is None
    assert bank.post("A", 70, Kind.REFUND, original_payment_id="A2").pairs == {}


# -- loans, time, limits -------------------------------------------------------------------------------------


def test_a_closed_draw_is_no_loan_money_anywhere() -> None:
    bank = Bank()
    bank.draw(100)
    for movement in bank.own(60):
        bank.ledger.post(movement, 0)
    assert bank.ledger.draws_of("L") == ["D"]
    done = bank.ledger.close_draw("D", 7)
    assert {(entry.bucket, entry.certain) for entry in done.booked} == {("CLOSED", 40), ("CLOSED", 60)}
    assert bank.use().buckets == {"CLOSED": exact(100)}
    assert all(entry.account.base is None for entry in bank.ledger.entries.values())
    assert not bank.ledger.close_draw("D", 8).booked
    assert not bank.ledger.close_draw("unknown", 8).booked
    assert bank.ledger.draws_of("L") == []


def test_a_closing_reaches_money_that_is_still_on_its_way() -> None:
    bank = Bank()
    bank.draw(100)
    debit, credit = bank.own(60)
    bank.ledger.post(debit, 0)
    bank.ledger.close_draw("D", 0)
    assert bank.ledger.post(credit, 0).pairs == {}
    assert bank.use().buckets == {"CLOSED": exact(100)}


def test_a_trail_ends_at_the_horizon_everywhere() -> None:
    bank = Bank()
    bank.draw(100, clock=5)
    for movement in bank.own(60):
        bank.ledger.post(movement, 5)
    end = 180 * DAY + 5
    bank.ledger.expire(end - 1)
    assert bank.use().held == exact(100)
    bank.ledger.expire(end)
    assert bank.use().buckets == {"TRAIL_ENDED": exact(100)}
    assert bank.ledger.next_timer() == end + 30 * DAY
    bank.ledger.expire(end + 30 * DAY)
    assert bank.ledger.use_of_proceeds("D") is None
    assert bank.ledger.next_timer() is None


def test_loan_money_of_a_closed_account_ends_there() -> None:
    bank = Bank()
    bank.draw(100)
    bank.ledger.close_account("A", 0)
    assert bank.use().buckets == {"ACCOUNT_CLOSED": exact(100)}
    assert bank.ledger.entries["A"].account.base is None
    assert not bank.ledger.close_account("A", 0).booked


def test_a_second_credit_of_one_draw_adds_to_its_principal() -> None:
    bank = Bank()
    bank.draw(60)
    bank.draw(50)
    assert bank.use().principal == 110
    assert bank.use().held == exact(110)


def test_reservations_lower_the_certain_part_and_never_raise_it() -> None:
    bank = Bank()
    bank.post("A", 50)
    bank.draw(50)
    assert bank.ledger.preview("A", 80).pairs == {"D": Pair(30, 50, 30)}
    assert bank.ledger.preview("A", 80, reserved=20).pairs["D"] == Pair(30, 50, 30)
    assert bank.ledger.preview("A", 80, reserved=60).pairs["D"] == Pair(0, 50, 30)
    assert bank.ledger.preview("A", 40, reserved=100).pairs["D"] == Pair(0, 40, 0)
    before = encode_ledger(bank.ledger)
    bank.ledger.preview("A", 80, reserved=60)
    assert encode_ledger(bank.ledger) == before


def test_a_payment_of_a_clean_or_unknown_account_carries_nothing() -> None:
    bank = Bank()
    bank.post("A", 50)
    assert bank.ledger.preview("A", 10) == bank.ledger.preview("nobody", 10)
    assert bank.ledger.preview("A", 10).union == Pair(0, 0)


def test_the_number_of_accounts_is_bounded_and_a_closed_one_makes_room() -> None:
    bank = Bank(Limits(accounts=2))
    assert bank.post("C", 5).events == (ACCOUNT_LIMIT,)
    assert set(bank.ledger.entries) == {"A", "B"}
    bank.ledger.close_account("B", 0)
    bank.last["C"], bank.balance["C"] = 0, 0
    assert not bank.post("C", 5).events
    assert set(bank.ledger.entries) == {"A", "C"}


def test_what_goes_to_an_own_account_beyond_the_bound_ends_there_and_is_counted() -> None:
    bank = Bank(Limits(accounts=2))
    bank.draw(100)
    assert bank.post("A", -60, peer_account="C").events == (ACCOUNT_LIMIT,)
    assert bank.use().buckets == {"TRAIL_ENDED": exact(60)}


def test_the_use_ledger_forgets_ended_draws_before_running_ones() -> None:
    bank = Bank(Limits(draws=2))
    bank.draw(10, draw="D1", clock=1)
    bank.draw(10, draw="D2", clock=2)
    bank.ledger.close_draw("D2", 3)
    bank.draw(10, draw="D3", clock=4)
    assert sorted(bank.ledger.uses.by_draw) == ["D1", "D3"]
    bank.draw(10, draw="D4", clock=5)
    assert sorted(bank.ledger.uses.by_draw) == ["D3", "D4"]


# -- encoding ---------------------------------------------------------------------------------------------------


def test_an_untagged_account_takes_tens_of_bytes() -> None:
    bank = Bank(opened="A")
    bank.post("A", 5_000_00)
    assert len(encode_ledger(bank.ledger)) <= 40


def test_a_traced_account_with_all_its_records_stays_small() -> None:
    bank = Bank(opened="A")
    bank.post("A", 50_000_00)
    bank.draw(100_000_00, clock=1_700_000_000_000)
    one = len(encode_ledger(bank.ledger))
    for number in range(40):
        bank.post("A", 900_00 if number % 3 else -1_234_56, event_time=1_700_000_000_000 + number * 3_600_000)
    assert one <= 300
    assert len(encode_ledger(bank.ledger)) <= 2_000


def test_a_foreign_or_damaged_state_is_refused_by_name() -> None:
    data = msgspec.msgpack.decode(encode_ledger(Ledger()))
    data[0] = 9
    with pytest.raises(ValueError, match="version 9"):
        decode_ledger(msgspec.msgpack.encode(data))
    with pytest.raises(msgspec.DecodeError):
        decode_ledger(encode_ledger(Ledger())[:-1])


def test_every_flag_and_time_survives_the_encoding() -> None:
    bank = Bank(opened="")
    for flags in range(16):
        name = f"N{flags}"
        bank.ledger.open_account(name, card=bool(flags & 1), balance=flags, seq=flags)
        entry = bank.ledger.entries[name]
        entry.opened, entry.resync, entry.closed = bool(flags & 2), bool(flags & 4), bool(flags & 8)
    again = decode_ledger(encode_ledger(bank.ledger))
    for name, entry in bank.ledger.entries.items():
        twin = again.entries[name]
        assert (twin.opened, twin.resync, twin.closed) == (entry.opened, entry.resync, entry.closed)
        assert (twin.account.card, twin.account.balance) == (entry.account.card, entry.account.balance)


def test_times_of_records_survive_the_encoding() -> None:
    bank = Bank()
    bank.draw(100, clock=50)
    bank.post("A", -10, event_time=70)
    bank.post("A", -10, event_time=60)
    base = decode_ledger(encode_ledger(bank.ledger)).entries["A"].account.base
    assert base is not None
    assert [record.time for record in base.records] == [50, 70, 60]


def test_a_gap_is_as_old_as_the_oldest_posting_that_waits_for_it() -> None:
    bank = Bank()
    bank.post("A", 5)
    bank.make("A", 5)
    bank.post("A", 5, clock=20)
    bank.post("A", 5, clock=10)
    assert bank.ledger.next_timer() == 10 + GAP
