"""What an answer holds, and that each request and posting gets exactly one."""

import msgspec
import pytest

from rules.rule import Action, Family
from tests.engine.invented import beside, enforcing, rule, says
from tests.engine.scene import MINUTE, Scene, codes
from topics import answers, names, transfers

FAMILIES = list(Family)


def fivefold() -> Scene:
    """A bank with six invented rules that all fire; two of them are of one family."""
    actions = (Action.ALERT, Action.CHALLENGE, Action.HOLD, Action.BLOCK, Action.ALERT)
    rules = [rule(f"ZZ0{i}", says(a, margin=i / 10), FAMILIES[i], severity=3) for i, a in enumerate(actions)]
    rules.append(rule("ZZ05", says(Action.BLOCK, margin=0.9), FAMILIES[3], severity=3))
    return Scene(enforcing(*rules), beside(*rules))


def test_a_request_and_a_posting_get_one_decision_each_and_nothing_else_does() -> None:
    scene = Scene()
    scene.open(1_000_00)
    scene.loan()
    assert scene.read(names.DECISIONS) == []
    asked = scene.ask(10_00)
    posted = scene.post(transfers.TransferPosting, -10_00, counterparty_account="payee-1")
    scene.outcome(asked.payment_id, "accepted")
    assert [d.event_id for d in scene.read(names.DECISIONS)] == [asked.event_id, posted.event_id]


def test_the_event_id_stands_in_a_header_and_the_customer_is_the_key() -> None:
    scene = Scene()
    (answer,) = scene.send(scene.request(10_00, event_id="event-x"))
    assert answer.output.headers == (("event_id", b"event-x"),)
    assert answer.output.key == b"customer-1"


def test_reasons_are_ranked_at_most_four_and_one_a_family() -> None:
    decision = fivefold().ask(100_00)
    assert decision.action == "BLOCK"
    assert codes(decision) == ["ZZ05", "ZZ02", "ZZ01", "ZZ04"]
    assert [reason.action for reason in decision.reasons] == ["BLOCK", "HOLD", "CHALLENGE", "ALERT"]


def test_an_intervention_says_where_which_blocks_until_when_and_what_lifts_it() -> None:
    scene = fivefold()
    decision = scene.ask(100_00)
    assert decision.enforcement_point == "TRANSFER"
    assert decision.block_ids == [block.block_id for block in scene.read(names.BLOCKS)]
    assert decision.until == max(block.until for block in scene.read(names.BLOCKS))
    assert decision.lifted_by


def test_the_texts_are_there_in_both_languages_with_the_figures_used() -> None:
    scene = Scene().with_past()
    decision = scene.ask(9_000_00, device_id="new-phone")
    (reason,) = decision.reasons
    assert reason.code == "FR01"
    assert "9,000.00" in reason.customer_text.zh
    assert "9,000.00" in reason.customer_text.en
    assert "3 of 3" in reason.analyst_text
    assert reason.figures["amount"] == 9_000_00
    assert reason.event_ids == [decision.event_id]


def test_an_answer_within_its_deadline_is_in_time_and_one_after_it_is_too_late() -> None:
    scene = Scene()
    assert not scene.ask(10_00, deadline_ms=0).too_late
    message = scene.request(10_00, deadline_ms=100)
    late = scene.late(message, by_ms=101)
    assert late.too_late
    assert not scene.late(scene.request(10_00, deadline_ms=100), by_ms=100).too_late


def test_a_posting_is_always_too_late_to_stop() -> None:
    scene = Scene()
    scene.open(100_00)
    assert scene.post(transfers.TransferPosting, -10_00).too_late


def test_the_fail_policy_stands_on_requests_and_not_on_postings() -> None:
    scene = Scene()
    scene.open(100_000_00)
    assert scene.ask(10_00).fail_policy == "open"
    assert scene.ask(50_000_00).fail_policy == "hold"
    assert scene.swipe(2_000_00).fail_policy == "hold"
    assert scene.post(transfers.TransferPosting, -10_00).fail_policy is None


def test_reply_to_is_honoured_only_for_topics_the_worker_allows() -> None:
    scene = Scene(reply_topics=frozenset({"core-answers"}))
    first, second = scene.send(scene.request(10_00, reply_to="core-answers"))
    assert first.output.topic == names.DECISIONS
    assert second.output == msgspec.structs.replace(first.output, topic="core-answers")
    assert [a.output.topic for a in scene.send(scene.request(10_00, reply_to="elsewhere"))] == [names.DECISIONS]
    assert scene.engine.counters()[("reply_refused",)] == 1


