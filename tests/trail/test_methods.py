"""Each method does what its name says: worked examples with figures known beforehand."""

import pytest

from monitor.trail.lots import is_loan, total
from monitor.trail.movements import OWN
from tests.trail.bank import Bank
from tests.trail.following import CONSERVING, followed, ledger

K = 100_000  # CNY 1,000.00

# Own 50,000; loan 100,000; out 30,000; out 80,000; own in 40,000; out 60,000: loan money in each payment.
GOLDEN = {
    "poison": (30 * K, 80 * K, 60 * K),
    "haircut": (20 * K, 5_333_333, 20 * K),
    "fifo": (0, 60 * K, 40 * K),
    "lifo": (30 * K, 70 * K, 0),
    "libr": (0, 60 * K, 20 * K),
    "taint-first": (30 * K, 70 * K, 0),
}


@pytest.mark.parametrize(("method", "parts"), GOLDEN.items())
def test_the_worked_example_of_the_design_comes_out(method: str, parts: tuple[int, int, int]) -> None:
    """Figures from the table of methods in the domain notes; pro rata is rounded down."""
    bank = Bank({"a": "c-1"})
    bank.open("a", 50 * K)
    bank.draw("a", 100 * K)
    out = [bank.spend("a", 30 * K), bank.spend("a", 80 * K)]
    bank.receive("a", 40 * K)
    out.append(bank.spend("a", 60 * K))
    payments = followed(bank.records, method).payments
    assert tuple(total(filter(is_loan, payments[payment].parts)) for payment in out) == parts


@pytest.mark.parametrize("method", CONSERVING)
def test_nothing_is_lost_and_nothing_is_made_up(method: str) -> None:
    """What is not spent is still there; at least 10 of the 60 is loan money by any count."""
    bank = Bank({"a": "c-1"})
    bank.open("a", 50 * K)
    bank.draw("a", 100 * K)
    bank.spend("a", 60 * K)
    found = ledger(bank.records, method)
    assert sum(found.values()) == 100 * K
    assert 10 * K <= found["CONSUMPTION"] == 100 * K - found["UNSPENT"]


def test_poison_counts_more_than_was_lent() -> None:
    """One yuan of loan money stains all that leaves."""
    bank = Bank({"a": "c-1", "b": "c-2"})
    bank.open("a", 50 * K)
    bank.draw("a", 1 * K)
    bank.send("a", "b", 40 * K)
    bank.spend("b", 40 * K)
    assert ledger(bank.records, "poison") == {"CONSUMPTION": 40 * K, "UNSPENT": 11 * K}


def test_poison_ends_with_an_empty_account() -> None:
    """What comes after that is clean."""
    bank = Bank({"a": "c-1"})
    bank.open("a")
    bank.draw("a", 10 * K)
    bank.spend("a", 10 * K)
    bank.receive("a", 5 * K)
    bank.spend("a", 5 * K)
    assert ledger(bank.records, "poison") == {"CONSUMPTION": 10 * K}


def test_other_loans_count_as_other_money() -> None:
    """Two loans of 50, 60 spent: own money first takes the other loan first, loan money first takes this one."""
    bank = Bank({"a": "c-1"})
    bank.open("a")
    bank.draw("a", 50 * K, loan="loan-1", draw="draw-1")
    bank.draw("a", 50 * K, loan="loan-2", draw="draw-2")
    bank.spend("a", 60 * K)
    assert ledger(bank.records, "libr", "loan-1")["CONSUMPTION"] == 10 * K
    assert ledger(bank.records, "taint-first", "loan-1")["CONSUMPTION"] == 50 * K
    assert ledger(bank.records, "haircut", "loan-2")["CONSUMPTION"] == 30 * K


def test_parts_of_a_payment_keep_their_order() -> None:
    """Own 10 then loan 20 go to a friend in one payment; the friend's first 10 spent are not loan money."""
    bank = Bank({"a": "c-1", "b": "c-2"})
    bank.open("a", 10 * K)
    bank.open("b")
    bank.draw("a", 20 * K)
    bank.send("a", "b", 30 * K)
    first, second = bank.spend("b", 10 * K), bank.spend("b", 10 * K)
    payments = followed(bank.records).payments
    assert {part.draw for part in payments[first].parts} == {OWN}
    assert {part.draw for part in payments[second].parts} == {"draw-1"}
