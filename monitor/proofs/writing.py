"""Writes down what was walked: the steps, the draws, the messages that show them, and the seal."""

import json
from hashlib import sha256
from typing import Any, Final

import msgspec

from monitor.live.seen import Seen
from monitor.proofs.books import account_of, is_credit, message_of
from monitor.proofs.walk import Moved
from topics import proofs
from topics.answers import Decision
from topics.cards import CardAuthorization
from topics.codec import encode
from topics.loans import LoanDisbursed
from topics.transfers import TransferRequest

# Why there is no proof.
NO_PAYMENT: Final = "NO_PAYMENT"
NOT_NAMED: Final = "NOT_NAMED"
GAP: Final = "GAP"
LESS_SHOWN: Final = "LESS_SHOWN"
CARD_NUMBER: Final = "CARD_NUMBER"
TOO_LARGE: Final = "TOO_LARGE"
NOT_ACCEPTED: Final = "NOT_ACCEPTED"
FAULT: Final = "FAULT"


class NotProven(Exception):  # noqa: N818 - an answer, not a fault
    """No proof can be built. `reason` is one of the names above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def bare(decision: Decision, place: Seen, **fields: Any) -> proofs.Proof:
    """A proof of these fields. `place`: the record of the decision."""
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


def draws(moved: list[Moved]) -> dict[str, proofs.DrawShown]:
    """The draws whose money is followed."""
    postings = [one.posting for one in moved if one.brought.draw]
    by_id = {posting.draw_id: posting for posting in postings if isinstance(posting, LoanDisbursed)}
    return {
        draw: proofs.DrawShown(loan_id=posting.loan_id, customer_id=posting.customer_id)
        for draw, posting in sorted(by_id.items())
    }


def step(moved: Moved, shown_by: Seen, *, counts: bool) -> proofs.Step:
    """A posting that was walked over."""
    posting, brought = moved.posting, moved.brought
    leg = proofs.Leg(account=brought.comes_from[0], acct_seq=brought.comes_from[1]) if brought.comes_from else None
    return proofs.Step(
        account=posting.account,
        acct_seq=posting.acct_seq,
        kind=_kind(posting),
        credit_debit="CRDT" if is_credit(posting) else "DBIT",
        amount=posting.amount,
        balance_after=posting.balance_after,
        draw=brought.draw,
        comes_from=leg,
        carries=brought.carries,
        holds=moved.holds,
        counts=counts,
        shown_by=evidence(shown_by),
    )


def step_of_request(request: Seen, carries: int, holds: int) -> proofs.Step:
    """The request that was stopped, as if it were paid next."""
    message = message_of(request)
    assert isinstance(message, TransferRequest | CardAuthorization)
    return proofs.Step(
        account=account_of(message),
        acct_seq=None,
        kind=_kind(message),
        credit_debit="DBIT",
        amount=message.amount,
        balance_after=None,
        draw=None,
        comes_from=None,
        carries=carries,
        holds=holds,
        counts=True,
        shown_by=evidence(request),
    )


def _kind(message: Any) -> str:
    """Type of the bank's message."""
    return str(type(message).__struct_config__.tag)
