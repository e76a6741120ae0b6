"""Builds the proof behind one decision from what the bank said; pure: the same books and decision, the same bytes."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from monitor.live.seen import Seen
from monitor.proofs import verifier
from monitor.proofs.books import Books, order
from monitor.proofs.named import build_named
from monitor.proofs.ranges import needed
from monitor.proofs.subject import MIXED_LOANS, OWN_DRAWS, PROVEN, Subject, blocking, subject_of
from monitor.proofs.walk import Bounded, Walk
from monitor.proofs.writing import (
    CARD_NUMBER,
    GAP,
    LESS_SHOWN,
    NOT_ACCEPTED,
    TOO_LARGE,
    NotProven,
    Writer,
    bare,
    certain_of,
    kind,
    plain,
    seal,
)
from topics import proofs
from topics.answers import Decision
from topics.card_numbers import is_card_number, may_hold_card_number
from topics.codec import decode_answer, encode
from topics.fields import Posting
from topics.names import DECISIONS

MOST_BYTES: Final = 3_000_000


def wanted(seen: Seen) -> Decision | None:
    """The decision in a record of `decisions`, if it is one to prove. Raises `Refused` where it cannot be read."""
    if seen.value is None or not any(f'"{code}"'.encode() in seen.value for code in PROVEN):
        return None
    decision = decode_answer(DECISIONS, seen.value)
    assert isinstance(decision, Decision)
    return decision if blocking(decision) else None


def build(decision: Decision, place: Seen, books: Books) -> proofs.Proof:
    """The proof. `place`: the record of the decision. Raises NotProven."""
    subject = subject_of(decision, books)
    proof = build_named(decision, place, books) if subject is None else _of_payment(decision, place, subject, books)
    proof = seal(proof)
    _check(proof)
    return proof


def _of_payment(decision: Decision, place: Seen, subject: Subject, books: Books) -> proofs.Proof:
    at = order(subject.seen)
    full = Walk(books, at)
    if full.advance(subject.account, subject.number) is None or not _follows(subject, books):
        raise NotProven(GAP)
    walk = Walk(books, at, needed(full, [(subject.account, subject.number)]))
    walk.advance(subject.account, subject.number)
    return _PaymentWriter(decision, place, subject, walk).proof()


def _follows(subject: Subject, books: Books) -> bool:
    """Whether the payment, if it is a posting, joins the one before it."""
    message = subject.message
    return not isinstance(message, Posting) or books.joins(subject.account, message.acct_seq)


def refusal(decision: Decision, place: Seen, reason: str) -> proofs.Proof:
    """What is published where no proof can be built."""
    return seal(bare(decision, place, refused=reason))


class _PaymentWriter(Writer):
    """The proof about one payment."""

    def __init__(self, decision: Decision, place: Seen, subject: Subject, walk: Walk) -> None:
        super().__init__(walk)
        self.decision, self.place, self.subject = decision, place, subject

    def proof(self) -> proofs.Proof:
        """All but the seal. Raises NotProven where less is shown than was decided."""
        draws, cases, reserved = self.draws(), self._cases(), self.subject.reserved
        certain = self._certain(draws, cases)
        if any(shown < decided for shown, decided in self._decided(certain)):
            raise NotProven(LESS_SHOWN)
        self.show(self.place)
        requests = [self.show(seen) for seen in self.subject.requests]
        return bare(
            self.decision,
            self.place,
            payment=self._payment(),
            draws=draws,
            steps=self.steps(),
            reserved=proofs.Reserved(amount=reserved, requests=requests),
            final=proofs.Final(alone=plain(cases[0]), after_reserved=plain(cases[1]), certain=certain),
            messages=self.messages,
        )

    def _cases(self) -> list[Bounded]:
        """What the payment carries if it is next, and if the open requests are paid first."""
        now = self.walk.runs[self.subject.account].machine
        later = now.copy()
        later.debit(None, self.subject.reserved)
        return [machine.flows(self.subject.message.amount) for machine in (now, later)]

    def _payment(self) -> proofs.Stopped:
        message = self.subject.message
        return proofs.Stopped(
            event_id=message.event_id,
            kind=kind(message),
            account=self.subject.account,
            acct_seq=self.subject.number,
            amount=message.amount,
            currency=message.currency,
            shown_by=self.show(self.subject.seen),
        )

    def _certain(self, draws: Mapping[str, proofs.DrawShown], cases: list[Bounded]) -> proofs.Certain:
        own = {draw for draw, shown in draws.items() if shown.customer_id == self.decision.customer_id}
        groups = {"all": draws.keys(), "own": own, "others": draws.keys() - own}
        return proofs.Certain(
            **{group: min(certain_of(case, names) for case in cases) for group, names in groups.items()}
        )

    def _decided(self, certain: proofs.Certain) -> Iterator[tuple[int, int]]:
        """What is shown beside what was decided: by the rules, and of all loan money in the payment."""
        for reason in self.subject.reasons:
            others = certain.all if reason.figures.get("whose") == MIXED_LOANS else certain.others
            shown = certain.own if reason.code in OWN_DRAWS else others
            yield shown, int(reason.figures.get("certain", 0))
        if self.subject.flow is not None:
            yield certain.all, self.subject.flow.certain


# -- what must not leave -----------------------------------------------------------------------------


def _check(proof: proofs.Proof) -> None:
    """Nothing leaves that shows a card number, is too large, or is not accepted by the program that checks it."""
    if any(map(_shows_card_number, proof.messages.values())):
        raise NotProven(CARD_NUMBER)
    value = encode(proof)
    if len(value) > MOST_BYTES:
        raise NotProven(TOO_LARGE)
    try:
        verifier.verify(value)
    except verifier.Wrong as wrong:
        raise NotProven(NOT_ACCEPTED) from wrong


def _shows_card_number(text: str) -> bool:
    return may_hold_card_number(text.encode()) and any(map(is_card_number, _texts(json.loads(text))))


def _texts(value: Any) -> Iterator[str]:
    """Every text of a message but the merchant's number, which has as many digits as a card's."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name != "card_acceptor_id":
                yield from _texts(inner)
