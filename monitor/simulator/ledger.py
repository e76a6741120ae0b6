"""The ledger: every posting has a number without gaps and a balance after it; money is moved, never made."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from monitor.simulator.loan_money import NOTHING, LoanMoneys, Parts

AccountKind = Literal["deposit", "credit_card"]


@dataclass(slots=True)
class Account:
    """One account. Money in minor units; a credit card's balance is negative while money is owed."""

    account_id: str
    customer_id: str
    kind: AccountKind = "deposit"
    balance: int = 0
    sequence: int = 0
    credit_limit: int = 0
    held: int = 0
    loan_money: LoanMoneys = field(default_factory=LoanMoneys)

    @property
    def available(self) -> int:
        """What may still be spent."""
        return self.balance + self.credit_limit - self.held


class Entry(NamedTuple):
    """Number and balance of a posting."""

    acct_seq: int
    balance_after: int


class Ledger:
    """All accounts of the bank, and one figure for the world outside."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.outside = 0

    def open(self, account: Account) -> Account:
        """Take an account into the books; its opening balance came from outside."""
        self.accounts[account.account_id] = account
        self.outside -= account.balance
        return account

    def debit(self, account: Account, amount: int) -> tuple[Entry, Parts]:
        """Take `amount` out; return the entry and the loan money that left."""
        part = account.loan_money.take(amount, account.balance)
        self.outside += amount
        return self._post(account, -amount), part

    def credit(self, account: Account, amount: int, loan_money: Parts = NOTHING) -> Entry:
        """Put `amount` in, carrying that loan money; on a credit card it pays what is owed and is gone."""
        if account.kind == "deposit":
            account.loan_money.add(loan_money)
        self.outside -= amount
        return self._post(account, amount)

    def total(self) -> int:
        """Everything inside and outside; it never changes."""
        return self.outside + sum(account.balance for account in self.accounts.values())

    @staticmethod
    def _post(account: Account, amount: int) -> Entry:
        account.balance += amount
        account.sequence += 1
        return Entry(account.sequence, account.balance)
