"""Builds the proof behind a block that rests on payments made before: what others spent, what came home.

Each was posted, so it is a step itself, and what it carries is what is proven of it.
"""

from monitor.live.seen import Seen
from monitor.proofs.books import Books, Order, is_credit, order
from monitor.proofs.ranges import needed
from monitor.proofs.subject import OF_PAYMENT, blocking, of_several
from monitor.proofs.walk import Place, Walk
from monitor.proofs.writing import GAP, LESS_SHOWN, NO_PAYMENT, NOT_NAMED, NotProven, Writer, bare, certain_of
from topics import proofs
from topics.answers import Decision, PaymentPart, Reason

Found = list[tuple[PaymentPart, list[Place]]]  # what a reason names, and its postings


def build_named(decision: Decision, seen: Seen, books: Books) -> proofs.Proof:
    """The proof, all but its seal. `seen`: the record of the decision. Raises NotProven."""
    reasons = [reason for reason in blocking(decision) if of_several(reason)]
    if not reasons:
        raise NotProven(NO_PAYMENT)
    named = [(reason, _found(reason, books)) for reason in reasons]
    asked = {_when(place, books): place for _, found in named for _, places in found for place in places}
    first = min(asked)
    walk = _walk(books, first[0], [asked[when] for when in sorted(asked)])
    writer = Writer(walk)
    writer.show(seen)
    return bare(
        decision,
        seen,
        rests_on=[_rests_on(reason, found, walk) for reason, found in named],
        draws=writer.draws(),
        steps=writer.steps(),
        messages=writer.messages,
    )


def _found(reason: Reason, books: Books) -> Found:
    if not reason.payments:
        raise NotProven(NOT_NAMED)
    incoming = reason.code not in OF_PAYMENT
    found = [(part, _postings(part, books, incoming=incoming)) for part in reason.payments]
    if not all(places for _, places in found):
        raise NotProven(NO_PAYMENT)
    return found


def _postings(part: PaymentPart, books: Books, *, incoming: bool) -> list[Place]:
    """A card payment may be posted in several parts."""
    book = books.accounts.get(part.account)
    numbers = sorted(book.by_payment.get(part.payment_id, ())) if book else []
    return [(part.account, one) for one in numbers if is_credit(books.posting(part.account, one)) == incoming]


def _when(place: Place, books: Books) -> tuple[Order, Place]:
    """In the order in which they came; a draw counts if it ran when the first one did."""
    account, number = place
    return order(books.accounts[account].postings[number]), place


def _walk(books: Books, at: Order, places: list[Place]) -> Walk:
    full = Walk(books, at)
    if any(full.advance(*place) is None for place in places):
        raise NotProven(GAP)
    walk = Walk(books, at, needed(full, places))
    for place in places:
        walk.advance(*place)
    return walk


def _rests_on(reason: Reason, found: Found, walk: Walk) -> proofs.RestsOn:
    """What is shown of the payments. Raises NotProven where it is less than was said of one."""
    parts = [_part(part, places, walk) for part, places in found]
    if any(shown.certain < part.certain for shown, (part, _) in zip(parts, found, strict=True)):
        raise NotProven(LESS_SHOWN)
    covers = sum(part.certain for part, _ in found)
    return proofs.RestsOn(
        code=reason.code,
        currency=walk.books.posting(*found[0][1][0]).currency,
        decided=int(reason.figures.get("certain", covers)),
        covers=covers,
        payments=parts,
    )


def _part(part: PaymentPart, places: list[Place], walk: Walk) -> proofs.PartShown:
    carried = [walk.runs[account].moved[number].carries for account, number in places]
    return proofs.PartShown(
        account=part.account,
        postings=[number for _, number in places],
        payment_id=part.payment_id,
        draw_id=part.draw_id,
        certain=sum(certain_of(bounds, {part.draw_id}) for bounds in carried),
    )
