"""Books of bounded size, for a process that runs on: what may be needed for a proof is kept, the rest soon forgotten.

Kept is everything of accounts that may hold loan money: those of customers who were paid a draw or sent a tag. Of all
others only the last minutes, since the message that makes an account one of these may come a moment later. Beyond
`most` records the account that was quiet longest is forgotten whole: a proof that would need it is then refused by
name, never wrong, because what is not there counts as own money. Beside the records there are the words of partitions
about payments that may arm a block, at most `most` too, of which the draw told of first goes first; and one name for
each draw, each customer and account that was sent a tag, and each credit card.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from monitor.live.seen import Seen
from monitor.proofs.books import Books, Entered, message_of
from topics.fields import Posting
from topics.names import LOANS

MOST_RECORDS: Final = 1_000_000
RECENT_MS: Final = 10 * 60_000
TAGS: Final = "fund-flow"


class _Draw(msgspec.Struct):
    """As much of a disbursement as says who is a borrower."""

    type: Literal["loan.disbursed"]
    customer_id: str


class _Tag(msgspec.Struct):
    """As much of a tag as says that an account, and any other of its customer, may have loan money."""

    type: Literal["fund_flow.tag"]
    customer_id: str
    account: str
    shares: dict[str, Any]


_SIGNS: Final[dict[str, Callable[[bytes], _Draw | _Tag]]] = {
    LOANS: msgspec.json.Decoder(_Draw).decode,
    TAGS: msgspec.json.Decoder(_Tag).decode,
}
SIGNS: Final = tuple(_SIGNS)
"""Topics that say where loan money is. Read them first, when catching up: then nothing is forgotten too soon."""


class KeptBooks(Books):
    """`forgotten`: accounts that may have held loan money and were forgotten, so far."""

    def __init__(self, most: int = MOST_RECORDS, recent_ms: int = RECENT_MS) -> None:
        super().__init__()
        self.most, self.recent_ms = most, recent_ms
        self.records = self.forgotten = self.words = self._newest = 0
        self._borrowers: set[str] = set()
        self._tagged: set[str] = set()
        self._quiet: dict[str, None] = {}  # accounts that are kept, quiet longest first
        self._recent: deque[tuple[int, str, int | str]] = deque()

    def note(self, seen: Seen) -> None:
        """Learn where loan money is from a record of SIGNS."""
        try:
            sign = _SIGNS[seen.topic](seen.value or b"")
        except msgspec.DecodeError:  # another message
            return
        if isinstance(sign, _Draw):
            self._borrowers.add(sign.customer_id)
        elif sign.shares:
            self._tagged.add(sign.account)
            self._borrowers.add(sign.customer_id)

    def take(self, seen: Seen) -> Entered | None:
        """Enter a record, then forget what is not needed any more."""
        if seen.topic in SIGNS:
            self.note(seen)
        entered = super().take(seen)
        if entered is not None:
            self._count(seen, entered)
        self._newest = max(self._newest, seen.at)
        self._forget()
        return entered

    def _tell(self, draw: str, seen: Seen) -> None:
        super()._tell(draw, seen)
        self.words += 1
        while self.words > self.most:
            self.words -= len(self.told.pop(next(iter(self.told))))

    def keeps(self, account: str) -> bool:
        """Whether the account may hold loan money."""
        book = self.accounts.get(account)
        return account in self._tagged or (book is not None and book.customer in self._borrowers)

    def _count(self, seen: Seen, entered: Entered) -> None:
        self.records += 1
        if self.keeps(entered.account):
            self._quiet.pop(entered.account, None)
            self._quiet[entered.account] = None
        else:
            self._recent.append((seen.at, entered.account, entered.name))

    def _forget(self) -> None:
        oldest = self._newest - self.recent_ms
        while self._recent and (self._recent[0][0] < oldest or 2 * len(self._recent) > self.most):
            _, account, name = self._recent.popleft()
            if self.keeps(account):
                self._quiet.setdefault(account, None)
            else:
                self._drop(account, name)
        while self.records > self.most and self._quiet:
            self._drop_account(next(iter(self._quiet)))

    def _drop(self, account: str, name: int | str) -> None:
        book = self.accounts.get(account)
        if book is None or name not in (book.postings if isinstance(name, int) else book.requests):
            return  # forgotten meanwhile, with its account
        if isinstance(name, int):
            self._drop_posting(account, name)
        else:
            del book.requests[name]
        self.records -= 1
        if not book.postings and not book.requests:
            self._close(account)

    def _drop_posting(self, account: str, number: int) -> None:
        book = self.accounts[account]
        posting = message_of(book.postings.pop(number))
        assert isinstance(posting, Posting)
        book.by_payment[posting.payment_id].remove(number)
        if not book.by_payment[posting.payment_id]:
            del book.by_payment[posting.payment_id]

    def _drop_account(self, account: str) -> None:
        book = self.accounts[account]
        self.records -= len(book.postings) + len(book.requests)
        self.forgotten += 1
        del self._quiet[account]
        self._tagged.discard(account)
        self._close(account)

    def _close(self, account: str) -> None:
        customer = self.accounts.pop(account).customer
        del self.accounts_of[customer][account]
        if not self.accounts_of[customer]:
            del self.accounts_of[customer]
