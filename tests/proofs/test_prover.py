"""A decision is proven once, when all that lay before it has been read."""

import pytest

from monitor.proofs import prover as prover_module
from monitor.proofs.prover import Prover, prove
from monitor.proofs.verifier import verify
from tests.proofs.stories import Story
from topics.codec import encode
from topics.names import DECISIONS


def test_a_decision_waits_until_everything_before_it_has_been_read() -> None:
    bank = Story()
    bank.draws("li", "d-1", 100_00)
    asked = bank.asks("li", 100_00)
    decided = bank.blocked(asked, 100_00, codes=("FF01",), basis=bank.counted(asked))
    prover = Prover(bank.books)
    prover.take(decided)
    assert prover.due(decided.at - 1) == []
    ((one, proof),) = prover.due(decided.at)
    assert one.seen is decided
    assert verify(encode(proof))
    assert prover.due(decided.at) == []


def test_a_repeat_of_a_decision_is_not_proven_again() -> None:
    bank = Story()
    asked = bank.asks("li", 100_00)
    prover = Prover(bank.books)
    for _ in range(2):
        prover.take(bank.blocked(asked, codes=("FF01",)))
    assert len(prover.due(bank.now)) == 1


def test_a_decision_that_cannot_be_proven_is_refused_by_name() -> None:
    bank = Story()
    prover = Prover(bank.books)
    prover.take(bank.blocked(bank.asks("li", 100_00), 100_00, codes=("FF01",)))
    ((_, proof),) = prover.due(bank.now)
    assert proof.refused == "NO_PAYMENT"


def test_a_fault_in_building_refuses_one_proof_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """`monitor prove` goes on with the others; a test or a replay is told at once."""
    bank = Story()
    bank.draws("li", "d-1", 100_00)
    asked = bank.asks("li", 100_00)
    decided = bank.blocked(asked, 100_00, codes=("FF01",), basis=bank.counted(asked))
    monkeypatch.setattr(prover_module, "build", lambda *_: 1 // 0)
    prover = Prover(bank.books)
    prover.take(decided)
    ((one, proof),) = prover.due(bank.now)
    assert proof.refused == "FAULT"
    assert [type(fault) for fault in prover.faults] == [ZeroDivisionError]
    with pytest.raises(ZeroDivisionError):
        prove(one.decision, one.seen, bank.books)


def test_other_decisions_and_what_cannot_be_read_are_passed_over() -> None:
    bank = Story()
    asked = bank.asks("li", 100_00)
    prover = Prover(bank.books)
    prover.take(bank.blocked(asked, codes=("FR01",)))
    prover.take(bank.record(DECISIONS, b"x", b'{"code": "FF01", "schema_version": 9}'))
    prover.take(bank.record(DECISIONS, b"x", b""))
    assert prover.waiting == []


def test_inputs_go_into_the_books() -> None:
    bank, told = Story(), Story()
    prover = Prover(bank.books)
    prover.take(told.earns("li", 1_00))
    assert 1 in bank.books.accounts["li"].postings
