"""Shows one reason of a decision: walks to what it is about, and adds up what is certain of that."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from monitor.live.seen import Seen
from monitor.proofs.books import Books, OutRequest, Place, message_of, order
from monitor.proofs.named import Payment
from monitor.proofs.subject import Subject, decided, subject_of
from monitor.proofs.walk import Moved, Walk, debit, held
from monitor.proofs.writing import GAP, LESS_SHOWN, NotProven, draws, evidence, step, step_of_request
from topics import proofs
from topics.answers import Decision


class Shown(NamedTuple):
    """A claim, and the messages it names."""

    claim: proofs.Claim
    messages: list[Seen]


class _Line(NamedTuple):
    """A step, whose payment it is, and the message."""

    step: proofs.Step
    payment_id: str
    seen: Seen


def show(number: int, decision: Decision, at: int, books: Books) -> Shown:
    """The claim for a reason of the decision, by its place there; `at`: its append time, ms. Raises NotProven."""
    reason = decision.reasons[number]
    subject = subject_of(reason, decision, at, books)
    walk, reached = _walked(subject, books)
    moved = walk.needed(reached)
    lines = [_of_posting(one, books, counts=not subject.request and one.place in reached) for one in moved]
    lines += _of_request(subject, decision, walk)
    certain = _certain(lines, subject)
    counted = {(line.step.account, line.payment_id) for line in lines if line.step.counts}
    named = {(part.account, part.payment_id) for part in reason.payments}
    if certain < max(1, decided(reason)) or not named <= counted:
        raise NotProven(LESS_SHOWN)
    claim = proofs.Claim(
        reason=number,
        code=reason.code,
        currency=moved[0].posting.currency,
        decided=decided(reason),
        certain=certain,
        draws=draws(moved),
        named_by=[evidence(word) for word in subject.words],
        steps=[line.step for line in lines],
    )
    return Shown(claim, [*subject.words, *(line.seen for line in lines)])


def _walked(subject: Subject, books: Books) -> tuple[Walk, list[Place]]:
    """Walk to each posting that counts, in the order in which they came.

    A draw that was closed by then is no loan money; payments that are named were made while it ran.
    """
    places = sorted(subject.places, key=books.order)
    at = order(subject.request) if subject.request else books.order(places[0 if subject.said else -1])
    walk = Walk(books, lambda draw: subject.is_about(draw) and books.counts(draw, at))
    reached = [place for place in places if walk.advance(*place)]
    if not reached:
        raise NotProven(GAP)
    return walk, reached


def _of_posting(moved: Moved, books: Books, *, counts: bool) -> _Line:
    posting = moved.posting
    seen = books.accounts[posting.account].postings[posting.acct_seq]
    return _Line(step(moved, seen, counts=counts), posting.payment_id, seen)


def _of_request(subject: Subject, decision: Decision, walk: Walk) -> Iterator[_Line]:
    """The request as if it were paid next; it carries least if those that were open beside it are paid first."""
    if subject.request is None:
        return
    message, flow = message_of(subject.request), decision.fund_flow
    assert isinstance(message, OutRequest)
    assert flow is not None
    assert flow.basis is not None
    ((account, _),) = subject.places
    now = walk.runs[account].machine.copy()
    later = now.copy()
    debit(now, message.amount)
    debit(later, flow.basis.reserved)
    found = step_of_request(subject.request, debit(later, message.amount), held(now))
    yield _Line(found, message.payment_id, subject.request)


def _certain(lines: list[_Line], subject: Subject) -> int:
    """What is shown of the payments that count, of each no more than was said of it."""
    shown = Counter[Payment]()
    for line in lines:
        if line.step.counts:
            shown[line.step.account, line.payment_id] += line.step.carries
    return sum(min(units, subject.said.get(payment, units)) for payment, units in shown.items())
