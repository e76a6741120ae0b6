"""What no golden history shows: worked by hand, told to the offline tracer."""

from dataclasses import replace
from typing import Any

from tests.fund_flow.books import JUDGEMENT, Books
from tests.fund_flow.figures import Figure, Limits, Span
from tests.fund_flow.happenings import Judgement
from tests.fund_flow.loan_ledgers import loan_ledgers
from tests.fund_flow.offline_tracer import OfflineTracer

ONE = Limits(smallest_tag=1)


def bank(*customers: str) -> Books:
    """Accounts "a", "a2" … of customers "a", …; a line for the first of them."""
    books = Books()
    for account in customers:
        books.open(account, account[0])
    books.grant(customers[0][0], "loan")
    return books


def traced(
    books: Books, limits: Limits = ONE, messages: list[Any] | None = None, judgement: Judgement = JUDGEMENT
) -> OfflineTracer:
    return OfflineTracer(books.messages if messages is None else messages, judgement, limits)


def carried(tracer: OfflineTracer, payment: str) -> dict[str, Figure]:
    return next(passed.figures for passed in tracer.passed if passed.transfer == payment)


def union(tracer: OfflineTracer, payment: str) -> Span:
    return next(passed.union for passed in tracer.passed if passed.transfer == payment)


def held(tracer: OfflineTracer, account: str) -> dict[str, Figure]:
    return {name: figure for name, figure in tracer.purses[account].figures().items() if figure.possible}


def test_what_comes_back_is_the_oldest_money_again() -> None:
    books = bank("a")
    books.receive("a", 50)
    books.draw("a", "loan", "d", 100)
    shop = books.pay("a", 50)
    books.give_back(shop, 50)
    again = books.pay("a", 50)
    assert carried(traced(books), again) == {"d": Figure(0, 50, 0)}


def test_legs_are_in_order_even_where_the_times_run_backwards() -> None:
    books = bank("a", "b", "c")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 100, "b")
    books.pay("b", 100, "c")
    last = books.pay("c", 100)
    times = [message["event_time"] for message in books.messages]
    backwards = [{**m, "event_time": time} for m, time in zip(books.messages, reversed(times), strict=True)]
    assert carried(traced(books, messages=backwards), last) == {"d": Figure(100, 100, 100)}


def test_money_that_goes_in_a_circle_comes_home_the_same() -> None:
    books = bank("a", "b")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 100, "b")
    books.pay("b", 100, "a")
    books.pay("a", 60, "b")
    tracer = traced(books)
    assert held(tracer, "a") == {"d": Figure(40, 40, 40)}
    assert held(tracer, "b") == {"d": Figure(60, 60, 60)}


def test_own_accounts_are_no_hop_and_nothing_is_too_small_between_them() -> None:
    books = bank("a", "a2", "b", "b2", "c")
    books.draw("a", "loan", "d", 100)
    for payer, payee in (("a", "a2"), ("a2", "a"), ("a", "b"), ("b", "b2"), ("b2", "b"), ("b", "b2")):
        books.pay(payer, 100, payee)
    books.pay("b2", 5, "b")
    small = books.pay("b", 5, "c")
    tracer = traced(books, Limits(hops=1, smallest_tag=50))
    assert held(tracer, "b2") == {"d": Figure(95, 95, 95)}
    assert carried(tracer, small) == {"d": Figure(5, 5, 5)}
    assert tracer.draws["d"].buckets == {"TRAIL_ENDED": Figure(5, 5, 5)}
    assert held(tracer, "c") == {}


def test_what_was_cut_off_may_have_been_all_that_is_certain_of_any_loan() -> None:
    books, limits = two_draws()
    books.pay("a", 50, "b")
    last = books.pay("b", 50)
    tracer = traced(books, limits)
    assert carried(tracer, last) == {"d": Figure(47, 50, 50)}
    assert union(tracer, last) == Span(47, 50)


def test_a_payment_that_lost_a_draw_on_its_way_does_not_come_back_whole() -> None:
    books, limits = two_draws()
    payment = books.pay("a", 50, "b")
    books.give_back(payment, 50, technical=True)
    tracer = traced(books, limits)
    assert held(tracer, "a") == {"d": Figure(97, 100, 100), "small": Figure(0, 3, 3)}
    assert tracer.draws["small"].buckets == {"TRAIL_ENDED": Figure(0, 3, 0)}


def two_draws() -> tuple[Books, Limits]:
    """100 of one draw, 3 of another, too small to be followed."""
    books = bank("a", "b")
    books.draw("a", "loan", "d", 100)
    books.draw("a", "loan", "small", 3)
    return books, Limits(smallest_tag=10)


