"""Honest messages put together dishonestly: each proof here claims more than they show, or something else."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import pytest

from monitor.live.seen import Seen
from monitor.proofs import writing
from monitor.proofs.books import Books, Place
from monitor.proofs.verifier import FORBIDDEN, Wrong, verify
from monitor.proofs.walk import Walk
from rules import uses
from tests.proofs.stories import Story
from tests.proofs.test_named import ProvenTown, one_got_it_back, spent_by_helpers, town
from tests.proofs.test_verifier import sealed
from topics import names, proofs
from topics.codec import encode


def forged(decided: Seen, books: Books, places: Iterable[Place], words: Iterable[Seen] = ()) -> Any:
    """A proof of the first reason by which these postings count, and these words name them, whatever they say."""
    counted, named = set(places), list(words)
    walk = Walk(books, lambda _: True)
    moved = walk.needed(place for place in sorted(counted) if walk.advance(*place))
    seen = {one.place: books.accounts[one.posting.account].postings[one.posting.acct_seq] for one in moved}
    said = json.loads(decided.value or b"")
    reason = said["reasons"][0]
    claim = proofs.Claim(
        reason=0,
        code=reason["code"],
        currency="CNY",
        decided=reason["figures"].get("certain", sum(part["certain"] for part in reason["payments"])),
        certain=sum(one.brought.carries for one in moved if one.place in counted),
        draws=writing.draws(moved),
        named_by=[writing.evidence(word) for word in named],
        steps=[writing.step(one, seen[one.place], counts=one.place in counted) for one in moved],
    )
    shown = [decided, *named, *seen.values()]
    proof = proofs.Proof(
        schema_version=1,
        event_id=said["event_id"],
        customer_id=said["customer_id"],
        decision=writing.evidence(decided),
        claims=[claim],
        messages={sha256(one.value or b"").hexdigest(): (one.value or b"").decode() for one in shown},
    )
    return json.loads(encode(writing.seal(proof)))


def debits(here: ProvenTown, people: Iterable[str]) -> list[Place]:
    """What left their accounts."""
    found = []
    for account in (f"{person}-1" for person in people):
        postings = here.books.accounts[account].postings
        found += [(account, one) for one, seen in postings.items() if b'"credit_debit":"DBIT"' in (seen.value or b"")]
    return found


def told(here: ProvenTown) -> list[Seen]:
    """Bookings of Ann's draw."""
    return list(here.books.told["draw-ann"])


def test_what_is_put_together_honestly_holds() -> None:
    here = spent_by_helpers()
    proof = forged(here.decided[-1], here.books, debits(here, ["helper0", "helper1"]), told(here)[:2])
    assert verify(json.dumps(proof)) == verify(encode(here.proof()))


def test_a_request_does_not_count_twice() -> None:
    bank = Story()
    bank.draws("li", "d", 300_00)
    proof = json.loads(encode(bank.proof(bank.asks("li", 100_00), 100_00, codes=("FF01",))))
    steps = proof["claims"][0]["steps"]
    steps.append(steps[-1] | {"holds": steps[-1]["holds"] - 100_00})
    proof["claims"][0]["certain"] = 200_00
    with pytest.raises(Wrong, match="what the decision counted"):
        verify(json.dumps(sealed(proof)))


def test_a_word_of_the_ledger_names_nothing_in_a_claim_about_one_event() -> None:
    """Bob was stopped for 2,000; that he spent 20,000 before is another matter."""
    here = town(["bob"])
    here.pay("ann", "bob", 45_000_00)
    here.spend("bob", 20_000_00)
    here.spend("bob", 2_000_00)
    first, second = debits(here, ["bob"])
    assert verify(json.dumps(forged(here.decided[-1], here.books, [second])))
    for places in ([first], [first, second]):
        with pytest.raises(Wrong):
            verify(json.dumps(forged(here.decided[-1], here.books, places, told(here)[:1])))


def test_a_word_twice_does_not_make_up_for_what_was_given_back() -> None:
    here = one_got_it_back()
    spent = next(word for word in told(here) if b'"payment_id":"pay-returned"' in (word.value or b""))
    places = debits(here, ["bob", "helper0", "helper1"])
    with pytest.raises(Wrong):
        verify(json.dumps(forged(here.decided[-1], here.books, places, [*told(here), spent])))


def test_money_given_back_to_the_borrower_was_not_spent_by_others() -> None:
    """A technical reversal bears the payment's own id, and the tag names that."""
    here = town(["bob", "helper0", "helper1"])
    payment = here.pay("ann", "bob", 900_00)
    back = {"posting_kind": "reversal", "original_payment_id": payment}
    here.leg("bob", "ann", -900_00, payment, **back)
    here.leg("ann", "bob", 900_00, payment, **back)
    for person in ("helper0", "helper1"):
        here.pay("ann", person, 900_00)
        here.spend(person, 900_00)
    here.ask_again()
    outputs = [answer.output for answer in here.outputs if answer.output.topic == names.FUND_FLOW]
    tags = [one for one in outputs if b"fund_flow.tag" in (one.value or b"") and one.key == b"bob"]
    words = [Seen(one.topic, 0, number, here.now, one.key, one.value) for number, one in enumerate(tags)]
    with pytest.raises(Wrong):
        verify(json.dumps(forged(here.decided[-1], here.books, debits(here, ["bob"]), words)))


def test_a_claim_is_about_the_draw_that_the_reason_names() -> None:
    """Ten times as much of another loan of hers was spent the same way; the reason does not speak of that."""
    here = spent_by_helpers(2, 1_000_00)
    decided = here.decided[-1]
    said = json.loads(decided.value or b"")
    for part in said["reasons"][0]["payments"]:
        part["draw_id"] = "draw-of-another-loan"
    other = decided._replace(value=json.dumps(said).encode())
    with pytest.raises(Wrong, match="not for what is shown"):
        verify(json.dumps(forged(other, here.books, debits(here, ["helper0", "helper1"]), told(here))))


