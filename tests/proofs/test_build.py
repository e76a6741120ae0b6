"""Which decisions are proven, of which payment, from which postings, and when none can be."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.engine.tracing.interval import Bounds
from monitor.engine.tracing.machine import Machine
from monitor.proofs import build, writing
from monitor.proofs.verifier import verify
from monitor.proofs.walk import Walk
from tests.engine.scene import ACCOUNT, DAY, HOUR
from tests.proofs.scenes import ProvenScene, borrower
from tests.proofs.stories import Story, through_a_friend
from topics import loans, transfers
from topics.answers import Basis
from topics.catalogue import topic
from topics.codec import encode
from topics.names import PROOFS
from topics.proofs import Claim, Proof, Step

BROKER: dict[str, Any] = {"counterparty_account": "broker-1", "product_code": "SECURITIES_TRANSFER"}


def shown(proof: Proof) -> Claim:
    """The only claim of a proof that was built and holds."""
    assert proof.refused is None
    assert verify(encode(proof)).startswith("proven")
    (claim,) = proof.claims
    return claim


def counted(claim: Claim) -> Step:
    """The only step it rests on."""
    (step,) = [step for step in claim.steps if step.counts]
    return step


# -- of one customer, as the engine decides ------------------------------------------------------------


def test_a_blocked_request_is_proven_with_the_figures_of_its_decision() -> None:
    scene = borrower(own=10_000_00)
    decided = scene.invest(40_000_00)
    (proof,) = scene.proofs
    claim = shown(proof)
    assert decided.fund_flow is not None
    assert claim.certain == claim.decided == decided.fund_flow.certain == 30_000_00
    assert proof.event_id == decided.event_id
    assert [step.kind for step in claim.steps] == ["loan.disbursed", "transfer.request"]  # before it was own money
    assert (counted(claim).acct_seq, counted(claim).carries, counted(claim).holds) == (None, 30_000_00, 10_000_00)


def test_an_allowed_payment_and_an_alert_get_no_proof() -> None:
    scene = borrower(own=60_000_00)
    scene.invest(4_000_00)
    scene.invest(20_000_00)
    assert scene.proofs == []


def test_requests_that_are_open_may_be_paid_first() -> None:
    scene = borrower(own=20_000_00)
    scene.ask(5_000_00, "payee-1")
    decided = scene.invest(60_000_00)
    (proof,) = scene.proofs
    assert decided.fund_flow is not None
    assert decided.fund_flow.basis is not None
    assert decided.fund_flow.basis.reserved == 5_000_00
    assert shown(proof).certain == decided.fund_flow.certain == 40_000_00


@pytest.mark.parametrize(("reserved", "certain"), [(0, 50_00), (30_00, 50_00), (70_00, 10_00), (79_00, 1_00)])
def test_the_less_of_both_orders_is_certain(reserved: int, certain: int) -> None:
    """Of 100 at least 80 is a loan; 70 are asked for, and so much is open beside it."""
    bank = Story()
    bank.earns("li", 20_00)
    bank.draws("li", "d-li", 80_00)
    asked = bank.asks("li", 70_00)
    assert shown(bank.proof(asked, certain, reserved, codes=("FF01",))).certain == certain
    assert bank.proof(asked, certain + 1, reserved, codes=("FF01",)).refused == writing.LESS_SHOWN


def test_a_request_that_was_posted_is_a_step() -> None:
    scene = borrower(own=20_000_00)
    asked = scene.ask(5_000_00, "payee-1")
    scene.outcome(asked.payment_id, "accepted")
    scene.post(transfers.TransferPosting, -5_000_00, counterparty_account="payee-1", payment_id=asked.payment_id)
    scene.invest(60_000_00)
    (proof,) = scene.proofs
    assert [step.acct_seq for step in shown(proof).steps] == [3, 4, None]


def test_loan_money_is_shown_through_the_customers_own_accounts() -> None:
    scene = borrower()
    scene.open(0, account="account-2")
    own: dict[str, Any] = {"payment_id": "move-1", "same_name": True}
    scene.post(transfers.TransferPosting, -50_000_00, counterparty_account="account-2", **own)
    scene.post(transfers.TransferPosting, 50_000_00, account="account-2", counterparty_account=ACCOUNT, **own)
    scene.invest(20_000_00, account="account-2")
    (proof,) = scene.proofs
    claim = shown(proof)
    assert (counted(claim).account, claim.certain) == ("account-2", 20_000_00)
    assert [(step.account, step.acct_seq) for step in claim.steps] == [
        (ACCOUNT, 3),
        (ACCOUNT, 4),
        ("account-2", 1),
        ("account-2", None),
    ]


def test_a_posting_that_armed_a_block_is_proven_and_so_is_the_draw_it_stops() -> None:
    scene = borrower()
    posted = scene.post(transfers.TransferPosting, -40_000_00, **BROKER)
    scene.wait(HOUR)
    stopped = scene.ask_draw(5_000_00)
    first, second = scene.proofs
    assert (first.event_id, second.event_id) == (posted.event_id, stopped.event_id)
    assert shown(first).steps == shown(second).steps
    assert (counted(shown(second)).amount, shown(second).certain) == (40_000_00, 40_000_00)


def test_a_proof_begins_where_the_account_held_no_loan_money() -> None:
    scene = borrower(loan=20_000_00)
    scene.post(transfers.TransferPosting, -20_000_00, counterparty_account="payee-1")
    scene.post(transfers.TransferPosting, 3_00, counterparty_account="payee-1")
    scene.draw(30_000_00, "draw-2")
    scene.invest(30_000_00)
    (proof,) = scene.proofs
    assert list(shown(proof).draws) == ["draw-2"]
    assert len(shown(proof).steps) == 2


def test_the_same_books_and_decision_give_the_same_bytes() -> None:
    one, two = (encode(through_a_friend()[1]) for _ in range(2))
    assert one == two


# -- of several customers ------------------------------------------------------------------------------


def test_own_draws_and_those_of_others_are_told_apart() -> None:
    _, proof = through_a_friend()
    assert verify(encode(proof)).count("FF0") == 3
    own, others, mixed = proof.claims
    assert [claim.certain for claim in proof.claims] == [20_00, 60_00, 90_00]
    assert {draw: one.customer_id for draw, one in mixed.draws.items()} == {
        "d-li": "customer-li",
        "d-wang": "customer-wang",
    }
    assert (list(own.draws), list(others.draws)) == (["d-wang"], ["d-li"])


def test_of_two_reasons_one_that_can_be_shown_is_enough_and_the_other_is_not_claimed() -> None:
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    proof = bank.proof(bank.asks("li", 60_00), 60_00, codes=("FF02 OTHERS_LOAN", "FF01"))
    claim = shown(proof)
    assert (claim.reason, claim.code) == (1, "FF01")


def test_money_is_followed_through_two_people_and_round_a_ring() -> None:
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    for payer, payee in (("li", "wang"), ("wang", "zhao"), ("zhao", "li")):
        bank.pays(payer, payee, 100_00)
    proof = bank.proof(bank.asks("li", 100_00), certain=100_00, codes=("FF01",))
    assert shown(proof).certain == 100_00
    assert [step.account for step in shown(proof).steps] == ["li", "li", "wang", "wang", "zhao", "zhao", "li", "li"]


def test_accounts_that_brought_no_loan_money_are_not_shown() -> None:
    bank = Story()
    bank.earns("friend", 500_00)
    bank.draws("li", "d-li", 100_00)
    bank.pays("friend", "li", 50_00)
    proof = bank.proof(bank.asks("li", 120_00), certain=70_00, codes=("FF01",))
    assert {step.account for step in shown(proof).steps} == {"li"}


def test_a_payment_into_another_currency_ends_what_is_certain() -> None:
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    bank.pays("li", "wang", 100_00, arrives=14_00)
    bank.earns("wang", 86_00)
    asked = bank.asks("wang", 100_00)
    assert bank.proof(asked, certain=1, codes=("FF02 OTHERS_LOAN",)).refused == writing.LESS_SHOWN


def test_what_a_closed_draw_paid_out_is_own_money() -> None:
    bank = Story()
    bank.draws("li", "d-1", 100_00)
    bank.draws("li", "d-2", 50_00)
    bank.close("customer-li", "d-1")
    proof = bank.proof(bank.asks("li", 120_00), certain=20_00, codes=("FF01",))
    assert list(shown(proof).draws) == ["d-2"]
    assert shown(proof).certain == 20_00


# -- what the decision says it counted -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "refused"),
    [
        ({}, None),
        ({"account": "other"}, writing.NOT_ACCEPTED),
        ({"acct_seq": 7}, writing.GAP),
        ({"reserved": 3}, writing.LESS_SHOWN),
    ],
)
def test_account_number_and_reserve_must_be_those_the_decision_counted(
    wrong: dict[str, Any], refused: str | None
) -> None:
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    counted: dict[str, Any] = {"account": "li", "acct_seq": 1, "reserved": 0} | wrong
    basis = Basis(**counted)
    assert bank.proof(bank.asks("li", 100_00), 100_00, codes=("FF01",), basis=basis).refused == refused


def test_a_request_needs_a_decision_of_its_own_that_says_what_it_counted() -> None:
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    asked = bank.asks("li", 100_00)
    assert bank.proof(asked, 100_00, codes=("FF01",), basis=None).refused == writing.NO_PAYMENT
    assert bank.proof(asked, 100_00, codes=("FF01",), event_id="another").refused == writing.NO_PAYMENT


# -- when there is none --------------------------------------------------------------------------------


def test_a_refund_is_new_money_so_less_may_be_shown_than_was_decided() -> None:
    """The engine undoes the payment; a proof does without, so that it can be checked by a short program."""
    scene = borrower(own=50_000_00)
    bought = scene.post(transfers.TransferPosting, -60_000_00, counterparty_account="payee-1")
    back = {"posting_kind": "refund", "original_payment_id": bought.payment_id}
    scene.post(transfers.TransferPosting, 60_000_00, counterparty_account="payee-1", **back)
    decided = scene.invest(70_000_00)
    (proof,) = scene.proofs
    assert decided.fund_flow is not None
    assert decided.fund_flow.certain == 20_000_00
    assert proof.refused == writing.LESS_SHOWN
    assert proof.claims == []


def test_a_posting_that_is_not_there_leaves_a_gap() -> None:
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    asked = bank.asks("li", 100_00)
    del bank.books.accounts["li"].postings[1]
    basis = Basis(account="li", acct_seq=1, reserved=0)
    assert bank.proof(asked, codes=("FF01",), basis=basis).refused == writing.GAP


def test_a_gap_before_the_draw_does_no_harm() -> None:
    bank = Story()
    bank.earns("li", 7_00)
    bank.earns("li", 5_00)
    bank.draws("li", "d-li", 100_00)
    del bank.books.accounts["li"].postings[2]
    assert shown(bank.proof(bank.asks("li", 110_00), 98_00, codes=("FF01",))).certain == 98_00


def test_a_payment_the_books_do_not_have_cannot_be_proven() -> None:
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    asked = bank.asks("li", 100_00)
    bank.books.accounts["li"].requests.clear()
    assert bank.proof(asked).refused == writing.NO_PAYMENT


def test_a_card_number_that_somebody_wrote_down_does_not_travel() -> None:
    scene = borrower()
    scene.post(
        transfers.TransferPosting,
        -1_000_00,
        counterparty_account="payee-1",
        remittance_information="to my card 4111 1111 1111 1111",
    )
    scene.invest(40_000_00)
    (proof,) = scene.proofs
    assert proof.refused == writing.CARD_NUMBER
    assert proof.messages == {}
    assert b"4111" not in encode(proof)


def test_a_proof_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "MOST_BYTES", 1_000)
    scene = borrower()
    scene.invest(40_000_00)
    assert scene.proofs[0].refused == writing.TOO_LARGE


def test_an_error_in_the_engines_arithmetic_is_not_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builder and checker share no arithmetic, so one of them alone cannot be wrong."""
    right = Machine.flows

    def planted(self: Machine, amount: int) -> dict[str, Bounds]:
        return {name: Bounds(one.low + 1, one.high + 1) for name, one in right(self, amount).items()}

    monkeypatch.setattr(Machine, "flows", planted)
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    assert bank.proof(bank.asks("li", 50_00), codes=("FF01",)).refused == writing.NOT_ACCEPTED


