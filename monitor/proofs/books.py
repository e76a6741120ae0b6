"""What the bank said, by account: postings, requests for money to go out, and what was closed.

Nothing is interpreted here but what makes a message itself: a posting is its account and number, a request its
payment; the first one of a name stands, as in the engine.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from monitor.engine.open_requests import REQUEST_LIFE
from monitor.live.seen import Seen
from topics import names
from topics.cards import CardAuthorization
from topics.codec import decode
from topics.customers import AccountOpened
from topics.fields import Message, OutcomeMessage, Posting
from topics.loans import LoanClosed, LoanDisbursed
from topics.refusals import Refused
from topics.transfers import TransferRequest

PAYMENT_IN: Final = "28"
STILL_OPEN: Final = frozenset({"accepted", "hold_released"})

Order = tuple[int, str, int]
OutRequest = TransferRequest | CardAuthorization


def order(seen: Seen) -> Order:
    """Place in the order in which a partition applies its inputs: append time, topic, offset."""
    return seen.at, seen.topic, seen.offset


def message_of(seen: Seen) -> Message:
    """The message again; it was read once before."""
    return decode(seen.topic, seen.key, seen.value, seen.at)


@dataclass(slots=True)
class Asked:
    """A request for money to go out, and where it stopped being open: it moved no money, was replaced, or posted."""

    seen: Seen
    amount: int
    ended: Order | None = None


@dataclass(slots=True)
class AccountBook:
    """One account: postings by number, their numbers by payment, requests by payment."""

    customer: str
    postings: dict[int, Seen] = field(default_factory=dict)
    by_payment: dict[str, list[int]] = field(default_factory=dict)
    requests: dict[str, Asked] = field(default_factory=dict)


class Entered(NamedTuple):
    """A record that was entered: `name` is its posting number, or the payment of a request."""

    account: str
    name: int | str
    message: Posting | OutRequest


class Books:
    """All of them. Reads what `decode` accepts and passes over the rest, as the engine does."""

    def __init__(self) -> None:
        self.accounts: dict[str, AccountBook] = {}
        self.accounts_of: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self.closed: defaultdict[str, list[tuple[Order, str, str | None]]] = defaultdict(list)
        self.cards: set[str] = set()

    def take(self, seen: Seen) -> Entered | None:
        """Enter a record of an input topic; what was entered, if it is new and of an account."""
        if seen.topic not in names.INPUT_TOPICS:
            return None
        try:
            message = message_of(seen)
        except Refused:
            return None
        return self._enter(seen, message)

    def _enter(self, seen: Seen, message: Message) -> Entered | None:
        match message:
            case Posting():
                return self._post(seen, message)
            case TransferRequest() | CardAuthorization():
                return self._ask(seen, message)
            case OutcomeMessage() if message.outcome not in STILL_OPEN:
                self._end(message.customer_id, message.payment_id, order(seen))
            case LoanClosed():
                self.closed[message.customer_id].append((order(seen), message.loan_id, message.draw_id))
            case AccountOpened() if message.account_kind == "credit_card":
                self.cards.add(message.account)
        return None

    def _book(self, account: str, customer: str) -> AccountBook:
        self.accounts_of[customer][account] = None
        return self.accounts.setdefault(account, AccountBook(customer))

    def _post(self, seen: Seen, posting: Posting) -> Entered | None:
        book, number = self._book(posting.account, posting.customer_id), posting.acct_seq
        if number in book.postings:
            return None
        book.postings[number] = seen
        book.by_payment.setdefault(posting.payment_id, []).append(number)
        if getattr(posting, "account_kind", "deposit") == "credit_card":
            self.cards.add(posting.account)
        self._end(posting.customer_id, posting.payment_id, order(seen))
        return Entered(posting.account, number, posting)

    def _ask(self, seen: Seen, request: OutRequest) -> Entered | None:
        if isinstance(request, CardAuthorization) and request.processing_code == PAYMENT_IN:
            return None
        account, payment = account_of(request), request.payment_id
        book = self._book(account, request.customer_id)
        if payment in book.requests:
            return None
        book.requests[payment] = Asked(seen, request.amount)
        return Entered(account, payment, request)

    def _end(self, customer: str, payment: str, place: Order) -> None:
        for account in self.accounts_of.get(customer, ()):
            asked = self.accounts[account].requests.get(payment)
            if asked is not None and asked.ended is None:
                asked.ended = place

    # -- looking up ----------------------------------------------------------------------------------

    def posting(self, account: str, number: int) -> Posting:
        """A posting of an account. Raises KeyError where it is not there."""
        message = message_of(self.accounts[account].postings[number])
        assert isinstance(message, Posting)
        return message

    def joins(self, account: str, number: int) -> bool:
        """Whether a posting and the one before it are both there, and their balances follow each other."""
        postings = self.accounts[account].postings if account in self.accounts else {}
        if number not in postings or number - 1 not in postings:
            return False
        after = self.posting(account, number)
        return self.posting(account, number - 1).balance_after == after.balance_after - signed(after)

    def payment(self, customer: str, payment: str, events: Collection[str]) -> Seen | None:
        """The request or posting of a payment that is one of these events."""
        books = [self.accounts[account] for account in self.accounts_of.get(customer, ())]
        found = [book.requests[payment].seen for book in books if payment in book.requests]
        found += [book.postings[number] for book in books for number in book.by_payment.get(payment, ())]
        return next((seen for seen in found if message_of(seen).event_id in events), None)

    def posted(self, customer: str, events: Collection[str]) -> Seen | None:
        """The customer's first posting that is one of these events."""
        books = (self.accounts[account] for account in self.accounts_of.get(customer, ()))
        found = (seen for book in books for seen in book.postings.values())
        return next((seen for seen in found if message_of(seen).event_id in events), None)

    def last_before(self, account: str, place: Order) -> int:
        """Number of the last posting that lay before `place`; 0 when there is none."""
        postings = self.accounts[account].postings if account in self.accounts else {}
        return max((number for number, seen in postings.items() if order(seen) < place), default=0)

    def open_requests(self, account: str, payment: str, place: Order) -> Iterator[Asked]:
        """Other requests on the account that were asked before `place` and had not ended there, the oldest first."""
        requests = self.accounts[account].requests if account in self.accounts else {}
        others = (asked for name, asked in requests.items() if name != payment)
        for asked in sorted(others, key=lambda one: order(one.seen)):
            since = order(asked.seen)
            alive = since[0] > place[0] - REQUEST_LIFE and (asked.ended is None or asked.ended > place)
            if since < place and alive:
                yield asked

    def counts(self, draw: LoanDisbursed, place: Order) -> bool:
        """Whether what was paid out is loan money at `place`: not closed by then, and not on a credit card."""
        closed = (
            at < place and draw.loan_id == loan and one in (None, draw.draw_id)
            for at, loan, one in self.closed.get(draw.customer_id, ())
        )
        return draw.account not in self.cards and not any(closed)


def account_of(request: OutRequest) -> str:
    """The account that would pay."""
    return request.debtor_account if isinstance(request, TransferRequest) else request.account


def is_credit(posting: Posting) -> bool:
    """Whether it adds money to the account: a draw does, a repayment does not, others say it."""
    direction = getattr(posting, "credit_debit", None)
    return isinstance(posting, LoanDisbursed) if direction is None else direction == "CRDT"


def signed(posting: Posting) -> int:
    """Change of the balance, minor units."""
    return posting.amount if is_credit(posting) else -posting.amount
