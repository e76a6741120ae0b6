"""Loan money that others spent and got back: the borrower's ledger forgets what was not spent after all."""

import pytest

from monitor.engine.customer import Customer
from monitor.engine.loan_money.standing import use_record
from monitor.engine.tracing.interval import Pair
from monitor.engine.tracing.use import UseOfDraw
from tests.engine.scene import HOUR, codes
from tests.engine.test_between_customers import numbers
from tests.engine.town import Town
from topics import transfers
from topics.loan_money import Range


def test_no_row_of_a_record_is_more_than_was_drawn() -> None:
    """For seconds what was spent twice stands twice in the ledger, until word of its return is home."""
    spent = {"CASH": Pair(110, 130, 120), "CRYPTO": Pair(1, 2, 2)}
    record = use_record(Customer("ann"), "L", [UseOfDraw("D", "L", 100, Pair(0, 0), spent)])
    assert numbers(record.classes["CASH"]) == numbers(record.left_bank) == (100, 100, 100)
    assert numbers(record.classes["CRYPTO"]) == (1, 2, 2)


def helped(own: int = 0) -> Town:
    """Ann has a loan of 50,000 and has sent Bob 900 of it."""
    here = Town()
    here.arrive("ann")
    here.arrive("bob", own)
    here.borrow("ann", 50_000_00)
    here.pay("ann", "bob", 900_00)
    return here


def spend_and_get_back(here: Town, amount: int, payment: str) -> None:
    """Bob's broker refuses the money: it comes back, as a return that says nothing of the broker's business."""
    here.spend("bob", amount, payment_id=payment)
    where = {"counterparty_account": "outside-1", "counterparty_agent": "OTHER", "posting_kind": "return"}
    here.post(
        transfers.TransferPosting,
        amount,
        account="bob-1",
        customer_id="bob",
        original_payment_id=payment,
        payment_id=f"back-{payment}",
        **where,
    )


def ledger(here: Town) -> tuple[dict[str, list[int]], dict[str, list[int]], list[str]]:
    use = here.ledger_of("ann").uses.by_draw["draw-ann"]
    return dict(use.through_others), dict(use.doubtful), [one.payment for one in use.spent]


def test_what_came_back_leaves_every_row_it_was_booked_in() -> None:
    here = helped()
    spend_and_get_back(here, 900_00, "pay-broker")
    assert ledger(here) == ({}, {}, [])
    assert here.use("ann").classes.get("SECURITIES", Range(certain=0, possible=0, point=0)).possible == 0


def test_money_that_goes_to_and_fro_is_no_more_than_there_ever_was() -> None:
    here = helped()
    for number in range(3):
        spend_and_get_back(here, 900_00, f"pay-broker-{number}")
    here.spend("bob", 100_00, payment_id="pay-kept")
    assert ledger(here) == ({"SECURITIES": [100_00] * 3}, {}, ["pay-kept"])
    here.wait(HOUR)
    decision = here.ask_draw(1_000_00, customer_id="ann", loan_id="loan-ann", disbursement_account="ann-1")
    assert (decision.action, codes(decision)) == ("ALLOW", [])


def test_a_part_that_came_back_is_taken_off_the_payment_it_was_part_of() -> None:
    here = helped()
    here.spend("bob", 900_00, payment_id="pay-broker")
    where = {"counterparty_account": "outside-1", "counterparty_agent": "OTHER", "posting_kind": "return"}
    where |= {"original_payment_id": "pay-broker", "payment_id": "back", "account": "bob-1", "customer_id": "bob"}
    here.post(transfers.TransferPosting, 300_00, **where)
    (spent,) = here.ledger_of("ann").uses.by_draw["draw-ann"].spent
    assert (spent.payment, spent.certain) == ("pay-broker", 600_00)
    assert numbers(here.use("ann").classes["SECURITIES"]) == (600_00, 600_00, 600_00)


@pytest.mark.parametrize("restart", [False, True])
def test_that_a_class_was_doubtful_is_remembered_until_it_comes_back(restart: bool) -> None:
    here = helped()
    here.spend("bob", 900_00, None, payment_id="pay-odd", counterparty_name="金牛证券")
    before = ledger(here)
    if restart:
        here.restart_all()
    where = {"counterparty_account": "outside-1", "counterparty_agent": "OTHER", "posting_kind": "return"}
    where |= {"original_payment_id": "pay-odd", "payment_id": "back", "account": "bob-1", "customer_id": "bob"}
    here.post(transfers.TransferPosting, 900_00, product_code="SECURITIES_TRANSFER", **where)
    assert before[0] == before[1] != {}
    assert ledger(here) == ({}, {}, [])
