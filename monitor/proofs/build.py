"""Builds the proof behind one decision from what the bank said; pure: the same books and decision, the same bytes."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from monitor.live.seen import Seen
from monitor.proofs import verifier
from monitor.proofs.books import Books
from monitor.proofs.claim import Shown, show
from monitor.proofs.subject import PROVEN, is_proven
from monitor.proofs.writing import CARD_NUMBER, NOT_ACCEPTED, TOO_LARGE, NotProven, bare, seal
from topics import proofs
from topics.answers import Decision
from topics.card_numbers import is_card_number, may_hold_card_number
from topics.codec import decode_answer, encode
from topics.names import DECISIONS

MOST_BYTES: Final = 3_000_000


def blocking(decision: Decision) -> list[int]:
    """The places of the reasons that block, or arm a block, and rest on traced loan money."""
    return [place for place, reason in enumerate(decision.reasons) if is_proven(reason)]


def wanted(seen: Seen) -> Decision | None:
    """The decision in a record of `decisions`, if it is one to prove. Raises `Refused` where it cannot be read."""
    if seen.value is None or not any(f'"{code}"'.encode() in seen.value for code in PROVEN):
        return None
    decision = decode_answer(DECISIONS, seen.value)
    assert isinstance(decision, Decision)
    return decision if blocking(decision) else None


def build(decision: Decision, place: Seen, books: Books) -> proofs.Proof:
    """The proof. `place`: the record of the decision. Raises NotProven where none of its reasons can be shown."""
    shown = _shown(decision, place.at, books)
    seen = [place, *(one for found in shown for one in found.messages)]
    messages = {sha256(one.value or b"").hexdigest(): (one.value or b"").decode() for one in seen}
    proof = seal(bare(decision, place, claims=[found.claim for found in shown], messages=messages))
    _check(proof)
    return proof


def _shown(decision: Decision, at: int, books: Books) -> list[Shown]:
    """One reason that can be shown is enough: each of them alone would stop it."""
    shown, refused = list[Shown](), list[NotProven]()
    for number in blocking(decision):
        try:
            shown.append(show(number, decision, at, books))
        except NotProven as reason:
            refused.append(reason)
    if not shown:
        raise refused[0]
    return shown


def refusal(decision: Decision, place: Seen, reason: str) -> proofs.Proof:
    """What is published where no proof can be built."""
    return seal(bare(decision, place, refused=reason))


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