def test_one_draw_paid_out_to_two_people_is_not_all_of_one() -> None:
    bank = Story()
    bank.draws("wang", "d", 900_00)
    bank.pays("wang", "li", 900_00)
    bank.draws("li", "d", 10_00)
    bank.spends("li", 910_00)
    decided = bank.blocked(bank.books.posting("li", 3), 900_00, codes=("FF01",))
    with pytest.raises(Wrong, match="whose draw"):
        verify(json.dumps(forged(decided, bank.books, [("li", 3)])))


def test_a_claim_shows_the_payments_that_the_reason_names() -> None:
    """As much spent by another a day later is another matter."""
    here = town(["helper0", "helper1", "late"])
    for person in ("helper0", "helper1"):
        here.pay("ann", person, 900_00)
        here.spend(person, 900_00)
    assert here.ask_again().action == "BLOCK"
    decided = here.decided[-1]
    here.pay("ann", "late", 2_000_00)
    here.spend("late", 2_000_00)
    with pytest.raises(Wrong, match="not for what is shown"):
        verify(json.dumps(forged(decided, here.books, debits(here, ["late"]), told(here)[2:])))


def test_money_given_back_did_not_come_home() -> None:
    """Bob gives 9,000 back as a return; that Ann's money came round is said of other payments, and so it is shown."""
    here = town(["bob"])
    sent = here.pay("ann", "bob", 9_000_00)
    back = {"posting_kind": "return", "original_payment_id": sent}
    here.leg("bob", "ann", -9_000_00, "back-1", **back)
    here.leg("ann", "bob", 9_000_00, "back-1", **back)
    here.pay("ann", "bob", 40_000_00)
    here.pay("bob", "ann", 38_000_00)
    assert here.ask_again().action == "BLOCK"
    proof = json.loads(encode(here.proof()))
    assert "back-1" not in verify(json.dumps(proof))
    assert proof["claims"][0]["certain"] == 38_000_00


def test_words_that_name_nothing_are_not_there() -> None:
    """In a claim about one event."""
    here = town(["bob"])
    here.pay("ann", "bob", 45_000_00)
    here.spend("bob", 20_000_00)
    here.spend("bob", 2_000_00)
    second = debits(here, ["bob"])[1]
    with pytest.raises(Wrong, match="not for what is shown"):
        verify(json.dumps(forged(here.decided[-1], here.books, [second], told(here)[:1])))


@pytest.mark.parametrize("path", [(), ("decision",), ("claims", 0, "steps", 0, "shown_by")])
def test_no_field_is_added(path: tuple[str | int, ...]) -> None:
    proof = json.loads(encode(spent_by_helpers().proof()))
    holder = proof
    for name in path:
        holder = holder[name]
    holder["loan_money"] = 10**12
    with pytest.raises(Wrong):
        verify(json.dumps(sealed(proof)))


def test_nothing_certain_is_nothing_proven() -> None:
    bank = Story()
    bank.draws("li", "d", 10_00)
    bank.earns("li", 50_00)
    bank.spends("li", 30_00)
    decided = bank.blocked(bank.books.posting("li", 3), 0, codes=("FF01",))
    with pytest.raises(Wrong, match="less is certain"):
        verify(json.dumps(forged(decided, bank.books, [("li", 3)])))


@pytest.mark.parametrize("more", [{"possible": 10**9}, {"reason": False}, {"reason": 0.0}])
def test_a_claim_has_its_fields_and_no_others(more: dict[str, Any]) -> None:
    here = spent_by_helpers()
    proof = json.loads(encode(here.proof()))
    with pytest.raises(Wrong):
        verify(json.dumps(sealed(proof | {"claims": [proof["claims"][0] | more]})))


def test_a_step_has_its_fields_and_no_others() -> None:
    proof = json.loads(encode(spent_by_helpers().proof()))
    steps = proof["claims"][0]["steps"]
    leg = next(step["comes_from"] for step in steps if step["comes_from"])
    for holder, more in ((steps[0], {"fee": 1}), (leg, {"amount": 1}), (leg, {"acct_seq": float(leg["acct_seq"])})):
        before = dict(holder)
        holder.update(more)
        with pytest.raises(Wrong):
            verify(json.dumps(sealed(proof)))
        holder.clear()
        holder.update(before)
    assert verify(json.dumps(sealed(proof)))


def test_no_field_stands_twice() -> None:
    text = json.dumps(json.loads(encode(spent_by_helpers().proof())))
    twice = text.replace('"decided": 180000', '"decided": 99999999, "decided": 180000', 1)
    assert twice != text
    with pytest.raises(Wrong, match="number of fields"):
        verify(twice)


def test_an_endless_amount_is_wrong_and_never_a_crash() -> None:
    bank = Story()
    bank.draws("li", "d", 300_00)
    proof = json.loads(encode(bank.proof(bank.asks("li", 100_00), 100_00, codes=("FF01",))))
    digest = proof["claims"][0]["steps"][0]["shown_by"]["sha256"]
    text = proof["messages"][digest].replace('"amount":30000', '"amount":Infinity')
    found = json.loads(json.dumps(proof).replace(digest, sha256(text.encode()).hexdigest()))
    found["messages"][sha256(text.encode()).hexdigest()] = text
    with pytest.raises(Wrong):
        verify(json.dumps(sealed(found)))


def test_the_checker_knows_the_forbidden_uses_by_heart() -> None:
    """It shares no code, so it says them again."""
    assert tuple(FORBIDDEN) == uses.FORBIDDEN
