"""Builds the proof behind one decision from what the bank said; pure: the same books and decision, the same bytes."""

import json
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import Any, Final

import msgspec

from monitor.engine.tracing.interval import ANY_LOAN, NOTHING, Bounds
from monitor.live.seen import Seen
from monitor.proofs import verifier
from monitor.proofs.books import Books, is_credit, order
from monitor.proofs.ranges import needed
from monitor.proofs.subject import OWN_DRAWS, PROVEN, Subject, blocking, subject_of
from monitor.proofs.walk import Bounded, Moved, Walk
from topics import proofs
from topics.answers import Decision
from topics.card_numbers import is_card_number, may_hold_card_number
from topics.codec import decode_answer, encode
from topics.fields import Posting
from topics.loans import LoanDisbursed
from topics.names import DECISIONS

MOST_BYTES: Final = 3_000_000

# Why there is no proof.
NO_PAYMENT: Final = "NO_PAYMENT"
GAP: Final = "GAP"
LESS_SHOWN: Final = "LESS_SHOWN"
CARD_NUMBER: Final = "CARD_NUMBER"
TOO_LARGE: Final = "TOO_LARGE"
NOT_ACCEPTED: Final = "NOT_ACCEPTED"


class NotProven(Exception):  # noqa: N818 - an answer, not a fault
    """No proof can be built. `reason` is one of the names above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


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
    if subject is None:
        raise NotProven(NO_PAYMENT)
    at = order(subject.seen)
    full = Walk(books, at)
    if full.advance(subject.account, subject.number) is None or not _follows(subject, books):
        raise NotProven(GAP)
    walk = Walk(books, at, needed(full, subject.account, subject.number))
    walk.advance(subject.account, subject.number)
    proof = seal(_Writer(decision, place, subject, walk).proof())
    _check(proof)
    return proof


def _follows(subject: Subject, books: Books) -> bool:
    """Whether the payment, if it is a posting, joins the one before it."""
    message = subject.message
    return not isinstance(message, Posting) or books.joins(subject.account, message.acct_seq)


def refusal(decision: Decision, place: Seen, reason: str) -> proofs.Proof:
    """What is published where no proof can be built."""
    return seal(_bare(decision, place, refused=reason))


def _bare(decision: Decision, place: Seen, **fields: Any) -> proofs.Proof:
    return proofs.Proof(
        schema_version=1,
        event_id=decision.event_id,
        customer_id=decision.customer_id,
        decision=evidence(place),
        **fields,
    )


def seal(proof: proofs.Proof) -> proofs.Proof:
    """Put the digest of all other fields on it."""
    plain = json.loads(encode(proof))
    del plain["seal"]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return msgspec.structs.replace(proof, seal=sha256(text.encode()).hexdigest())


def evidence(seen: Seen) -> proofs.Evidence:
    """A message by its place and digest."""
    return proofs.Evidence(
        topic=seen.topic, partition=seen.partition, offset=seen.offset, sha256=sha256(seen.value or b"").hexdigest()
    )


class _Writer:
    """Writes down what was walked."""

    def __init__(self, decision: Decision, place: Seen, subject: Subject, walk: Walk) -> None:
        self.decision, self.place, self.subject, self.walk = decision, place, subject, walk
        self.messages: dict[str, str] = {}

    def proof(self) -> proofs.Proof:
        """All but the seal. Raises NotProven where less is shown than was decided."""
        draws, cases, reserved = self._draws(), self._cases(), self.subject.reserved
        certain = self._certain(draws, cases)
        if any(shown < decided for shown, decided in self._decided(certain)):
            raise NotProven(LESS_SHOWN)
        self._show(self.place)
        requests = [self._show(seen) for seen in self.subject.requests]
        return _bare(
            self.decision,
            self.place,
            payment=self._payment(),
            draws=draws,
            steps=[self._step(moved) for moved in self.walk.moved],
            reserved=proofs.Reserved(amount=reserved, requests=requests),
            final=proofs.Final(alone=_plain(cases[0]), after_reserved=_plain(cases[1]), certain=certain),
            messages=self.messages,
        )

    def _show(self, seen: Seen) -> proofs.Evidence:
        shown = evidence(seen)
        self.messages[shown.sha256] = (seen.value or b"").decode()
        return shown

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
            kind=_kind(message),
            account=self.subject.account,
            acct_seq=self.subject.number,
            amount=message.amount,
            currency=message.currency,
            shown_by=self._show(self.subject.seen),
        )

    def _draws(self) -> dict[str, proofs.DrawShown]:
        postings = [moved.posting for moved in self.walk.moved if moved.draw]
        by_id = {posting.draw_id: posting for posting in postings if isinstance(posting, LoanDisbursed)}
        return {
            draw: proofs.DrawShown(
                loan_id=posting.loan_id, customer_id=posting.customer_id, amount=self.walk.paid_out[draw]
            )
            for draw, posting in sorted(by_id.items())
        }

    def _certain(self, draws: Mapping[str, proofs.DrawShown], cases: list[Bounded]) -> proofs.Certain:
        own = {draw for draw, shown in draws.items() if shown.customer_id == self.decision.customer_id}
        groups = {"all": draws.keys(), "own": own, "others": draws.keys() - own}
        return proofs.Certain(
            **{group: min(certain_of(case, names) for case in cases) for group, names in groups.items()}
        )

    def _decided(self, certain: proofs.Certain) -> Iterator[tuple[int, int]]:
        """What is shown beside what was decided: by the rules, and of all loan money in the payment."""
        for reason in self.subject.reasons:
            shown = certain.own if reason.code in OWN_DRAWS else certain.others
            yield shown, int(reason.figures.get("certain", 0))
        if self.subject.flow is not None:
            yield certain.all, self.subject.flow.certain

    def _step(self, moved: Moved) -> proofs.Step:
        posting = moved.posting
        leg = proofs.Leg(account=moved.comes_from[0], acct_seq=moved.comes_from[1]) if moved.comes_from else None
        return proofs.Step(
            account=posting.account,
            acct_seq=posting.acct_seq,
            kind=_kind(posting),
            credit_debit="CRDT" if is_credit(posting) else "DBIT",
            amount=posting.amount,
            balance_after=posting.balance_after,
            draw=moved.draw,
            comes_from=leg,
            carries=_plain(moved.carries),
            holds=_plain(moved.holds),
            shown_by=self._show(self.walk.books.accounts[posting.account].postings[posting.acct_seq]),
        )


def certain_of(bounds: Bounded, draws: AbstractSet[str]) -> int:
    """At least so much is money of these draws: what is certain of each, or all less the most the others can be."""
    here = sum(bounds.get(draw, NOTHING).low for draw in draws)
    others = sum(one.high for name, one in bounds.items() if name != ANY_LOAN and name not in draws)
    return max(here, bounds.get(ANY_LOAN, NOTHING).low - others)


def _plain(bounds: Mapping[str, Bounds]) -> dict[str, list[int]]:
    return {name: list(one) for name, one in sorted(bounds.items()) if one.high}


def _kind(message: Any) -> str:
    return str(type(message).__struct_config__.tag)


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