def test_a_fifth_customer_is_too_far() -> None:
    books = bank("a", "b", "c", "d", "e", "f")
    books.draw("a", "loan", "d", 100)
    for payer, payee in zip("abcde", "bcdef", strict=True):
        books.pay(payer, 100, payee)
    tracer = traced(books)
    assert held(tracer, "e") == {}
    assert tracer.draws["d"].buckets == {"TRAIL_ENDED": Figure(100, 100, 100)}


def test_a_debit_without_its_credit_stays_on_its_way() -> None:
    books = bank("a", "b")
    books.draw("a", "loan", "d", 100)
    payment = books.pay("a", 30, "b")
    tracer = traced(books, messages=books.messages[:-1])
    assert tracer.parcels[payment].shares["d"].figure == Figure(30, 30, 30)
    assert tracer.draws["d"].buckets == {}


def test_a_credit_without_its_debit_is_clean() -> None:
    books = bank("a", "b")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 100, "b")
    debit = books.messages[-2]
    tracer = traced(books, messages=[message for message in books.messages if message is not debit])
    assert held(tracer, "b") == {}
    assert held(tracer, "a") == {"d": Figure(100, 100, 100)}


def test_two_legs_that_disagree_end_the_trail() -> None:
    books = bank("a", "b")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 60, "b")
    credit = books.messages[-1]
    other = {**credit, "amount": 50, "balance_after": 50}
    tracer = traced(books, messages=[*books.messages[:-1], other])
    assert held(tracer, "b") == {}
    assert tracer.draws["d"].buckets == {"TRAIL_ENDED": Figure(60, 60, 60)}


def test_a_missing_posting_is_told_by_the_balances() -> None:
    books = bank("a")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 30, use="SECURITIES")
    missing = books.messages[-1]
    books.pay("a", 20)
    tracer = traced(books, messages=[message for message in books.messages if message is not missing])
    assert tracer.draws["d"].buckets == {"UNKNOWN": Figure(30, 30, 30), "CONSUMPTION": Figure(20, 20, 20)}


def test_two_missing_postings_leave_nothing_certain() -> None:
    books = bank("a")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 30)
    books.receive("a", 10)
    missing = books.messages[-2:]
    last = books.pay("a", 20)
    tracer = traced(books, messages=[message for message in books.messages if message not in missing])
    assert carried(tracer, last) == {"d": Figure(0, 20, 20)}


def test_an_account_nobody_opened_may_hold_what_was_drawn_before() -> None:
    books = bank("a", "a2")
    books.draw("a", "loan", "d", 100)
    books.receive("a2", 500)
    books.receive("a2", 500)
    first = books.pay("a2", 300)
    unknown = [m for m in books.messages if m.get("account") == "a2" and m.get("acct_seq", 0) < 2]
    tracer = traced(books, messages=[message for message in books.messages if message not in unknown])
    assert carried(tracer, first) == {"d": Figure(0, 100, 0)}


def test_a_trail_ends_at_its_horizon() -> None:
    books = bank("a")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 10)
    tracer = traced(books, Limits(horizon_ms=1_000))
    assert held(tracer, "a") == {}
    assert tracer.draws["d"].buckets == {"TRAIL_ENDED": Figure(100, 100, 100)}


def test_a_refund_of_a_payment_too_old_to_know_is_new_money() -> None:
    books = bank("a")
    books.draw("a", "loan", "d", 100)
    shop = books.pay("a", 40)
    books.give_back(shop, 40)
    tracer = traced(books, Limits(record_ms=1_000))
    assert held(tracer, "a") == {"d": Figure(60, 60, 60)}
    assert tracer.draws["d"].buckets == {"CONSUMPTION": Figure(40, 40, 40)}


def test_what_is_in_a_closed_account_ends_there() -> None:
    books = bank("a", "b")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 70, "b")
    books.shut("b")
    assert traced(books).draws["d"].buckets == {"ACCOUNT_CLOSED": Figure(70, 70, 70)}


def test_a_loan_closed_while_its_money_is_on_its_way_is_closed_there_too() -> None:
    books = bank("a", "b")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 100, "b")
    credit = books.messages.pop()
    books.close("a", "loan")
    late = {**credit, "event_time": (books.now + books.step).isoformat()}
    tracer = traced(books, messages=[*books.messages, late])
    assert held(tracer, "b") == {}
    assert tracer.draws["d"].buckets == {"CLOSED": Figure(100, 100, 100)}


