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
from tests.engine.test_given_back import spend_and_get_back
from tests.engine.town import Town
from tests.proofs.test_verifier import PLACES, altered, less, more, places, sealed
from topics import answers, loans, names
from topics.codec import encode
from topics.proofs import Claim, Proof


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


def shown(proof: Proof) -> Claim:
    """The only claim of a proof that was built and holds."""
    assert proof.refused is None
    assert verify(encode(proof)).startswith("proven")
    (claim,) = proof.claims
    return claim


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


def one_got_it_back() -> ProvenTown:
    """Of three who spent 900 each of Ann's loan, Bob has his back; she asks for more and is stopped."""
    people = ["bob", "helper0", "helper1"]
    here = town(people)
    for person in people:
        here.pay("ann", person, 900_00)
    spend_and_get_back(here, 900_00, "pay-returned")
    here.spend("helper0", 900_00)
    here.spend("helper1", 900_00)
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
    claim = shown(here.proof())
    assert (claim.code, claim.decided, claim.certain) == ("FF02", 1_800_00, 1_800_00)
    assert [(step.account, step.carries) for step in claim.steps if step.counts] == [
        ("helper0-1", 900_00),
        ("helper1-1", 900_00),
    ]
    line = verify(encode(here.proof()))
    assert "FF02: at least 1,800.00 of CNY 1,800.00 in pay-13 of helper0-1, pay-14 of helper1-1" in line
    assert "is money of draw-ann, by 7 steps in 3 accounts" in line


def test_of_many_payments_the_newest_eight_are_remembered_also_across_a_restart() -> None:
    here = spent_by_helpers(helpers=20, each=500_00)
    here.restart_all()
    use = here.ledger_of("ann").uses.by_draw["draw-ann"]
    assert [one.account for one in use.spent] == [f"helper{number}-1" for number in range(12, 20)]


def test_all_of_many_payments_are_proven_though_the_reason_names_eight() -> None:
    """Twenty helpers spend 100 each before the 21st arms the block; the decision has room for the largest."""
    here = town([f"helper{number}" for number in range(21)])
    for number in range(21):
        each = 800_00 if number == 20 else 100_00
        here.pay("ann", f"helper{number}", each)
        here.spend(f"helper{number}", each)
    here.wait(HOUR)
    assert here.ask_again().action == "BLOCK"
    claim = shown(here.proof())
    assert len([step for step in claim.steps if step.counts]) > 8
    assert claim.certain == claim.decided >= 1_000_00


def test_a_ring_of_many_small_steps_is_proven_whole() -> None:
    """Each day 4,000 go round; the reason names the eight largest credits, the proof shows all of them."""
    here = town(["bob"])
    for _ in range(12):
        here.pay("ann", "bob", 4_000_00)
        here.pay("bob", "ann", 4_000_00)
        here.wait(2 * HOUR)
    assert here.ask_again().action == "BLOCK"
    claim = shown(here.proof())
    assert claim.certain == claim.decided


@pytest.mark.parametrize("people", [("bob",), ("bob", "cleo"), ("bob", "cleo", "dan")])
def test_what_came_home_through_a_ring_is_proven(people: tuple[str, ...]) -> None:
    here = ring(*people, own=1_000_00)
    claim = shown(here.proof())
    assert (claim.code, claim.certain) == ("CO13", claim.decided)
    assert claim.decided == 40_000_00 - len(people) * 1_000_00 - 1_000_00  # own money of each may be in it
    assert f"at least {claim.certain // 100:,}.00 of CNY 40,000.00 in pay-" in verify(encode(here.proof()))
    assert {step.account for step in claim.steps} == {"ann-1", *(f"{one}-1" for one in people)}


def test_the_posting_that_armed_a_block_has_its_basis() -> None:
    here = town(["bob"], own=100_00)
    brought = here.pay("ann", "bob", 45_000_00)
    posted = here.spend("bob", 45_100_00)
    flow = posted.fund_flow
    assert flow is not None
    assert flow.basis == answers.Basis(account="bob-1", acct_seq=1, reserved=0, transfers=[brought])
    assert shown(here.proof()).certain == 44_900_00
    assert "at least 44,900.00 of CNY 45,100.00 in pay-" in verify(encode(here.proof()))


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


