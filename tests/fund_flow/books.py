"""A bank's books: numbers without gaps, balances that are right, both legs of a transfer. It writes JSON messages.

Amounts are minor units. Every message happens a little after the one before it, so that their order is never in doubt.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.fund_flow.happenings import Judgement
from topics import names

Written = dict[str, Any]
START: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

TOPIC_OF: Final = {
    "transfer.posting": names.TRANSFERS,
    "card.posting": names.CARD_TRANSACTIONS,
    "loan.opened": names.LOANS,
    "loan.disbursed": names.LOANS,
    "loan.repaid": names.LOANS,
    "loan.closed": names.LOANS,
    "customer.account_opened": names.CUSTOMERS,
    "customer.account_closed": names.CUSTOMERS,
    "customer.account_statement": names.CUSTOMERS,
}

ELSEWHERE: Final = "OTHERBANK"
_PRODUCTS: Final = {"SECURITIES": "SECURITIES_TRANSFER", "WEALTH_AM": "FUND_PURCHASE"}


def destination(message: Any) -> str:
    """The class of use that these books meant."""
    if message["type"] == "loan.repaid":
        return "REPAID"
    if message["type"] == "card.posting":
        return "CONSUMPTION"
    if message.get("posting_kind") == "cash":
        return "CASH"
    by_product = {product: use for use, product in _PRODUCTS.items()}
    return by_product.get(message.get("product_code") or "", "UNKNOWN")


JUDGEMENT: Final = Judgement(destination)


@dataclass
class Paid:
    """A payment that may still be given back. `kind`: "transfer" or "card"; `left` is what was not given back."""

    payment: str
    payer: str
    payee: str
    kind: str
    left: int
    reversed: bool = False


@dataclass
class Books:
    """`customers`: account -> customer. `step`: time between two messages."""

    step: timedelta = timedelta(seconds=2)
    now: datetime = START
    customers: dict[str, str] = field(default_factory=dict)
    balances: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, str] = field(default_factory=dict)
    messages: list[Written] = field(default_factory=list)
    paid: dict[str, Paid] = field(default_factory=dict)
    count: int = 0

    # -- what the bank tells -------------------------------------------------------------------------

    def open(self, account: str, customer: str, *, kind: str = "deposit", balance: int = 0) -> None:
        """Make an account known."""
        self.customers[account], self.kinds[account], self.balances[account] = customer, kind, balance
        self._tell(
            "customer.account_opened",
            customer,
            account=account,
            account_kind=kind,
            currency="CNY",
            acct_seq=0,
            balance=balance,
        )

    def grant(self, customer: str, loan: str) -> None:
        """Grant a line."""
        self._tell("loan.opened", customer, loan_id=loan, credit_limit=10**9, currency="CNY")

    def draw(self, account: str, loan: str, draw: str, amount: int) -> str:
        """Pay a draw out."""
        return self._post("loan.disbursed", account, amount, loan_id=loan, draw_id=draw)

    def repay(self, account: str, loan: str, amount: int) -> str:
        """Take an instalment."""
        return self._post("loan.repaid", account, -amount, loan_id=loan, principal=amount)

    def close(self, customer: str, loan: str, draw: str | None = None) -> None:
        """Settle a loan, or one draw of it."""
        self._tell("loan.closed", customer, loan_id=loan, **({"draw_id": draw} if draw else {}))

    def state(self, account: str, balance: int) -> None:
        """Say that the balance is another one."""
        self.balances[account] = balance
        self._tell(
            "customer.account_statement",
            self.customers[account],
            account=account,
            acct_seq=self.numbers[account],
            balance=balance,
        )

    def shut(self, account: str) -> None:
        """Close an account."""
        self.balances[account] = 0
        self._tell("customer.account_closed", self.customers[account], account=account)

    def receive(self, account: str, amount: int) -> str:
        """Money from outside the bank."""
        return self._transfer(account, amount, "salary", counterparty_account="x-employer")

    def pay(self, payer: str, amount: int, payee: str = "", *, use: str = "CONSUMPTION") -> str:
        """Pay another account of the bank, or something of a class of use; the payment's name."""
        kind = "card" if use == "CONSUMPTION" and not payee else "transfer"
        if payee:
            payment = self._leg(payer, payee, -amount, "transfer")
            self._leg(payee, payer, amount, "transfer", payment_id=payment)
        elif kind == "card":
            payment = self._card(payer, -amount, "clearing")
        else:
            payment = self._leave(payer, amount, use)
        self.paid[payment] = Paid(payment, payer, payee, kind, amount)
        return payment

    def give_back(self, payment: str, amount: int, *, technical: bool = False) -> str:
        """Give a payment back, in whole or in part; the name of the payment that does. Technical: it has none."""
        first = self.paid[payment]
        first.left -= amount
        named = {"payment_id": payment} if technical else {"original_payment_id": payment}
        kind = "reversal" if technical else "return"
        if first.payee:
            first.reversed = first.reversed or technical
            back = self._leg(first.payee, first.payer, -amount, kind, **named)
            self._leg(first.payer, first.payee, amount, kind, **(named | {"payment_id": back}))
            return back
        if first.kind == "card":
            return self._card(first.payer, amount, "refund", original_payment_id=payment)
        return self._transfer(first.payer, amount, "refund", original_payment_id=payment)

    # -- how it writes it down ---------------------------------------------------------------------

    def _leave(self, payer: str, amount: int, use: str) -> str:
        if use == "CASH":
            return self._transfer(payer, -amount, "cash")
        to = {"counterparty_account": f"x-{use.lower()}", "counterparty_agent": ELSEWHERE}
        return self._transfer(payer, -amount, "transfer", **to, product_code=_PRODUCTS.get(use))

    def _leg(self, account: str, other: str, change: int, kind: str, **more: Any) -> str:
        customer = self.customers[other]
        sides = {"counterparty_account": other, "counterparty_customer_id": customer}
        same = customer == self.customers[account]
        return self._transfer(account, change, kind, same_name=same, **sides, **more)

    def _transfer(self, account: str, change: int, kind: str, **more: Any) -> str:
        side = "CRDT" if change > 0 else "DBIT"
        return self._post(
            "transfer.posting",
            account,
            change,
            posting_kind=kind,
            credit_debit=side,
            account_kind=self.kinds[account],
            **more,
        )

    def _card(self, account: str, change: int, kind: str, **more: Any) -> str:
        return self._post(
            "card.posting",
            account,
            change,
            posting_kind=kind,
            credit_debit="CRDT" if change > 0 else "DBIT",
            account_kind=self.kinds[account],
            merchant_category_code="5411",
            card_acceptor_id="shop-1",
            processing_code="20" if change > 0 else "00",
            **more,
        )

    def _post(self, type_: str, account: str, change: int, **more: Any) -> str:
        self.numbers[account] += 1
        self.balances[account] += change
        payment = str(more.pop("payment_id", "") or f"p-{self.count + 1}")
        self._tell(
            type_,
            self.customers[account],
            payment_id=payment,
            account=account,
            acct_seq=self.numbers[account],
            balance_after=self.balances[account],
            amount=abs(change),
            currency="CNY",
            **more,
        )
        return payment

    def _tell(self, type_: str, customer: str, **fields: Any) -> None:
        self.count += 1
        self.now += self.step
        self.messages.append(
            {
                "type": type_,
                "schema_version": 1,
                "event_id": f"e-{self.count:06}",
                "event_time": self.now.isoformat(timespec="milliseconds"),
                "customer_id": customer,
                **fields,
            }
        )
