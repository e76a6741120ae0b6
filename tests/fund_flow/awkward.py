"""Small histories with something wrong or rare in them; what they come to is settled by the definitions."""

from datetime import timedelta

from tests.fund_flow.books import Books

A, B, C = "c-0/0", "c-1/0", "c-2/0"


def _bank() -> Books:
    """Three customers, the first with 1,000 drawn."""
    books = Books(timedelta(seconds=20))  # longer than anything lies on its way
    for account in (A, B, C):
        books.open(account, account[:3])
    books.grant("c-0", "loan")
    books.draw(A, "loan", "d", 1_000_00)
    return books


def two_currencies() -> Books:
    """The trail ends; what is possible goes on at the rate of the two legs."""
    books = _bank()
    books.receive(A, 500_00)
    books.pay(A, 1_200_00, B)
    debit, credit = books.messages[-2:]
    debit |= {"counterparty_currency": "USD", "counterparty_amount": 170_33}
    credit |= {"currency": "USD", "amount": 170_33, "balance_after": 170_33}
    books.balances[B] = 170_33
    books.pay(B, 150_00)
    books.messages[-1] |= {"currency": "USD"}
    return books


def legs_that_disagree() -> Books:
    """The credit is another amount than the debit."""
    books = _bank()
    books.pay(A, 600_00, B)
    books.messages[-1] |= {"amount": 500_00, "balance_after": 500_00}
    return books


def a_posting_that_never_comes() -> Books:
    """The balances tell what it was."""
    books = _bank()
    books.pay(A, 300_00, use="SECURITIES")
    books.messages.pop()
    books.pay(A, 200_00)
    return books


def five_customers_in_a_row() -> Books:
    """Round and round: each step to another customer is a hop."""
    books = _bank()
    for payer, payee in ((A, B), (B, C), (C, A), (A, B), (B, C)):
        books.pay(payer, 1_000_00, payee)
    return books


def an_account_nobody_opened() -> Books:
    """It may hold what was drawn before it was first seen."""
    books = _bank()
    books.customers["c-0/1"], books.kinds["c-0/1"] = "c-0", "deposit"
    books.numbers["c-0/1"], books.balances["c-0/1"] = 40, 5_000_00
    books.pay("c-0/1", 700_00)
    return books


def a_reversal_and_a_return_of_one_payment() -> Books:
    """A part is taken back before anything was paid from it, a part after."""
    books = _bank()
    first = books.pay(A, 900_00, B)
    books.give_back(first, 200_00, technical=True)
    books.receive(B, 400_00)
    books.pay(B, 300_00)
    books.give_back(first, 250_00)
    return books


def more_possible_than_drawn() -> Books:
    """Each payment may be of the loan, all together no more than was drawn."""
    books = _bank()
    books.receive(A, 5_000_00)
    for use in ("CONSUMPTION", "CONSUMPTION", "SECURITIES", "CONSUMPTION"):
        books.pay(A, 900_00, use=use)
    for _ in range(11):
        books.pay(A, 95_00, B)
    return books


AWKWARD = (
    two_currencies,
    legs_that_disagree,
    a_posting_that_never_comes,
    five_customers_in_a_row,
    an_account_nobody_opened,
    a_reversal_and_a_return_of_one_payment,
    more_possible_than_drawn,
)