def test_a_block_whose_words_are_forgotten_is_refused_by_a_name_of_its_own() -> None:
    for here in (spent_by_helpers(), ring("bob")):
        here.books.told.clear()
        assert here.proof().refused == writing.NOT_NAMED


def test_payments_whose_postings_are_forgotten_are_not_shown() -> None:
    here = spent_by_helpers()
    del here.books.accounts["helper1-1"]
    assert here.proof().refused == writing.LESS_SHOWN
    del here.books.accounts["helper0-1"]
    assert here.proof().refused == writing.NO_PAYMENT


def test_what_was_given_back_does_not_count() -> None:
    """What the others spent arms the block, and they alone are in the proof."""
    claim = shown(one_got_it_back().proof())
    assert claim.certain == claim.decided == 1_800_00


def test_what_was_spent_before_a_draw_was_closed_counts() -> None:
    here = town(["helper0", "helper1"])
    here.pay("ann", "helper0", 900_00)
    here.spend("helper0", 900_00)
    here.spend("ann", 49_100_00, product=None)
    here.wait(HOUR)
    here.close_draw("ann", "draw-ann")
    here.draw_again("ann", 10_000_00, "draw-second")
    here.pay("ann", "helper1", 900_00)
    here.spend("helper1", 900_00)
    here.wait(HOUR)
    assert here.ask_again().action == "BLOCK"
    claim = shown(here.proof())
    assert claim.certain == claim.decided == 1_800_00


def test_words_are_those_before_the_decision_by_the_brokers_clock() -> None:
    """A worker's clock may stand behind."""
    here = spent_by_helpers()
    here.books.told = {draw: [one._replace(at=here.now) for one in told] for draw, told in here.books.told.items()}
    assert here.proof().refused is None
    here.books.told = {draw: [one._replace(at=here.now + 1) for one in told] for draw, told in here.books.told.items()}
    assert here.proof().refused == writing.NOT_NAMED


def test_of_two_loans_one_armed_the_block_and_that_one_is_shown() -> None:
    people = [f"helper{number}" for number in range(4)]
    here = town(people)
    for person in people[:2]:
        here.pay("ann", person, 900_00)
    here.spend("ann", 48_200_00, product=None)
    here.borrow("ann", 50_000_00, "second")
    for person in people[2:]:
        here.pay("ann", person, 900_00)
    for person in people:
        here.spend(person, 900_00)
    assert here.ask_again().action == "BLOCK"
    claim = shown(here.proof())
    assert claim.certain == claim.decided == 1_800_00
    assert len({draw.loan_id for draw in claim.draws.values()}) == 1
    assert set(here.books.draws_of["ann"].values()) == {"loan-ann", "loan-second"}


def test_words_that_were_sent_again_are_named_once() -> None:
    """After a take-over the same bytes lie further on as well, behind the word that armed the block."""
    here = spent_by_helpers()
    before = encode(here.proof())
    again = {draw: [word._replace(offset=word.offset + 99) for word in told] for draw, told in here.books.told.items()}
    here.books.told = {draw: told + again[draw] for draw, told in here.books.told.items()}
    assert encode(here.proof()) == before


def test_what_is_told_after_the_decision_changes_nothing() -> None:
    """So that a proof built again later has the same bytes."""
    here = spent_by_helpers(2, 1_000_00)
    seen = here.decided[-1]
    before = encode(here.proof())
    here.arrive("another")
    here.wait(HOUR)
    here.pay("ann", "another", 900_00)
    here.spend("another", 900_00)
    decision = wanted(seen)
    assert decision is not None
    assert encode(prove(decision, seen, here.books)) == before


def test_a_block_that_no_word_armed_is_proven_by_all_words_before_it() -> None:
    """While the switch is on nothing is armed; then a payment of her own makes the rule look at the loan again."""
    people = ["helper0", "helper1", "helper2"]
    here = town(people)
    for person in people:
        here.pay("ann", person, 900_00)
    here.kill_switch("alert_only")
    for person in people:
        here.spend(person, 900_00)
    here.kill_switch("enforce")
    here.wait(HOUR)
    here.spend("ann", 100_00, product=None)
    here.wait(HOUR)
    assert here.ask_again().action == "BLOCK"
    claim = shown(here.proof())
    assert claim.certain == claim.decided == 2_700_00