# -- the contract --------------------------------------------------------------------------------------


def test_the_example_of_the_topic_holds() -> None:
    first, second, third = topic(PROOFS).valid
    assert "at least 30,000.00 of CNY 40,000.00 in pay-6 of account-1" in verify(first.value)
    assert json.loads(second.value)["refused"] == writing.GAP
    assert "at least 40,000.00 of CNY 40,000.00 in pay-bob-ann-6 of ann-1" in verify(third.value)


def test_every_reason_for_a_refusal_is_on_the_page() -> None:
    reasons = [writing.NO_PAYMENT, writing.NOT_NAMED, writing.GAP, writing.LESS_SHOWN]
    reasons += [writing.CARD_NUMBER, writing.TOO_LARGE, writing.NOT_ACCEPTED, writing.FAULT]
    page = (Path(__file__).parents[2] / "docs/proofs.md").read_text(encoding="utf-8")
    assert all(f"`{reason}`" in page for reason in reasons)


def test_a_draw_onto_a_credit_card_is_no_loan_money() -> None:
    scene = ProvenScene()
    scene.open(0, account_kind="credit_card")
    scene.loan()
    scene.draw(50_000_00)
    posting = scene.books.posting(ACCOUNT, 1)
    assert isinstance(posting, loans.LoanDisbursed)
    assert not scene.books.counts(posting, (scene.now + DAY, "", 0))


@pytest.mark.parametrize(("most", "loan_money"), [(100, True), (4, False)])
def test_a_bounded_walk_looks_at_the_payers_account_first(most: int, loan_money: bool) -> None:
    """What lies beyond the bound counts as own money, as all that is not shown."""
    bank = Story()
    bank.draws("li", "d-li", 100_00)
    for _ in range(3):
        bank.earns("li", 1_00)
    bank.pays("li", "wang", 100_00)
    for _ in range(3):
        bank.earns("wang", 1_00)
    walk = Walk(bank.books, lambda _: True, most=most)
    run = walk.advance("wang", 4)
    assert run is not None
    assert bool(run.moved[1].brought.carries) == loan_money
