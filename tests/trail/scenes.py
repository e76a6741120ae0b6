"""Histories that more than one test looks at."""

from datetime import datetime

from tests.trail.bank import START, Bank

CNY = 100
K = 1_000 * CNY


def through_friends(start: datetime = START) -> Bank:
    """A loan of 100,000 goes through two friends and a third to a broker; some comes home, some is spent."""
    bank = Bank({"a-1": "c-1", "a-2": "c-1", "b-1": "c-2", "c-1": "c-3", "d-1": "c-4"}, start)
    for account, balance in (("a-1", 0), ("a-2", 500 * CNY), ("b-1", 0), ("c-1", 0), ("d-1", 0)):
        bank.open(account, balance)
    bank.draw("a-1", 100 * K)
    bank.send("a-1", "b-1", 30 * K)
    bank.send("a-1", "b-1", 20 * K)
    bank.send("a-1", "c-1", 20 * K)
    bank.send("a-1", "a-2", 10 * K)
    bank.send("b-1", "d-1", 40 * K)
    bank.spend("b-1", 2 * K)
    bank.send("c-1", "d-1", 20 * K)
    bank.invest("d-1", 45 * K)
    bank.send("d-1", "a-1", 5 * K)
    bank.spend("a-2", 3 * K)
    bank.repay("a-1", 2 * K)
    bank.invest("a-1", 8 * K)
    return bank
