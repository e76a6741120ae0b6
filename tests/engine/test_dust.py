"""Parts of payments that are too small to follow: what they add up to, for how long, and of whose money."""

from typing import Any

from monitor.engine.customer import MAX_DUST, Customer
from monitor.engine.loan_money.dust import _row
from tests.engine.scene import DAY, HOUR
from tests.engine.town import Town
from topics import names


def town(*people: str, loan: int = 50_000_00, own: int = 0) -> Town:
    """Ann has a loan, and `own` of her own."""
    here = Town()
    here.arrive("ann", own)
    for person in people:
        here.arrive(person)
    here.borrow("ann", loan)
    return here


def told(here: Town) -> list[tuple[str, dict[str, Any]]]:
    """Who each alert of FF05 is about, and the figures used."""
    found = [alert for alert in here.read(names.ALERTS) if alert.reasons[0].code == "FF05"]
    return [(alert.customer_id, alert.reasons[0].figures) for alert in found]


def trickle(here: Town, times: int, payer: str = "ann", payee: str = "bob", amount: int = 95_00) -> None:
    for _ in range(times):
        here.pay(payer, payee, amount)
        here.wait(HOUR)


def state_of(here: Town, customer: str) -> Customer:
    found = here.engine_of(customer)._customers.get(customer.encode())
    assert found is not None
    return found


def test_what_goes_on_trickling_away_is_told_again_in_each_thirty_days_and_not_with_each_payment() -> None:
    here, by_now = town("bob"), []
    for day in range(1, 91):
        here.pay("ann", "bob", 95_00)
        here.wait(DAY)
        if day % 30 == 0:
            by_now.append(len(told(here)))
    assert by_now == [2, 3, 4]
    assert [figures["possible"] for _, figures in told(here)] == [1_045_00, 2_090_00, 2_850_00, 2_850_00]


def test_beside_own_money_no_more_trickles_away_than_was_drawn() -> None:
    here = town("bob", loan=500_00, own=50_000_00)
    trickle(here, 12)
    assert told(here) == []
    use = here.use("ann")
    for part in (use.trail_ended, use.classes["TRAIL_ENDED"]):
        assert (part.certain, part.possible, part.point) == (0, 500_00, 0)


def test_an_alert_says_no_more_than_was_drawn() -> None:
    here = town("bob", loan=1_010_00, own=50_000_00)
    trickle(here, 15)
    assert told(here) == [("ann", {"certain": 0, "possible": 1_010_00, "payments": 11})]


def test_a_thousand_yuan_is_not_too_much_and_more_is() -> None:
    here = town("bob")
    trickle(here, 20, amount=50_00)
    assert told(here) == []
    trickle(here, 1, amount=1)
    assert [figures["possible"] for _, figures in told(here)] == [1_000_01]


def test_a_small_part_of_a_large_payment_counts() -> None:
    here = town("bob", loan=95_00)
    for number in range(11):
        if number:
            here.draw_again("ann", 95_00, "draw-ann")
        here.earn("ann", 10_000_00)
        here.pay("ann", "bob", 10_095_00)
    assert told(here) == [("ann", {"certain": 1_045_00, "possible": 1_045_00, "payments": 11})]


def test_of_another_borrower_s_loan_the_sender_is_told_of() -> None:
    here = town("bob", "cleo")
    here.pay("ann", "bob", 40_000_00)
    trickle(here, 11, payer="bob", payee="cleo")
    assert told(here) == [("bob", {"certain": 1_045_00, "possible": 1_045_00, "payments": 11})]
    assert here.use("ann").trail_ended.point == 1_045_00


def test_in_another_currency_nothing_is_added_up() -> None:
    here = town("bob", "cleo")
    here.leg("ann", "bob", -7_000_00, "pay-fx", counterparty_currency="USD", counterparty_amount=1_100_00)
    here.leg("bob", "ann", 1_100_00, "pay-fx", currency="USD")
    for _ in range(11):
        here.pay("bob", "cleo", 95_00, currency="USD")
    assert told(here) == []
    assert state_of(here, "bob").dust == []


def test_a_snapshot_carries_the_sum_and_what_was_said_of_it() -> None:
    here = town("bob")
    trickle(here, 6)
    here.restart_all()
    trickle(here, 5)
    assert [figures["payments"] for _, figures in told(here)] == [11]
    here.restart_all()
    trickle(here, 5)
    assert len(told(here)) == 1


def test_after_thirty_days_nothing_is_left_of_it() -> None:
    here = town("bob")
    trickle(here, 3)
    assert [row.payments for row in state_of(here, "ann").dust] == [3]
    here.wait(29 * DAY)
    assert state_of(here, "ann").dust
    here.wait(2 * DAY)
    here.earn("ann", 1_00)
    assert state_of(here, "ann").dust == []


def test_days_are_bounded_and_the_oldest_goes() -> None:
    customer = Customer("ann")
    for day in reversed(range(MAX_DUST + 3)):
        _row(customer, "draw", "account", day).payments += 1
    assert [row.day for row in customer.dust] == list(range(3, MAX_DUST + 3))
    _row(customer, "draw", "account", 5).payments += 1
    _row(customer, "draw", "other", 99).payments += 1
    assert (customer.dust[1].day, customer.dust[1].payments, len(customer.dust)) == (5, 2, MAX_DUST)
