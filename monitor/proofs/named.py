"""Payments that armed a block together, as partitions told each other of them on fund-flow.

The reason of a decision names the largest; these words name all, with what is certain of each.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from monitor.engine.loan_money.homecoming import HORIZON
from monitor.live.seen import Seen
from monitor.proofs.books import Books, Place, is_credit, message_of, order
from monitor.proofs.writing import NOT_NAMED, NotProven
from topics.answers import Reason
from topics.fund_flow import Book, Tag
from topics.instants import event_time_ms

Payment = tuple[str, str]  # account and payment
W = TypeVar("W", Book, Tag)


class Named(NamedTuple):
    """Draws, and what is said to be certain of them in each payment, minor units; the messages that say it."""

    draws: frozenset[str]
    said: Counter[Payment]
    words: tuple[Seen, ...] = ()


def spent_by_others(reason: Reason, customer: str, at: int, books: Books) -> Named:
    """Of all draws of the loan, up to the word that armed the block, or else the decision, appended `at`, ms.

    Raises NotProven if nothing was told.
    """
    loans = books.draws_of.get(customer, {})
    about = {loans.get(part.draw_id) for part in reason.payments}
    draws = frozenset(draw for draw, loan in loans.items() if loan in about)
    told = list(_told(draws, at, books, Book))
    last = next((seen.offset for seen, book in told if book.event_id in reason.event_ids), None)
    words = [(seen, book) for seen, book in told if last is None or seen.offset <= last]
    said = Counter[Payment]()
    for _, book in words:
        said[book.account, book.payment_id or ""] += book.sign * book.certain
    return _named(draws, said, words)


def came_home(reason: Reason, customer: str, at: int, books: Books) -> Named:
    """Of the draw the reason names, in the days before the credit that armed the block. NotProven if nothing did."""
    draws = frozenset(part.draw_id for part in reason.payments)
    armed = books.message(customer, reason.event_ids)
    if armed is None:
        raise NotProven(NOT_NAMED)
    words = [(seen, tag) for seen, tag in _told(draws, at, books, Tag) if _came_in_days_before(armed, tag, books)]
    said = Counter[Payment]()
    for _, tag in words:
        said[tag.account, tag.transfer] += sum(share.certain for draw, share in tag.shares.items() if draw in draws)
    return _named(draws, said, words)


def postings(payment: Payment, books: Books, *, incoming: bool) -> Iterator[Place]:
    """Those of a payment in its account; one by card may be posted in several parts."""
    account, name = payment
    book = books.accounts.get(account)
    for number in sorted(book.by_payment.get(name, ())) if book else ():
        if is_credit(books.posting(account, number)) == incoming:
            yield account, number


def _told(draws: Iterable[str], at: int, books: Books, kind: type[W]) -> Iterator[tuple[Seen, W]]:
    """Words of this kind about the draws, up to append time `at`; of one that was sent again, the first."""
    told: dict[bytes | None, Seen] = {}
    for seen in [seen for draw in sorted(draws) for seen in books.told.get(draw, ())]:
        if seen.at <= at:
            told.setdefault(seen.value, seen)
    for seen in told.values():
        if isinstance(word := message_of(seen), kind):
            yield seen, word


def _named(draws: frozenset[str], said: Counter[Payment], words: Sequence[tuple[Seen, Book | Tag]]) -> Named:
    if not words:
        raise NotProven(NOT_NAMED)
    return Named(draws, said, tuple(seen for seen, _ in words))


def _came_in_days_before(armed: Seen, tag: Tag, books: Books) -> bool:
    places = postings((tag.account, tag.transfer), books, incoming=True)
    before = [books.posting(*place) for place in places if books.order(place) <= order(armed)]
    since = event_time_ms(message_of(armed)) - HORIZON
    return any(event_time_ms(posting) > since for posting in before)