def test_card_credit_is_nobodys_draw_and_paying_a_card_ends_there() -> None:
    books = bank("a")
    books.open("a/card", "a", kind="credit_card", balance=-80)
    books.draw("a", "loan", "d", 100)
    books.draw("a/card", "loan", "e", 10)
    books.pay("a", 50, "a/card")
    tracer = traced(books)
    assert tracer.draws["d"].buckets == {"CARD_DEBT": Figure(50, 50, 50)}
    assert "e" not in tracer.draws


def test_into_another_currency_goes_what_is_possible_and_the_trail_ends() -> None:
    books = bank("a", "b")
    books.receive("a", 50)
    books.draw("a", "loan", "d", 100)
    payment = books.pay("a", 120, "b")
    debit, credit = books.messages[-2:]
    debit |= {"counterparty_currency": "USD", "counterparty_amount": 17}
    credit |= {"currency": "USD", "amount": 17, "balance_after": 17}
    tracer = traced(books)
    assert carried(tracer, payment) == {"d": Figure(70, 100, 70)}
    assert tracer.draws["d"].buckets == {"TRAIL_ENDED": Figure(70, 100, 70)}
    assert held(tracer, "b") == {"d": Figure(0, 15, 0)}


def test_what_is_spent_in_another_currency_is_booked_nowhere() -> None:
    """The trail ended at the exchange; units of the other currency are no units of the loan."""
    books = bank("a", "b", "c")
    books.draw("a", "loan", "d", 100)
    _exchange(books, "a", 70, "b", 13_500)
    books.pay("b", 5_000, "c")
    for message in books.messages[-2:]:
        message["currency"] = "KRW"
    books.pay("b", 8_500, use="SECURITIES")
    books.messages[-1]["currency"] = "KRW"
    tracer = traced(books)
    assert held(tracer, "c") == {"d": Figure(0, 5_000, 0)}
    assert tracer.draws["d"].buckets == {"TRAIL_ENDED": Figure(70, 70, 70)}
    books.close("a", "loan")
    assert traced(books).draws["d"].buckets == {"CLOSED": Figure(30, 30, 30), "TRAIL_ENDED": Figure(70, 70, 70)}


def test_an_own_account_in_another_currency_holds_nothing_of_the_loan_s_ledger() -> None:
    books = bank("a", "a2")
    books.draw("a", "loan", "d", 100)
    _exchange(books, "a", 70, "a2", 13_500)
    assert loan_ledgers(traced(books))["loan"].at_home == Figure(30, 30, 30)


def _exchange(books: Books, payer: str, amount: int, payee: str, into: int) -> None:
    """Pay into an account in won."""
    books.pay(payer, amount, payee)
    debit, credit = books.messages[-2:]
    debit |= {"counterparty_currency": "KRW", "counterparty_amount": into}
    credit |= {"currency": "KRW", "amount": into, "balance_after": into}
    books.balances[payee] = into


def test_nothing_is_followed_through_a_hub() -> None:
    books = bank("a", "b", "c")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 60, "b")
    books.pay("b", 60, "c")
    tracer = traced(books, judgement=replace(JUDGEMENT, hubs=frozenset({"b"})))
    assert tracer.draws["d"].buckets == {"UNKNOWN": Figure(60, 60, 60)}
    assert held(tracer, "c") == {}


def test_cash_that_is_paid_in_again_may_be_the_loan() -> None:
    books = bank("a")
    books.draw("a", "loan", "d", 100)
    books.pay("a", 100, use="CASH")
    books.receive("a", 90)
    books.messages[-1] |= {"posting_kind": "cash"}
    last = books.pay("a", 90)
    cash = replace(JUDGEMENT, bridge=lambda message: "cash" if message.get("posting_kind") == "cash" else "")
    assert carried(traced(books, judgement=cash), last) == {"d": Figure(0, 90, 0)}
    assert carried(traced(books), last) == {}


def test_cash_taken_out_in_parts_may_be_paid_in_at_once() -> None:
    books = bank("a")
    books.draw("a", "loan", "d", 100)
    for part in (40, 25, 30):
        books.pay("a", part, use="CASH")
    books.receive("a", 90)
    books.messages[-1] |= {"posting_kind": "cash"}
    last = books.pay("a", 95)
    cash = replace(JUDGEMENT, bridge=lambda message: "cash" if message.get("posting_kind") == "cash" else "")
    assert carried(traced(books, judgement=cash), last) == {"d": Figure(5, 95, 5)}
