"""Blocks that rest on payments made before: what others spent of a loan, what came home of it."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest

from monitor.live.seen import Seen
from monitor.offline import Answer
from monitor.proofs import writing
from monitor.proofs.books import Books
from monitor.proofs.build import wanted
from monitor.proofs.keeping import KeptBooks
from monitor.proofs.prover import prove
from monitor.proofs.verifier import Wrong, verify
from tests.engine.scene import HOUR, MINUTE
from tests.engine.town import Town
from tests.proofs.stories import Story
from tests.proofs.test_verifier import PLACES, altered, less, more, places, sealed
from tests.proofs.told import decision
from topics import answers, loans, names
from topics.codec import encode
from topics.proofs import Proof


@dataclass
class ProvenTown(Town):
    """A town whose messages are all kept; `decided` are the decisions that are to be proven."""

    books: Books = field(default_factory=Books)
    offsets: Counter[str] = field(default_factory=Counter)
    decided: list[Seen] = field(default_factory=list)

    def raw(self, topic: str, key: bytes | None, value: bytes | None) -> list[Answer]:
        """Let any bytes arrive now."""
        self.books.take(self.seen(topic, key, value))
        new = super().raw(topic, key, value)
        for answer in new:
            seen = self.seen(answer.output.topic, answer.output.key, answer.output.value)
            self.books.take(seen)  # of what the monitor says, tags are signs of loan money
            if seen.topic == names.DECISIONS and wanted(seen) is not None:
                self.decided.append(seen)
        return new

    def seen(self, topic: str, key: bytes | None, value: bytes | None) -> Seen:
        """The next record of a topic."""
        self.offsets[topic] += 1
        return Seen(topic, 0, self.offsets[topic] - 1, self.now, key, value)

    def ask_again(self) -> answers.Decision:
        """Ann asks for another draw; -> the decision."""
        asked = self.make(
            loans.DrawRequest,
            customer_id="ann",
            payment_id=f"pay-again-{self.count}",
            amount=5_000_00,
            currency="CNY",
            loan_id="loan-ann",
            draw_id="draw-again",
            disbursement_account="ann-1",
        )
        found: answers.Decision = self.decision(self.send(asked))
        return found

    def proof(self) -> Proof:
        """Of the newest decision that is to be proven."""
        found = wanted(self.decided[-1])
        assert found is not None
        return prove(found, self.decided[-1], self.books)


def town(people: Iterable[str], own: int = 0) -> ProvenTown:
    """Ann has a loan of 50,000; the others have `own` each. Accounts without loan money are forgotten in a minute."""
    here = ProvenTown(books=KeptBooks(recent_ms=MINUTE))
    for person in ("ann", *people):
        here.arrive(person, own)
    here.borrow("ann", 50_000_00)
    return here


def spent_by_helpers(helpers: int = 3, each: int = 900_00) -> ProvenTown:
    """Helpers spend of Ann's loan on securities; she asks for more and is stopped."""
    people = [f"helper{number}" for number in range(helpers)]
    here = town(people)
    for person in people:
        here.pay("ann", person, each)
    for person in people:
        here.spend(person, each)
    here.wait(HOUR)
    here.arrive("somebody")  # at which the prover forgets what is old
    assert here.ask_again().action == "BLOCK"
    return here


def ring(*people: str, own: int = 0) -> ProvenTown:
    """40,000 of Ann's loan go from hand to hand and come home; she asks for more and is stopped."""
    here = town(people, own)
    for payer, payee in zip(["ann", *people], [*people, "ann"], strict=True):
        here.pay(payer, payee, 40_000_00)
        here.wait(2 * HOUR)
    assert here.ask_again().action == "BLOCK"
    return here


def test_what_helpers_spent_is_proven_payment_by_payment() -> None:
    here = spent_by_helpers()
    proof = here.proof()
    assert proof.refused is None
    (rests,) = proof.rests_on
    assert (rests.code, rests.decided, rests.covers) == ("FF02", 1_800_00, 1_800_00)
    assert [(part.account, part.certain) for part in rests.payments] == [
        ("helper0-1", 900_00),
        ("helper1-1", 900_00),
    ]
    assert [proof.payment, proof.final, proof.reserved] == [None] * 3
    line = verify(encode(proof))
    assert line.startswith("proven: at least 1,800.00 of CNY 1,800.00 of FF02, in pay-")
    assert "is money of draw draw-ann, however it is counted; by 7 postings of 3 accounts" in line


def test_of_many_payments_the_newest_eight_are_remembered_also_across_a_restart() -> None:
    here = spent_by_helpers(helpers=20, each=500_00)
    here.restart_all()
    use = here.ledger_of("ann").uses.by_draw["draw-ann"]
    assert [one.account for one in use.spent] == [f"helper{number}-1" for number in range(12, 20)]