def broken(_: object, __: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "evaluate", [broken, says(Action.BLOCK)], ids=["the rule raises", "its text needs a figure it does not give"]
)
def test_a_rule_that_fails_is_named_on_the_decision_and_the_others_still_speak(evaluate: object) -> None:
    failing = rule("ZZ01", evaluate, analyst="{missing}")  # type: ignore[arg-type]
    other = rule("ZZ02", says(Action.HOLD), Family.LISTED)
    scene = Scene(enforcing(failing, other), beside(failing, other))
    decision = scene.ask(100_00)
    assert decision.degraded == ["ZZ01"]
    assert (decision.action, codes(decision)) == ("HOLD", ["ZZ02"])
    assert scene.engine.counters()["rule_errors", "ZZ01"] == 1


def test_when_the_only_rule_fails_the_decision_still_says_so_and_the_model_does_not_learn_it() -> None:
    failing = rule("ZZ01", broken)
    scene = Scene(enforcing(failing), beside(failing))
    decision = scene.ask(100_00)
    assert (decision.action, decision.degraded) == ("ALLOW", ["ZZ01"])
    assert scene.model.waiting == 1


def same_but_id(one: answers.Decision, other: answers.Decision) -> bool:
    return msgspec.structs.replace(one, event_id=other.event_id) == other


def test_a_message_sent_again_gets_the_same_bytes_however_much_later() -> None:
    scene = Scene().with_past()
    scene.open(10_000_00)
    message = scene.request(9_000_00, device_id="new-phone")
    first = scene.send(message)
    assert [a.output.topic for a in first] == [names.BLOCKS, names.DECISIONS, names.ALERTS]
    for _ in range(63):
        scene.post(transfers.TransferPosting, -1_00)
    scene.wait(100 * MINUTE)
    again = scene.send(message)
    assert [a.output for a in again] == [first[1].output]
    scene.restart()
    assert [a.output for a in scene.send(message)] == [first[1].output]


def test_a_request_repeated_under_a_new_id_gets_the_first_decision() -> None:
    scene = Scene().with_past()
    message = scene.request(9_000_00, device_id="new-phone")
    first = scene.decision(scene.send(message))
    state = scene.encoded()
    scene.wait(MINUTE)
    again = scene.decision(scene.send(msgspec.structs.replace(message, event_id="other", trace_id="t")))
    assert again.event_id == "other"
    assert same_but_id(again, first)
    assert scene.encoded() == state


def test_a_posting_repeated_under_a_new_id_gets_the_first_decision() -> None:
    scene = Scene()
    scene.open(1_000_00)
    message = scene.posting(transfers.TransferPosting, -10_00)
    first = scene.decision(scene.send(message))
    again = scene.decision(scene.send(msgspec.structs.replace(message, event_id="other")))
    assert same_but_id(again, first)


def test_the_ledger_knows_a_repeated_posting_when_its_answer_is_long_forgotten() -> None:
    scene = Scene()
    scene.open(1_000_00)
    message = scene.posting(transfers.TransferPosting, -10_00)
    scene.send(message)
    for _ in range(300):
        scene.post(transfers.TransferPosting, 1_00)
    state = scene.encoded()
    (letter,) = scene.read(names.DEAD_LETTERS, scene.send(msgspec.structs.replace(message, event_id="other")))
    assert letter.reason == "REPEAT_FORGOTTEN"
    assert scene.encoded() == state


def test_a_repeated_outcome_changes_nothing() -> None:
    scene = Scene()
    asked = scene.ask(10_00)
    scene.outcome(asked.payment_id, "declined")
    assert scene.outcome(asked.payment_id, "declined") == []
    assert scene.engine.counters()[("repeats",)] == 1


@pytest.mark.parametrize("change", [{"event_id": "other"}, {"payment_id": "other"}], ids=["new id", "new payment"])
def test_a_repeat_with_other_content_is_refused_and_changes_nothing(change: dict[str, str]) -> None:
    scene = Scene()
    message = scene.request(10_00)
    scene.send(message)
    state = scene.encoded()
    scene.now += MINUTE
    (letter,) = scene.read(names.DEAD_LETTERS, scene.send(msgspec.structs.replace(message, amount=11_00, **change)))
    assert letter.reason == "CONFLICTING_REPEAT"
    assert scene.encoded() == state


def test_a_message_refused_for_what_it_names_changes_nothing() -> None:
    scene = Scene()
    scene.ask(10_00)
    state = scene.encoded()
    scene.now += MINUTE
    scene.outcome("never-asked", "declined")
    scene.verdict("alert", "never-raised", "ATO")
    assert [letter.reason for letter in scene.read(names.DEAD_LETTERS)] == ["UNKNOWN_REQUEST", "UNKNOWN_SUBJECT"]
    assert scene.encoded() == state
