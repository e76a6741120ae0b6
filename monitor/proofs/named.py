"""Payments that armed a block together, as partitions told each other of them on fund-flow.

The reason of a decision names the largest; these words name all, with what is certain of each.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from monitor.engine.loan_money.homecoming import HORIZON
from monitor.live.seen import Seen
from monitor.proofs.books import Books, Place, is_credit, message_of
from monitor.proofs.writing import NOT_NAMED, NotProven
from topics.answers import Decision, Reason
from topics.fund_flow import Book, Tag
from topics.instants import event_time_ms, milliseconds

Payment = tuple[str, str]  # account and payment
W = TypeVar("W", Book, Tag)


class Named(NamedTuple):
    """Draws, and what is said to be certain of them in each payment, minor units; the messages that say it."""

    draws: frozenset[str]
    said: Counter[Payment]
    words: tuple[Seen, ...] = ()


def spent_by_others(reason: Reason, decision: Decision, books: Books) -> Named:
    """Of all draws of the loan, up to the word that armed the block if one did. Raises NotProven if there is none."""
    loans = books.draws_of.get(decision.customer_id, {})
    about = {loans.get(part.draw_id) for part in reason.payments}
    draws = frozenset(draw for draw, loan in loans.items() if loan in about)
    told = list(_told(draws, decision, books, Book))
    last = next((seen.offset for seen, book in told if book.event_id in reason.event_ids), None)
    words = [(seen, book) for seen, book in told if last is None or seen.offset <= last]
    said = Counter[Payment]()
    for _, book in words:
        said[book.account, book.payment_id or ""] += book.sign * book.certain
    return _named(draws, said, words)


def came_home(reason: Reason, decision: Decision, books: Books) -> Named:
    """Of the draw the reason names, in the days before the credit that armed the block. NotProven if there is none."""
    draws = frozenset(part.draw_id for part in reason.payments)
    armed = books.message(decision.customer_id, reason.event_ids)
    until = event_time_ms(message_of(armed)) if armed is not None else 0
    told = _told(draws, decision, books, Tag)
    words = [(seen, tag) for seen, tag in told if _came_in_days_before(until, tag, books)]
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


def _told(draws: Iterable[str], decision: Decision, books: Books, kind: type[W]) -> Iterator[tuple[Seen, W]]:
    """Words of this kind about the draws, up to the decision; of one that was sent again, the first."""
    told: dict[bytes | None, Seen] = {}
    for seen in [seen for draw in sorted(draws) for seen in books.told.get(draw, ())]:
        if seen.at <= milliseconds(decision.batch_clock):
            told.setdefault(seen.value, seen)
    for seen in told.values():
        if isinstance(word := message_of(seen), kind):
            yield seen, word


def _named(draws: frozenset[str], said: Counter[Payment], words: Sequence[tuple[Seen, Book | Tag]]) -> Named:
    if not words:
        raise NotProven(NOT_NAMED)
    return Named(draws, said, tuple(seen for seen, _ in words))


def _came_in_days_before(until: int, tag: Tag, books: Books) -> bool:
    places = postings((tag.account, tag.transfer), books, incoming=True)
    times = (event_time_ms(books.posting(*place)) for place in places)
    return any(until - HORIZON < time <= until for time in times)
