"""What a reason of a decision is about: whose loan money, in which payments.

One payment: the request it stops, or the posting whose loan money armed the block. Or several that were made before and
armed it together: what others spent of a loan, what came home of it.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from monitor.live.seen import Seen
from monitor.proofs.books import Books, OutRequest, Place, account_of, message_of
from monitor.proofs.named import Named, Payment, came_home, postings, spent_by_others
from monitor.proofs.writing import LESS_SHOWN, NO_PAYMENT, NotProven
from topics.answers import Decision, Reason
from topics.fields import Posting
from topics.loans import LoanDisbursed

PROVEN: Final = frozenset({"FF01", "FF02", "CO01", "CO13"})
"""Rules whose blocks are proven; those of CO01 where the money itself showed the loop: then it names a payment."""

OTHERS_LOAN: Final = "OTHERS_LOAN"
MIXED_LOANS: Final = "MIXED_LOANS"
OWN_LOAN: Final = "OWN_LOAN"
"""What FF02 says it is about: other people's loans; loans so mixed that only their sum is certain; a whole loan."""


class Subject(NamedTuple):
    """`places`: postings that count; or of the `request`, which alone counts then, the last one before it.

    `customer`: who is stopped. `draws`: those whose money it is, where `whose` does not say it. `said`: so much is
    certain of a payment by what names it, minor units; `words`: the messages that do, if the reason does not.
    """

    customer: str
    whose: str
    places: list[Place]
    request: Seen | None = None
    draws: frozenset[str] | None = None
    said: Mapping[Payment, int] = {}
    words: tuple[Seen, ...] = ()

    def is_about(self, draw: LoanDisbursed) -> bool:
        """Whether the rule speaks of this draw's money."""
        if self.draws is not None:
            return draw.draw_id in self.draws
        return self.whose == MIXED_LOANS or (draw.customer_id != self.customer) == (self.whose == OTHERS_LOAN)


def is_proven(reason: Reason) -> bool:
    """Whether it blocks, or arms a block, and rests on traced loan money."""
    blocks = reason.code in PROVEN and reason.action == "BLOCK"
    return blocks and (reason.code != "CO01" or bool(reason.payments))


def decided(reason: Reason) -> int:
    """What the rule counted as certain, minor units."""
    return int(reason.figures.get("certain", sum(part.certain for part in reason.payments)))


def subject_of(reason: Reason, decision: Decision, at: int, books: Books) -> Subject:
    """What the reason is about; `at`: append time of the decision, ms. NotProven where the books do not have it."""
    customer, whose = decision.customer_id, str(reason.figures.get("whose", ""))
    if whose == OWN_LOAN:
        return _of_several(customer, whose, spent_by_others(reason, customer, at, books), books)
    if reason.code == "CO13":
        return _of_several(customer, whose, came_home(reason, customer, at, books), books)
    if reason.code == "CO01":
        said = Counter({(part.account, part.payment_id): part.certain for part in reason.payments})
        named = Named(frozenset(part.draw_id for part in reason.payments), said)
        return _of_several(customer, whose, named, books)
    return _of_event(reason, decision, whose, books)


def _of_several(customer: str, whose: str, named: Named, books: Books) -> Subject:
    paid = [payment for payment, units in named.said.items() if units > 0]  # else all of it was given back
    if not paid:
        raise NotProven(LESS_SHOWN)
    places = [place for payment in paid for place in postings(payment, books, incoming=whose != OWN_LOAN)]
    if not places:
        raise NotProven(NO_PAYMENT)
    return Subject(customer, whose, places, None, named.draws, named.said, named.words)


def _of_event(reason: Reason, decision: Decision, whose: str, books: Books) -> Subject:
    seen = books.message(decision.customer_id, reason.event_ids)
    message = message_of(seen) if seen is not None else None
    if isinstance(message, Posting):
        return Subject(decision.customer_id, whose, [(message.account, message.acct_seq)])
    basis = decision.fund_flow.basis if decision.fund_flow is not None else None
    if not isinstance(message, OutRequest) or basis is None or message.event_id != decision.event_id:
        raise NotProven(NO_PAYMENT)
    return Subject(decision.customer_id, whose, [(account_of(message), basis.acct_seq)], seen)
