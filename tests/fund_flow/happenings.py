"""The bank's messages, in any order, as what happened: each account's postings in its own order, and what has none.

A credit from another account of the bank is paired with the debit it comes from. Repeats are dropped.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fund_flow.figures import LOAN_CURRENCY

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Judgement:
    """What only those know who know the bank.

    `destination`: the class of use of an outflow. `hubs`: accounts through which nothing is followed. `bridge`: of
    which kind of virtual edge a payment may be an end, "" for none.
    """

    destination: Callable[[Message], str]
    hubs: frozenset[str] = frozenset()
    bridge: Callable[[Message], str] = lambda _: ""


_POSTINGS = ("transfer.posting", "card.posting", "loan.disbursed", "loan.repaid")
_BACKWARD = ("refund", "return", "reversal", "chargeback")


@dataclass(frozen=True)
class Leg:
    """One posting. `transfer` names the payment between its two legs, `original` the payment it gives back ("").

    `other`: the account of this bank on the other side, "" when the money comes from or goes to elsewhere.
    `draw`, `loan`: of a disbursement. `bucket`: where an outflow that leaves the accounts ends; `bridge`: the kind of
    virtual edge it may be an end of. `other_currency`, `other_amount`: the other leg's, where it is another currency.
    """

    event: str
    time: int
    customer: str
    account: str
    seq: int
    balance_after: int
    amount: int
    credit: bool
    transfer: str
    original: str
    other: str
    same_name: bool
    bucket: str
    bridge: str
    draw: str
    loan: str
    currency: str
    other_currency: str
    other_amount: int

    @property
    def balance_before(self) -> int:
        """The ledger's balance before it."""
        return self.balance_after - (self.amount if self.credit else -self.amount)


@dataclass(frozen=True)
class Statement:
    """The ledger's word on a balance, after posting `seq`."""

    event: str
    time: int
    account: str
    seq: int
    balance: int


@dataclass(frozen=True)
class Closing:
    """A loan (all its draws), or one draw, is settled; or an account is closed."""

    event: str
    time: int
    loan: str = ""
    draw: str = ""
    account: str = ""


Happens = Leg | Statement | Closing


@dataclass
class Opening:
    """An account, and the last posting its opening balance includes; unknown when no message opened it."""

    customer: str
    card: bool = False
    known: bool = False
    seq: int = 0
    balance: int = 0


@dataclass
class Book:
    """Everything that happened, sorted. `steps`: by account, in the order of its postings."""

    openings: dict[str, Opening] = field(default_factory=dict)
    steps: dict[str, list[Leg | Statement]] = field(default_factory=dict)
    closings: list[Closing] = field(default_factory=list)
    debits: dict[str, str] = field(default_factory=dict)  # transfer -> account it comes from


def read(messages: Iterable[Message], judgement: Judgement) -> Book:
    """Sort the messages."""
    once = {str(message["event_id"]): message for message in messages}
    ordered = sorted(once.values(), key=_key)
    book = Book()
    for message in ordered:
        _open(book, message)
    legs = _pair(_first_of_each([_leg(book, m, judgement) for m in ordered if m["type"] in _POSTINGS]))
    statements = [_statement(m) for m in ordered if m["type"] == "customer.account_statement"]
    steps: list[Leg | Statement] = [*legs, *statements]
    for step in sorted(steps, key=lambda step: (step.seq, isinstance(step, Statement), step.time)):
        if step.account in book.openings and step.seq > book.openings[step.account].seq - isinstance(step, Statement):
            book.steps.setdefault(step.account, []).append(step)
    book.closings = [_closing(m) for m in ordered if m["type"] in ("loan.closed", "customer.account_closed")]
    book.debits = {leg.transfer: leg.account for leg in legs if leg.other and not leg.credit}
    return book


def by_event(book: Book) -> dict[str, Happens]:
    """What happened, by the message that told it."""
    steps: list[Happens] = [step for steps in book.steps.values() for step in steps]
    return {happens.event: happens for happens in [*steps, *book.closings]}


def _key(message: Message) -> tuple[int, str]:
    return milliseconds(message["event_time"]), str(message["event_id"])


def milliseconds(instant: str) -> int:
    """RFC 3339 to milliseconds since the epoch."""
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


