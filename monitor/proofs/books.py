"""What was said, by account: postings, requests for money to go out, what was closed, and what partitions told.

Nothing is interpreted here but what makes a message itself: a posting is its account and number, a request its
payment; the first one of a name stands, as in the engine.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from monitor.live.seen import Seen
from rules.uses import FORBIDDEN
from topics import names
from topics.cards import CardAuthorization
from topics.codec import decode
from topics.customers import AccountOpened
from topics.fields import Message, Posting
from topics.fund_flow import Book, Tag
from topics.loans import LoanClosed, LoanDisbursed
from topics.refusals import Refused
from topics.transfers import TransferRequest

PAYMENT_IN: Final = "28"
Order = tuple[int, str, int]
Place = tuple[str, int]  # account, posting number
OutRequest = TransferRequest | CardAuthorization


def order(seen: Seen) -> Order:
    """Place in the order in which a partition applies its inputs: append time, topic, offset."""
    return seen.at, seen.topic, seen.offset


def message_of(seen: Seen) -> Message:
    """The message again; it was read once before."""
    return decode(seen.topic, seen.key, seen.value, seen.at)


@dataclass(slots=True)
class AccountBook:
    """One account: postings by number, their numbers by payment, requests by payment."""

    customer: str
    postings: dict[int, Seen] = field(default_factory=dict)
    by_payment: dict[str, list[int]] = field(default_factory=dict)
    requests: dict[str, Seen] = field(default_factory=dict)


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
        self.closed: dict[tuple[str, str, str | None], Order] = {}  # customer, loan, draw unless all -> when
        self.cards: set[str] = set()
        self.draws_of: defaultdict[str, dict[str, str]] = defaultdict(dict)  # customer -> draw -> its loan
        self.told: dict[str, list[Seen]] = {}
        """Draw -> what partitions told of payments by which others surely spent of it, or sent it home."""

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
            case Book() | Tag():
                for draw in _named(message):
                    self._tell(draw, seen)
            case LoanClosed():
                self.closed.setdefault((message.customer_id, message.loan_id, message.draw_id), order(seen))
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
        if isinstance(posting, LoanDisbursed):
            self.draws_of[posting.customer_id][posting.draw_id] = posting.loan_id
        return Entered(posting.account, number, posting)

    def _ask(self, seen: Seen, request: OutRequest) -> Entered | None:
        if isinstance(request, CardAuthorization) and request.processing_code == PAYMENT_IN:
            return None
        account, payment = account_of(request), request.payment_id
        book = self._book(account, request.customer_id)
        if payment in book.requests:
            return None
        book.requests[payment] = seen
        return Entered(account, payment, request)

    def _tell(self, draw: str, seen: Seen) -> None:
        self.told.setdefault(draw, []).append(seen)

    # -- looking up ----------------------------------------------------------------------------------

    def posting(self, account: str, number: int) -> Posting:
        """A posting of an account. Raises KeyError where it is not there."""
        message = message_of(self.accounts[account].postings[number])
        assert isinstance(message, Posting)
        return message

    def order(self, place: Place) -> Order:
        """When a posting came; first of all, if it is not there."""
        account, number = place
        seen = self.accounts[account].postings.get(number) if account in self.accounts else None
        return order(seen) if seen is not None else (0, "", 0)

    def joins(self, account: str, number: int) -> bool:
        """Whether a posting and the one before it are both there, and their balances follow each other."""
        postings = self.accounts[account].postings if account in self.accounts else {}
        if number not in postings or number - 1 not in postings:
            return False
        after = self.posting(account, number)
        return self.posting(account, number - 1).balance_after == after.balance_after - signed(after)

    def message(self, customer: str, events: Collection[str]) -> Seen | None:
        """The customer's first request or posting that is one of these events."""
        books = [self.accounts[account] for account in self.accounts_of.get(customer, ())]
        found = (seen for book in books for seen in (*book.requests.values(), *book.postings.values()))
        return next((seen for seen in found if message_of(seen).event_id in events), None)

    def counts(self, draw: LoanDisbursed, place: Order) -> bool:
        """Whether what was paid out is loan money at `place`: not closed by then, and not on a credit card."""
        closed = [self.closed.get((draw.customer_id, draw.loan_id, one)) for one in (None, draw.draw_id)]
        return draw.account not in self.cards and not any(at and at < place for at in closed)


def _named(message: Book | Tag) -> list[str]:
    """Draws of which it names a payment: spent on a forbidden use, surely such a one, or surely come home."""
    if isinstance(message, Book):
        return [message.draw_id] if message.sure and message.payment_id and message.bucket in FORBIDDEN else []
    shares = {} if message.undo else message.shares  # what is taken back was never away
    return [
        draw for draw, share in shares.items() if share.certain and share.hops and share.home == message.customer_id
    ]


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
