"""Writes down what was walked: the steps, the draws, the messages that show them, and the seal."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import Any, Final

import msgspec

from monitor.engine.tracing.interval import ANY_LOAN, NOTHING, Bounds
from monitor.live.seen import Seen
from monitor.proofs.books import is_credit
from monitor.proofs.walk import Bounded, Moved, Walk
from topics import proofs
from topics.answers import Decision
from topics.codec import encode
from topics.loans import LoanDisbursed

# Why there is no proof.
NO_PAYMENT: Final = "NO_PAYMENT"
NOT_NAMED: Final = "NOT_NAMED"
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


class Writer:
    """`messages`: those shown so far, by digest."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.messages: dict[str, str] = {}

    def show(self, seen: Seen) -> proofs.Evidence:
        """Take a message in."""
        shown = evidence(seen)
        self.messages[shown.sha256] = (seen.value or b"").decode()
        return shown

    def draws(self) -> dict[str, proofs.DrawShown]:
        """The draws whose money is followed."""
        postings = [moved.posting for moved in self.walk.moved if moved.draw]
        by_id = {posting.draw_id: posting for posting in postings if isinstance(posting, LoanDisbursed)}
        return {
            draw: proofs.DrawShown(
                loan_id=posting.loan_id, customer_id=posting.customer_id, amount=self.walk.paid_out[draw]
            )
            for draw, posting in sorted(by_id.items())
        }

    def steps(self) -> list[proofs.Step]:
        """What was walked over, in order."""
        return [self._step(moved) for moved in self.walk.moved]

    def _step(self, moved: Moved) -> proofs.Step:
        posting = moved.posting
        leg = proofs.Leg(account=moved.comes_from[0], acct_seq=moved.comes_from[1]) if moved.comes_from else None
        return proofs.Step(
            account=posting.account,
            acct_seq=posting.acct_seq,
            kind=kind(posting),
            credit_debit="CRDT" if is_credit(posting) else "DBIT",
            amount=posting.amount,
            balance_after=posting.balance_after,
            draw=moved.draw,
            comes_from=leg,
            carries=plain(moved.carries),
            holds=plain(moved.holds),
            shown_by=self.show(self.walk.books.accounts[posting.account].postings[posting.acct_seq]),
        )


def certain_of(bounds: Bounded, draws: AbstractSet[str]) -> int:
    """At least so much is money of these draws: what is certain of each, or all less the most the others can be."""
    here = sum(bounds.get(draw, NOTHING).low for draw in draws)
    others = sum(one.high for name, one in bounds.items() if name != ANY_LOAN and name not in draws)
    return max(here, bounds.get(ANY_LOAN, NOTHING).low - others)


def plain(bounds: Mapping[str, Bounds]) -> dict[str, list[int]]:
    """Bounds as a proof writes them: only where there can be any."""
    return {name: list(one) for name, one in sorted(bounds.items()) if one.high}


def kind(message: Any) -> str:
    """Type of the bank's message."""
    return str(type(message).__struct_config__.tag)