def _open(book: Book, message: Message) -> None:
    """The first message that opens an account counts; else its first posting makes it known."""
    opened = message["type"] == "customer.account_opened"
    if message["type"] not in _POSTINGS and not opened:
        return
    account, customer = str(message["account"]), str(message["customer_id"])
    opening = book.openings.setdefault(account, Opening(customer))
    opening.card = opening.card or message.get("account_kind") == "credit_card"
    if opened and not opening.known:
        opening.known, opening.seq, opening.balance = True, message["acct_seq"], message["balance"]


def _leg(book: Book, m: Message, judgement: Judgement) -> Leg:
    credit = m.get("credit_debit") == "CRDT" or m["type"] == "loan.disbursed"
    original, payment = _original(m), str(m["payment_id"])
    other = _other(book, m, judgement.hubs)
    return Leg(
        event=str(m["event_id"]),
        time=milliseconds(m["event_time"]),
        customer=str(m["customer_id"]),
        account=str(m["account"]),
        seq=m["acct_seq"],
        balance_after=m["balance_after"],
        amount=m["amount"],
        credit=credit,
        transfer=f"{payment}<" if original == payment else payment,
        original=original,
        other=other,
        same_name=bool(m.get("same_name")),
        bucket="" if credit or other else judgement.destination(m),
        bridge=judgement.bridge(m) if _may_bridge(book, m, other) else "",
        draw=str(m.get("draw_id") or "") if m["type"] == "loan.disbursed" else "",
        loan=str(m.get("loan_id") or ""),
        currency=str(m["currency"]),
        other_currency=str(m.get("counterparty_currency") or "") if other else "",
        other_amount=int(m.get("counterparty_amount") or 0) if other and not credit else 0,
    )


def _may_bridge(book: Book, m: Message, other: str) -> bool:
    """A virtual edge compares amounts, so it is between deposits in the currency of the loans."""
    return not other and not book.openings[m["account"]].card and m["currency"] == LOAN_CURRENCY


def _original(m: Message) -> str:
    """A technical reversal bears the id of the payment it takes back; the others name it."""
    if m.get("posting_kind") not in _BACKWARD:
        return ""
    fallback = m["payment_id"] if m["posting_kind"] == "reversal" else ""
    return str(m.get("original_payment_id") or fallback)


def _other(book: Book, m: Message, hubs: frozenset[str]) -> str:
    """The account on the other side, when it is the customer's own, or one of this bank and no hub is at either end."""
    account = str(m.get("counterparty_account") or "")
    opening = book.openings.get(account)
    if opening is not None and opening.customer == m["customer_id"]:
        return account
    return account if m.get("counterparty_customer_id") and hubs.isdisjoint((account, m["account"])) else ""


def _statement(m: Message) -> Statement:
    return Statement(str(m["event_id"]), milliseconds(m["event_time"]), str(m["account"]), m["acct_seq"], m["balance"])


def _closing(m: Message) -> Closing:
    fields = {name: str(m.get(f"{name}_id") or "") for name in ("loan", "draw")}
    return Closing(str(m["event_id"]), milliseconds(m["event_time"]), **fields, account=str(m.get("account") or ""))


def _first_of_each(legs: list[Leg]) -> list[Leg]:
    """A second posting of one number is a repeat."""
    numbered: dict[tuple[str, int], Leg] = {}
    for leg in legs:
        numbered.setdefault((leg.account, leg.seq), leg)
    return list(numbered.values())


def _pair(legs: list[Leg]) -> list[Leg]:
    """Tell payments of one name apart: the first debit goes with the first credit, the second with the second."""
    seen: defaultdict[tuple[str, bool], int] = defaultdict(int)
    paired = []
    for leg in sorted(legs, key=lambda leg: (leg.time, leg.account, leg.seq)):
        number = seen[leg.transfer, leg.credit] = seen[leg.transfer, leg.credit] + 1
        paired.append(leg if number == 1 or not leg.other else _renamed(leg, f"{leg.transfer}#{number}"))
    return paired


def _renamed(leg: Leg, transfer: str) -> Leg:
    return Leg(**{**vars(leg), "transfer": transfer})
