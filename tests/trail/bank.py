"""A bank that tells what happens, for tests of the trail: right numbers and balances, both legs, a minute apart."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from monitor.trail.reading import Record
from topics import customers, loans, names, reference, transfers
from topics.cards import CardPosting
from topics.codec import encode
from topics.instants import event_time_ms
from topics.keys import entity_key

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SECURITIES = {"product_code": "SECURITIES_TRANSFER", "counterparty_agent": "BROKER", "counterparty_name": "明湖证券"}
SHOP = {"merchant_category_code": "5411", "card_acceptor_id": "shop-1", "card_acceptor_name": "家家超市"}
_TOPICS = {
    CardPosting.__module__: names.CARD_TRANSACTIONS,
    transfers.__name__: names.TRANSFERS,
    loans.__name__: names.LOANS,
    customers.__name__: names.CUSTOMERS,
    reference.__name__: names.REFERENCE,
}


@dataclass
class Bank:
    """`owners`: account -> customer. Accounts need not be opened: then the first posting makes them known."""

    owners: dict[str, str]
    now: datetime = START
    balances: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    records: list[Record] = field(default_factory=list)

    # -- what happens --------------------------------------------------------------------------------

    def open(self, account: str, balance: int = 0, kind: str = "deposit") -> None:
        """Make an account known."""
        self.balances[account] = balance
        told = {"account_kind": kind, "currency": "CNY", "acct_seq": 0, "balance": balance}
        self.tell(customers.AccountOpened, customer_id=self.owners[account], account=account, **told)

    def draw(self, account: str, amount: int, loan: str = "loan-1", draw: str = "draw-1") -> str:
        """Grant the loan, if it is new, and pay a draw out; its payment."""
        granted = {"loan_id": loan, "credit_limit": 10**9, "currency": "CNY"}
        self.tell(loans.LoanOpened, customer_id=self.owners[account], **granted)
        return self.post(loans.LoanDisbursed, account, amount, loan_id=loan, draw_id=draw)

    def repay(self, account: str, amount: int, loan: str = "loan-1") -> str:
        """Take an instalment."""
        return self.post(loans.LoanRepaid, account, -amount, loan_id=loan, principal=amount)

    def receive(self, account: str, amount: int) -> str:
        """Money from another bank."""
        return self.transfer(account, amount, counterparty_account="x-employer", counterparty_agent="ICBK")

    def send(self, source: str, target: str, amount: int, other_leg: Mapping[str, Any] = MappingProxyType({})) -> str:
        """Pay another account of this bank: both legs. `other_leg`: what the credit says instead."""
        payment = self.transfer(source, -amount, **self._other(target, source))
        said = {"amount": amount, **self._other(source, target), **other_leg}
        self.transfer(target, said.pop("amount"), payment_id=payment, **said)
        return payment

    def spend(self, account: str, amount: int, **shop: str) -> str:
        """Pay in a shop by card."""
        said = {"posting_kind": "clearing", "credit_debit": "DBIT", "account_kind": "deposit", **SHOP, **shop}
        return self.post(CardPosting, account, -amount, **said)

    def refund(self, account: str, payment: str, amount: int) -> str:
        """Let a shop give money back."""
        said = {"posting_kind": "refund", "credit_debit": "CRDT", "account_kind": "deposit", **SHOP}
        return self.post(CardPosting, account, amount, original_payment_id=payment, **said)

    def invest(self, account: str, amount: int) -> str:
        """Pay a broker."""
        return self.transfer(account, -amount, counterparty_account="x-broker", **SECURITIES)

    def reverse(self, payment: str, source: str, target: str, amount: int) -> None:
        """Take a payment from `source` to `target` back, technically: both legs bear its id."""
        back = {"payment_id": payment, "posting_kind": "reversal"}
        self.transfer(target, -amount, **self._other(source, target), **back)
        self.transfer(source, amount, **self._other(target, source), **back)

    def give_back(self, payment: str, source: str, target: str, amount: int) -> str:
        """Let the receiver `target` send a payment back; the payment that does."""
        named = {"posting_kind": "return", "original_payment_id": payment}
        back = self.transfer(target, -amount, **self._other(source, target), **named)
        self.transfer(source, amount, payment_id=back, **self._other(target, source), **named)
        return back

    def settle(self, account: str, loan: str = "loan-1", draw: str | None = None) -> None:
        """Close the loan, or one draw."""
        self.tell(loans.LoanClosed, customer_id=self.owners[account], loan_id=loan, draw_id=draw)

    def shut(self, account: str) -> None:
        """Close an account."""
        self.tell(customers.AccountClosed, customer_id=self.owners[account], account=account)

    # -- how it is told ------------------------------------------------------------------------------

    def transfer(self, account: str, amount: int, posting_kind: str = "transfer", **fields: Any) -> str:
        """One leg; a negative amount leaves the account."""
        side = "CRDT" if amount > 0 else "DBIT"
        return self.post(
            transfers.TransferPosting, account, amount, posting_kind=posting_kind, credit_debit=side, **fields
        )

    def post(self, kind: type[Any], account: str, amount: int, **fields: Any) -> str:
        """A posting; its payment."""
        self.balances[account] += amount
        self.numbers[account] += 1
        said = {
            "customer_id": self.owners[account],
            "payment_id": f"p{len(self.records)}",
            "account": account,
            "acct_seq": self.numbers[account],
            "balance_after": self.balances[account],
            "amount": abs(amount),
            "currency": "CNY",
            **fields,
        }
        self.tell(kind, **said)
        return str(said["payment_id"])

    def tell(self, kind: type[Any], /, **fields: Any) -> None:
        """Any message, now."""
        self.now += timedelta(minutes=1)
        message = kind(schema_version=1, event_id=f"e{len(self.records)}", event_time=self.now, **fields)
        topic = _TOPICS[kind.__module__]
        self.records.append(Record(topic, entity_key(message), event_time_ms(message), encode(message)))

    def _other(self, account: str, here: str) -> dict[str, Any]:
        whose = self.owners[account]
        same = whose == self.owners[here]
        return {
            "counterparty_account": account,
            "counterparty_customer_id": whose,
            "counterparty_name": f"Holder of {account}",
            "same_name": same,
        }
