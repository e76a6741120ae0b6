"""The golden histories of tracing, proven: several customers, late messages, overdrafts, what is given back."""

from typing import Any

import pytest

from monitor.engine.tracing.movements import Movement
from monitor.proofs.verifier import verify
from monitor.proofs.writing import LESS_SHOWN
from tests.proofs.stories import Story, least_of
from tests.tracing import test_vectors
from tests.tracing.bank import SmallBank
from tests.tracing.test_vectors import VECTORS, Player
from topics.codec import encode
from topics.fields import Posting

ANOTHER = {
    "technical reversal between customers": "what is given back is shown as new money: less is certain",
    "too many origins": "no limit of draws here: the one that lost its name keeps it, and more is certain",
    "hop limit": "no limit of hops here: the money is followed further, and more is certain",
}
"""Histories that come out otherwise than the tracer says, and why."""


class Recorded(SmallBank):
    """Keeps every movement, in the order in which it was posted."""

    def post(self, movement: Movement, clock: int = 0) -> Any:
        self.__dict__.setdefault("log", []).append(movement)
        return super().post(movement, clock)


def proofs_of(vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, int]]:
    """Payment -> what its proof says it carries at least."""
    monkeypatch.setattr(test_vectors, "SmallBank", Recorded)
    player, bank, found = Player(vector), Story(), {}
    for movement in player.bank.__dict__["log"]:
        bank.movement(movement)
    for payment, movement in player.paid.items():
        if not movement.credit:
            found[payment] = least(bank, bank.books.posting(movement.account, movement.acct_seq))
    return found


def least(bank: Story, posting: Posting) -> dict[str, int]:
    """What is certain in a payment: of all draws as the proof says, of each as a walk says that follows it alone."""
    proof = bank.proof(posting, codes=("FF02 MIXED_LOANS",))
    assert proof.refused == LESS_SHOWN or verify(encode(proof))
    if proof.refused:
        return {}
    (claim,) = proof.claims
    each = {draw: least_of(draw, posting, bank.books) for draw in claim.draws}
    return {"ANY_LOAN": claim.certain} | {draw: units for draw, units in each.items() if units}


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_a_proof_shows_what_was_worked_out_by_hand(vector: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    found = proofs_of(vector, monkeypatch)
    said = {
        payment: {name: pair[0] for name, pair in one["pairs"].items() if pair[0]}
        for payment, one in vector["expected"]["payments"].items()
        if payment in found
    }
    assert (found == said) == (vector["name"] not in ANOTHER)


def test_no_limit_makes_a_proof_say_more_than_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    (vector,) = [one for one in VECTORS if one["name"] == "too many origins"]
    assert proofs_of(vector, monkeypatch) == {"p1": {"ANY_LOAN": 60, "L1": 10, "L2": 20, "L3": 30}}