@pytest.mark.parametrize("people", [("bob",), ("bob", "cleo"), ("bob", "cleo", "dan")])
def test_what_came_home_through_a_ring_is_proven(people: tuple[str, ...]) -> None:
    here = ring(*people, own=1_000_00)
    proof = here.proof()
    assert proof.refused is None
    (rests,) = proof.rests_on
    assert (rests.code, rests.covers) == ("CO13", rests.decided)
    assert rests.decided == 40_000_00 - len(people) * 1_000_00 - 1_000_00  # own money of each may be in it
    assert verify(encode(proof)).startswith(f"proven: at least {rests.covers // 100:,}.00 of CNY")
    assert {step.account for step in proof.steps} == {"ann-1", *(f"{one}-1" for one in people)}


def test_the_posting_that_armed_a_block_has_its_basis() -> None:
    here = town(["bob"], own=100_00)
    brought = here.pay("ann", "bob", 45_000_00)
    posted = here.spend("bob", 45_100_00)
    flow = posted.fund_flow
    assert flow is not None
    assert flow.basis == answers.Basis(account="bob-1", acct_seq=1, reserved=0, transfers=[brought])
    assert here.proof().refused is None
    assert verify(encode(here.proof())).startswith("proven: at least 44,900.00 of CNY 45,100.00 that bob-1 pays")


def test_a_posting_beside_an_open_request_rests_on_its_own_place() -> None:
    """Requests that were open then were not paid first, so they are not reserved."""
    here = town(["bob"])
    here.pay("ann", "bob", 45_000_00)
    here.ask(5_000_00, "shop-1", account="bob-1", customer_id="bob")
    flow = here.spend("bob", 40_000_00).fund_flow
    assert flow is not None
    assert flow.basis is not None
    assert flow.basis.reserved == 0
    assert here.proof().refused is None


# -- event ids -----------------------------------------------------------------------------------------


def test_evidence_is_named_by_messages_and_payments_by_payments() -> None:
    """`event_ids` are ids of messages: of the credit, of the entry on fund-flow; never of payments."""
    told = set()
    for here in (ring("bob", "cleo"), spent_by_helpers()):
        payments = {message.payment_id for message in here.read(names.ALERTS)}
        for alert in here.read(names.ALERTS):
            told |= {event for reason in alert.reasons for event in reason.event_ids}
            assert not payments & {alert.event_id, *(e for r in alert.reasons for e in r.event_ids)}
    assert any(event.startswith("book-") for event in told)
    assert any(event.startswith("event-") for event in told)


def test_what_time_alone_raised_names_no_message() -> None:
    here = town([])
    here.spend("ann", 40_000_00, product=None)
    here.wait(31 * 24 * HOUR)
    (alert,) = [one for one in here.read(names.ALERTS) if one.reasons[0].code == "FF04"]
    assert (alert.event_id, alert.reasons[0].event_ids) == ("loan:loan-ann", [])


# -- when there is none --------------------------------------------------------------------------------


def named(bank: Story, part: dict[str, Any], code: str = "FF02", more_parts: Iterable[dict[str, Any]] = ()) -> Proof:
    """A proof of a decision that stops a draw for payments made before."""
    found = json.loads(encode(decision(bank.asks("li", 1_00), 60_00, codes=(code,))))
    found["reasons"][0] |= {"event_ids": ["book-1"], "payments": [part, *more_parts] if part else []}
    found["reasons"][0]["figures"]["whose"] = "OWN_LOAN"
    seen = bank.record("decisions", b"x", json.dumps(found).encode())
    one = wanted(seen)
    assert one is not None
    return prove(one, seen, bank.books)


def helped() -> tuple[Story, dict[str, Any]]:
    """Li draws 100, pays Wang 60, who has 5 of his own and spends 60; and what a reason says of it."""
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    bank.earns("wang", 5_00)
    bank.pays("li", "wang", 60_00)
    spent = bank.spends("wang", 60_00)
    payment = json.loads(spent.value or b"")["payment_id"]
    return bank, {"account": "wang", "payment_id": payment, "draw_id": "d-li", "certain": 55_00}


def test_part_of_what_was_decided_is_proven_and_said_to_be_part() -> None:
    bank, part = helped()
    proof = named(bank, part)
    assert [(one.decided, one.covers) for one in proof.rests_on] == [(60_00, 55_00)]
    assert verify(encode(proof)).startswith("proven: at least 55.00 of CNY 60.00 of FF02")


@pytest.mark.parametrize("code", ["FF02", "CO13"])
def test_a_block_whose_reason_names_no_payment_is_refused_by_a_name_of_its_own(code: str) -> None:
    bank, _ = helped()
    assert named(bank, {}, code).refused == writing.NOT_NAMED


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({"certain": 55_01}, writing.LESS_SHOWN),
        ({"draw_id": "another"}, writing.LESS_SHOWN),
        ({"payment_id": "another"}, writing.NO_PAYMENT),
        ({"account": "another"}, writing.NO_PAYMENT),
    ],
)
def test_what_the_postings_do_not_show_is_refused(wrong: dict[str, Any], refused: str) -> None:
    bank, part = helped()
    assert named(bank, part | wrong).refused == refused


