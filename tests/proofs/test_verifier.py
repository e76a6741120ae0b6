"""Whoever checks a proof believes nothing in it: every figure is worked out again from the messages."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import pytest

from monitor.proofs.verifier import Wrong, verify
from tests.proofs.stories import through_a_friend
from topics.codec import encode

PLACES = frozenset({"topic", "partition", "offset"})  # where a message lies cannot be seen from the message


PROOF = json.loads(encode(through_a_friend()[1]))
MIXED = PROOF["claims"][2]  # all draws together


def sealed(value: Any) -> Any:
    """The seal of whoever altered it, which anybody can put on."""
    rest = {name: inner for name, inner in value.items() if name != "seal"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return rest | {"seal": sha256(text.encode()).hexdigest()}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every figure and text."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        if isinstance(one, dict | list):
            yield from places(one, (*path, name))
        else:
            yield (*path, name)


def altered(proof: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    """A copy of a proof with one figure or text changed."""
    value = json.loads(json.dumps(proof))
    holder = value
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = change(holder[path[-1]])
    return value


def more(value: Any) -> Any:
    """Another figure or text of the same kind."""
    if value is None:
        return "x"
    return value + 1 if isinstance(value, int) else value + "x"


def less(value: Any) -> Any:
    """One on the other side, or shorter."""
    if value is None:
        return 0
    return value - 1 if isinstance(value, int) else value[:-1]


EVERY = [path for path in places(PROOF) if path != ("seal",)]


def test_the_proof_holds_and_says_so_in_one_line() -> None:
    line = verify(json.dumps(PROOF))
    assert line.startswith("proven, however it is counted: FF01: at least 20.00 of CNY 160.00 in p")
    assert line.endswith(" of wang is money of d-li, d-wang, by 5 steps in 2 accounts")
    assert "\n" not in line


def test_there_is_much_to_alter() -> None:
    assert len(EVERY) > 100
    assert {path[0] for path in EVERY} >= {"decision", "claims", "messages", "refused", "customer_id"}
    inside = {path[2] for path in EVERY if path[0] == "claims"}
    assert inside == {"reason", "code", "currency", "decided", "certain", "draws", "steps"}


@pytest.mark.parametrize("change", [more, less])
def test_no_figure_and_no_text_can_be_altered(change: Callable[[Any], Any]) -> None:
    for path in [*EVERY, ("seal",)]:
        with pytest.raises(Wrong):
            verify(json.dumps(altered(PROOF, path, change)))


@pytest.mark.parametrize("change", [more, less])
def test_a_new_seal_does_not_help(change: Callable[[Any], Any]) -> None:
    """Every figure is checked, not only the seal; where a message lies is all that a stranger could alter so."""
    for path in EVERY:
        value = json.dumps(sealed(altered(PROOF, path, change)))
        if path[-1] in PLACES:
            assert verify(value)
        else:
            with pytest.raises(Wrong):
                verify(value)


@pytest.mark.parametrize("number", [1.0, True, "1"])
def test_a_figure_of_another_type_is_another_figure(number: object) -> None:
    with pytest.raises(Wrong, match="version"):
        verify(json.dumps(sealed(PROOF | {"schema_version": number})))


@pytest.mark.parametrize("digest", sorted(PROOF["messages"]))
def test_the_digest_of_an_altered_message_does_not_match(digest: str) -> None:
    value = json.loads(json.dumps(PROOF))
    value["messages"][digest] = value["messages"][digest].replace('"customer_id":"', '"customer_id":"x', 1)
    assert value != PROOF
    with pytest.raises(Wrong, match="digest of a message"):
        verify(json.dumps(sealed(value)))


def renamed(value: Any, digest: str, text: str) -> Any:
    """A proof in which a message was replaced and is named by its new digest everywhere."""
    whole = json.dumps(value).replace(digest, sha256(text.encode()).hexdigest())
    found = json.loads(whole)
    found["messages"][sha256(text.encode()).hexdigest()] = text
    return found


def test_a_message_that_says_more_needs_other_figures() -> None:
    """Even where digest and seal are made to fit, the postings must."""
    step = next(step for step in MIXED["steps"] if step["draw"] == "d-li")
    text = PROOF["messages"][step["shown_by"]["sha256"]]
    bigger = text.replace('"amount":10000', '"amount":11000')
    assert bigger != text
    with pytest.raises(Wrong):
        verify(json.dumps(sealed(renamed(PROOF, step["shown_by"]["sha256"], bigger))))


@pytest.mark.parametrize("left_out", range(len(MIXED["steps"])))
def test_no_posting_can_be_left_out(left_out: int) -> None:
    value = json.loads(json.dumps(PROOF))
    del value["claims"][2]["steps"][left_out]
    with pytest.raises(Wrong):
        verify(json.dumps(sealed(value)))


def test_no_message_can_be_left_out_or_added() -> None:
    for digest in PROOF["messages"]:
        rest = {name: text for name, text in PROOF["messages"].items() if name != digest}
        with pytest.raises(Wrong):
            verify(json.dumps(sealed(PROOF | {"messages": rest})))
    more_messages = PROOF["messages"] | {sha256(b"{}").hexdigest(): "{}"}
    with pytest.raises(Wrong, match="claims and messages"):
        verify(json.dumps(sealed(PROOF | {"messages": more_messages})))


def test_nothing_claimed_is_nothing_proven() -> None:
    shown = {PROOF["decision"]["sha256"]: PROOF["messages"][PROOF["decision"]["sha256"]]}
    with pytest.raises(Wrong, match="claims and messages"):
        verify(json.dumps(sealed(PROOF | {"claims": [], "messages": shown})))


def test_money_does_not_come_twice_from_one_debit() -> None:
    value = json.loads(json.dumps(PROOF))
    steps = value["claims"][2]["steps"]
    steps.append(next(step for step in steps if step["comes_from"]))
    with pytest.raises(Wrong):
        verify(json.dumps(sealed(value)))


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "1", '{"seal": 1}', "[" * 100_000, b"\xff", '"proof"'])
def test_what_is_no_proof_is_wrong_and_never_a_crash(text: str | bytes) -> None:
    with pytest.raises(Wrong):
        verify(text)


@pytest.mark.parametrize("path", [path for path in EVERY if path[-1] not in PLACES][::5])
def test_a_proof_with_a_part_missing_is_wrong_and_never_a_crash(path: tuple[Any, ...]) -> None:
    value = json.loads(json.dumps(PROOF))
    holder = value
    for name in path[:-1]:
        holder = holder[name]
    del holder[path[-1]]
    with pytest.raises(Wrong):
        verify(json.dumps(sealed(value)))


def test_less_than_was_decided_proves_nothing() -> None:
    value = json.loads(json.dumps(PROOF))
    digest = value["decision"]["sha256"]
    for claim in value["claims"]:
        claim["decided"] = 99999
    more_decided = value["messages"][digest].replace('"certain":2000', '"certain":99999')
    with pytest.raises(Wrong, match="less is certain than was decided"):
        verify(json.dumps(sealed(renamed(value, digest, more_decided))))


@pytest.mark.parametrize(
    ("before", "after"),
    [('"action":"BLOCK"', '"action":"ALERT"'), ('"code":"FF01"', '"code":"FR01"'), ('"FF02"', '"CO13"')],
)
def test_only_what_a_tracing_rule_blocked_is_claimed(before: str, after: str) -> None:
    value = json.loads(json.dumps(PROOF).replace('"code": "FF01"', '"code": "FR01"')) if "FR01" in after else PROOF
    digest = value["decision"]["sha256"]
    other = value["messages"][digest].replace(before, after)
    assert other != value["messages"][digest]
    with pytest.raises(Wrong):
        verify(json.dumps(sealed(renamed(value, digest, other))))


@pytest.mark.parametrize("whose", ["", "OTHERS_LOAN", "OWN_LOAN"])
def test_whose_loan_it_is_must_be_as_the_reason_says(whose: str) -> None:
    """Of what is shown of both people's loans together nothing is shown of one of them."""
    digest = PROOF["decision"]["sha256"]
    other = PROOF["messages"][digest].replace("MIXED_LOANS", whose)
    with pytest.raises(Wrong, match=r"whose draw|step|what is shown"):
        verify(json.dumps(sealed(renamed(PROOF, digest, other))))


def test_a_refusal_is_no_proof() -> None:
    bank, _ = through_a_friend()
    refused = bank.proof(bank.asks("nobody", 1_00), basis=None)
    assert refused.refused == "NO_PAYMENT"
    with pytest.raises(Wrong, match=r'version and refusal: the proof says .1, "NO_PAYMENT".'):
        verify(encode(refused))
