"""The bank's own word on loan money in an account: the least and the most there can be, by whatever rule it is counted.

Written from the definition, for one account and all loans together; the truth file rests on it, nothing else does.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class LoanMoney:
    """Bounds of the loan money in one account, minor units."""

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