def test_many_helpers_are_many_accounts() -> None:
    people = [f"helper{number}" for number in range(85)]
    here = town(people)
    for person in people:
        here.pay("ann", person, 100_00)
    for person in people:
        here.spend(person, 100_00)
    assert here.ask_again().action == "BLOCK"
    assert len({step.account for step in shown(here.proof()).steps}) > 64


def test_a_posting_that_came_late_behind_a_gap_is_passed_over() -> None:
    """Hal's second posting is read last, and the third is missing: where the walk of his account begins, it is not."""
    here = town(["hal", "kim"])
    here.pay("ann", "hal", 2_000_00)
    here.spend("hal", 900_00)
    here.pay("ann", "hal", 3_000_00)
    here.pay("hal", "kim", 2_500_00)
    here.spend("kim", 2_000_00)
    here.wait(HOUR)
    assert here.ask_again().action == "BLOCK"
    hal = here.books.accounts["hal-1"].postings
    hal[2] = hal[2]._replace(at=here.now)
    del hal[3]
    assert here.proof().refused == writing.LESS_SHOWN


# -- what a stranger could alter -------------------------------------------------------------------------

PROOFS = [json.loads(encode(here.proof())) for here in (ring("bob"), spent_by_helpers(2, 1_000_00))]


@pytest.mark.parametrize("proof", PROOFS)
def test_no_figure_and_no_text_can_be_altered_even_with_a_new_seal(proof: Any) -> None:
    every = [path for path in places(proof) if path != ("seal",)]
    assert any("named_by" in path for path in every)
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
    for name in proof["claims"][0]:
        rest = {field: value for field, value in proof["claims"][0].items() if field != name}
        with pytest.raises(Wrong):
            verify(json.dumps(sealed(proof | {"claims": [rest]})))
    for times in (0, 2):
        with pytest.raises(Wrong):
            verify(json.dumps(sealed(proof | {"claims": proof["claims"] * times})))
    with pytest.raises(Wrong):
        verify(json.dumps(sealed(proof | {"claims": [proof["claims"][0] | {"named_by": []}]})))


@pytest.mark.parametrize("proof", PROOFS)
def test_a_payment_named_twice_does_not_count_twice(proof: Any) -> None:
    claim = proof["claims"][0]
    value = sealed(proof | {"claims": [claim | {"named_by": claim["named_by"] * 2}]})
    assert verify(json.dumps(value)) == verify(json.dumps(proof))


def worded(proof: Any, **other: Any) -> Any:
    """A proof whose words say something else, sealed anew."""
    text = json.dumps(proof)
    for word in proof["claims"][0]["named_by"]:
        said = json.dumps(json.loads(proof["messages"][word["sha256"]]) | other)
        text = text.replace(word["sha256"], sha256(said.encode()).hexdigest())
    found = json.loads(text)
    for word in proof["claims"][0]["named_by"]:
        said = json.dumps(json.loads(proof["messages"][word["sha256"]]) | other)
        found["messages"][sha256(said.encode()).hexdigest()] = said
    return sealed(found)


@pytest.mark.parametrize(
    "other",
    [
        {"bucket": "CONSUMPTION"},
        {"sure": False},
        {"sign": -1},
        {"draw_id": "other"},
        {"certain": 1},
        {"payment_id": "x"},
    ],
)
def test_only_words_about_a_forbidden_use_of_these_draws_name_a_payment(other: dict[str, Any]) -> None:
    assert verify(json.dumps(worded(PROOFS[1]))) == verify(json.dumps(PROOFS[1]))
    with pytest.raises(Wrong):
        verify(json.dumps(worded(PROOFS[1], **other)))


def test_the_same_books_and_decision_give_the_same_bytes() -> None:
    assert encode(ring("bob", "cleo").proof()) == encode(ring("bob", "cleo").proof())
