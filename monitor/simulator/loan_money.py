"""The bank's own word on loan money in an account: the least and the most there can be, by whatever rule it is counted.

Written from the definition, per account and borrower, all loans of a borrower together. It goes with the money to other
customers. The truth file rests on it, nothing else does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Parts = Mapping[str, tuple[int, int]]
"""Borrower (customer id) -> least and most loan money of his in a payment, minor units."""

NOTHING: Parts = {}


@dataclass(slots=True)
class LoanMoney:
    """Bounds of one borrower's loan money in one account, minor units."""

    least: int = 0
    most: int = 0

    def take(self, amount: int, balance: int) -> tuple[int, int]:
        """Book an outflow of `amount` out of `balance`; return the least and most loan money it carries."""
        certain, possible = self.part_of(amount, balance)
        self.least = max(0, self.least - possible)
        self.most = min(self.most - certain, max(0, balance - amount))
        return certain, possible

    def part_of(self, amount: int, balance: int) -> tuple[int, int]:
        """Return what an outflow of `amount` out of `balance` would carry."""
        own = max(0, balance) - self.least
        return max(0, amount - own), min(amount, self.most)

    def add(self, certain: int, possible: int) -> None:
        """Book an inflow that carries between `certain` and `possible` loan money."""
        self.least += certain
        self.most += possible


@dataclass(slots=True)
class LoanMoneys:
    """Bounds in one account for every borrower whose loan money may be in it."""

    of: dict[str, LoanMoney] = field(default_factory=dict)

    def take(self, amount: int, balance: int) -> Parts:
        """Book an outflow of `amount` out of `balance`; return what it carries."""
        parts = {borrower: money.take(amount, balance) for borrower, money in self.of.items()}
        self.of = {borrower: money for borrower, money in self.of.items() if money.most}
        return parts

    def part_of(self, amount: int, balance: int) -> Parts:
        """Return what an outflow of `amount` out of `balance` would carry."""
        return {borrower: money.part_of(amount, balance) for borrower, money in self.of.items()}

    def add(self, parts: Parts) -> None:
        """Book an inflow that carries `parts`."""
        for borrower, part in parts.items():
            self.of.setdefault(borrower, LoanMoney()).add(*part)
