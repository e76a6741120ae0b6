"""Payments that armed a block together, as partitions told each other of them on fund-flow.

The reason of a decision names the largest; these words name all, with what is certain of each.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from monitor.engine.loan_money.homecoming import HORIZON
from monitor.live.seen import Seen
from monitor.proofs.books import Books, Place, is_credit, message_of
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


def spent_by_others(reason: Reason, customer: str, books: Books) -> Named:
    """Of all draws of a loan, up to the word that armed the block. Raises NotProven where that is not there."""
    loans = books.draws_of.get(customer, {})
    told = list(_told(loans, books, Book))
    armed = next(((seen, book) for seen, book in told if book.event_id in reason.event_ids), None)
    if armed is None:
        raise NotProven(NOT_NAMED)
    draws = frozenset(draw for draw in loans if loans[draw] == loans[armed[1].draw_id])
    words = [(seen, book) for seen, book in told if book.draw_id in draws and seen.offset <= armed[0].offset]
    said = Counter[Payment]()
    for _, book in words:
        said[book.account, book.payment_id or ""] += book.sign * book.certain
    return Named(draws, said, tuple(seen for seen, _ in words))


def came_home(reason: Reason, customer: str, books: Books) -> Named:
    """Of the draw that the reason names, in the days before the credit that armed the block. Raises NotProven."""
    draws = frozenset(part.draw_id for part in reason.payments)
    armed = books.message(customer, reason.event_ids)
    if armed is None or not draws:
        raise NotProven(NOT_NAMED)
    until = event_time_ms(message_of(armed))
    words = [(seen, tag) for seen, tag in _told(draws, books, Tag) if _came_in_days_before(until, tag, books)]
    said = Counter[Payment]()
    for _, tag in words:
        said[tag.account, tag.transfer] += sum(tag.shares[draw].certain for draw in draws)
    return Named(draws, said, tuple(seen for seen, _ in words))


def postings(payment: Payment, books: Books, *, incoming: bool) -> Iterator[Place]:
    """Those of a payment in its account; one by card may be posted in several parts."""
    account, name = payment
    book = books.accounts.get(account)
    for number in sorted(book.by_payment.get(name, ())) if book else ():
        if is_credit(books.posting(account, number)) == incoming:
            yield account, number


def _told(draws: Iterable[str], books: Books, kind: type[W]) -> Iterator[tuple[Seen, W]]:
    """What was told of these draws in words of this kind, each once, however often it was sent."""
    told = {seen.value: seen for draw in draws for seen in books.told.get(draw, ())}
    for seen in told.values():
        if isinstance(word := message_of(seen), kind):
            yield seen, word


def _came_in_days_before(until: int, tag: Tag, books: Books) -> bool:
    places = postings((tag.account, tag.transfer), books, incoming=True)
    times = (event_time_ms(books.posting(*place)) for place in places)
    return any(until - HORIZON < time <= until for time in times)