def test_money_that_left_is_not_money_that_came() -> None:
    bank, part = helped()
    assert named(bank, part, code="CO13").refused == writing.NO_PAYMENT


def test_a_gap_between_two_payments_of_an_account_is_refused() -> None:
    bank, part = helped()
    bank.earns("wang", 9_00)
    later = json.loads(bank.spends("wang", 9_00).value or b"")["payment_id"]
    assert named(bank, part, more_parts=[part | {"payment_id": later, "certain": 0}]).refused is None
    del bank.books.accounts["wang"].postings[4]
    assert named(bank, part, more_parts=[part | {"payment_id": later, "certain": 0}]).refused == writing.GAP


def test_of_another_persons_draw_nothing_is_claimed() -> None:
    """What FF02 says of a loan as a whole is about the loan of the customer who is stopped."""
    bank, part = helped()
    bank.draws("zhao", "d-zhao", 10_00)
    bank.pays("zhao", "wang", 10_00)
    spent = json.loads(bank.spends("wang", 15_00).value or b"")["payment_id"]
    wrong = {"payment_id": spent, "draw_id": "d-zhao", "certain": 1_00}
    assert named(bank, part | wrong).refused == writing.NOT_ACCEPTED


def test_one_of_two_rules_is_about_a_payment_and_that_one_is_proven() -> None:
    bank, part = helped()
    asked = bank.asks("li", 40_00)
    found = json.loads(encode(decision(asked, 40_00, codes=("FF01", "CO13"))))
    found["reasons"][1]["payments"] = [part]
    seen = bank.record("decisions", b"x", json.dumps(found).encode())
    one = wanted(seen)
    assert one is not None
    proof = prove(one, seen, bank.books)
    assert proof.payment is not None
    assert proof.rests_on == []


def test_mixed_loans_are_proven_together() -> None:
    """Where FF02 counts own and other loans together, so does the proof."""
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    bank.draws("wang", "d-wang", 100_00)
    bank.pays("li", "wang", 100_00)
    asked = bank.asks("wang", 100_00)
    found = json.loads(encode(decision(asked, 100_00, codes=("FF02",))))
    found["reasons"][0]["figures"]["whose"] = "MIXED_LOANS"
    seen = bank.record("decisions", b"x", json.dumps(found).encode())
    one = wanted(seen)
    assert one is not None
    proof = prove(one, seen, bank.books)
    assert proof.final is not None
    assert (proof.final.certain.all, proof.final.certain.others) == (100_00, 0)
    assert verify(encode(proof)).startswith("proven: at least 100.00")


# -- what a stranger could alter -------------------------------------------------------------------------

PROOFS = [json.loads(encode(here.proof())) for here in (ring("bob"), spent_by_helpers(2, 1_000_00))]


@pytest.mark.parametrize("proof", PROOFS)
def test_no_figure_and_no_text_can_be_altered_even_with_a_new_seal(proof: Any) -> None:
    every = [path for path in places(proof) if path != ("seal",)]
    assert any(path[0] == "rests_on" for path in every)
    for path in every:
        for change in (more, less):
            value = json.dumps(sealed(altered(proof, path, change)))
            if path[-1] in PLACES:
                assert verify(value)
            else:
                with pytest.raises(Wrong):
                    verify(value)


@pytest.mark.parametrize("proof", PROOFS)
def test_no_part_can_be_left_out_or_added(proof: Any) -> None:
    for name in ("rests_on", "payment", "final", "reserved"):
        with pytest.raises(Wrong):
            verify(json.dumps(sealed({field: value for field, value in proof.items() if field != name})))
    for times in (0, 2):
        with pytest.raises(Wrong):
            verify(json.dumps(sealed(proof | {"rests_on": proof["rests_on"] * times})))


@pytest.mark.parametrize("proof", PROOFS)
def test_a_payment_named_twice_does_not_count_twice(proof: Any) -> None:
    digest = proof["decision"]["sha256"]
    said = json.loads(proof["messages"][digest])
    reason = next(one for one in said["reasons"] if one["payments"])
    reason["payments"] = reason["payments"] * 2
    text = json.dumps(said)
    changed = json.loads(json.dumps(proof).replace(digest, sha256(text.encode()).hexdigest()))
    changed["messages"][sha256(text.encode()).hexdigest()] = text
    with pytest.raises(Wrong, match="named once"):
        verify(json.dumps(sealed(changed)))


def test_the_same_books_and_decision_give_the_same_bytes() -> None:
    assert encode(ring("bob", "cleo").proof()) == encode(ring("bob", "cleo").proof())
