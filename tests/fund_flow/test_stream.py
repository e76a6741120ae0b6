"""Loan money through several partitions: late, repeated, in any order, the streaming engine says what is true."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.fund_flow.agreement import differences
from tests.fund_flow.awkward import AWKWARD
from tests.fund_flow.books import JUDGEMENT, Books
from tests.fund_flow.figures import Figure
from tests.fund_flow.findings import Findings
from tests.fund_flow.histories import History
from tests.fund_flow.loan_ledgers import loan_ledgers
from tests.fund_flow.offline_system import findings_of
from tests.fund_flow.offline_tracer import OfflineTracer
from tests.fund_flow.stream_check import BRISK, LATE, tell, wrong
from tests.fund_flow.stream_system import Post, StreamSystem
from tests.mutation.areas import Area
from tests.mutation.trial import survives_quick_check
from tests.tracing.planted import PLANTED, Planted
from tests.tracing.test_planted import as_mutant

AREA = Area((), (), "", quick="tests.fund_flow.quick_stream", seconds=120)
CALM = replace(BRISK, calm=True)


@pytest.mark.parametrize("number", range(12))
def test_what_comes_late_and_twice_ends_as_the_offline_tracer_and_every_rule_have_it(number: int) -> None:
    assert wrong(f"late-{number}") == []


@pytest.mark.parametrize("number", range(6))
def test_what_comes_at_once_ends_so_too(number: int) -> None:
    assert wrong(f"once-{number}", Post()) == []


def test_no_record_says_that_more_was_spent_on_one_thing_than_was_drawn() -> None:
    """Of this history it once did: spent, come back and spent again before word of the return was home."""
    assert wrong("5-2431") == []


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_a_thousand_histories_end_so() -> None:
    assert [what for number in range(1_000) for what in wrong(f"long-{number}")] == []


@pytest.mark.parametrize("number", range(6))
def test_in_which_order_messages_come_is_no_matter_in_the_end(number: int) -> None:
    messages = History(random.Random(f"order-{number}"), CALM).messages
    found = [told(messages, seed=seed) for seed in ("one", "two", "three")]
    assert [one.uses for one in found] == [found[0].uses] * 3
    assert [one.sent for one in found] == [found[0].sent] * 3


@pytest.mark.parametrize("history", AWKWARD, ids=lambda history: str(history.__name__))
def test_what_is_awkward_ends_as_the_offline_tracer_has_it(history: Callable[[], Books]) -> None:
    messages = history().messages
    stream, tracer = StreamSystem(random.Random(1), LATE), OfflineTracer(messages, JUDGEMENT)
    tell(stream, messages)
    for _ in range(10):  # a gap is closed after five minutes
        stream.settle()
    assert differences(stream.findings(), findings_of(tracer), loan_ledgers(tracer)) == []
    assert tracer.draws["d"].buckets


def test_messages_do_come_late_and_twice() -> None:
    """Else the above would prove little."""
    repeats = early = 0
    for number in range(10):
        stream = StreamSystem(random.Random(number), LATE)
        tell(stream, History(random.Random(f"seen-{number}"), BRISK).messages)
        repeats += sum(engine.counters().get(("repeats",), 0) for engine in stream.engines)
        early += sum(said.early is not None for said in stream.findings().postings.values())
    assert repeats > 100
    assert early > 20


def told(messages: list[Any], seed: str = "", post: Post = LATE) -> Findings:
    """What the engine says of these messages."""
    stream = StreamSystem(random.Random(seed), post)
    tell(stream, messages)
    assert stream.answers.dead == []
    return stream.findings()


def bank(step: timedelta = timedelta(seconds=2)) -> Books:
    """Two customers, one of them with a line."""
    books = Books(step)
    for account in ("c-0/0", "c-1/0"):
        books.open(account, account[:3])
    books.grant("c-0", "loan")
    return books


def test_a_refund_to_somebody_else_comes_out_of_the_borrowers_ledger() -> None:
    """What is taken out may be certain though nothing possible is: the rest of the payment may still be the loan."""
    books = bank()
    books.draw("c-0/0", "loan", "d", 1_000_00)
    books.pay("c-0/0", 1_000_00, "c-1/0")
    books.receive("c-1/0", 500_00)
    shop = books.pay("c-1/0", 1_400_00)
    books.give_back(shop, 300_00)
    use = told(books.messages).uses["loan"]
    assert use.buckets == {"CONSUMPTION": Figure(600_00, 1_000_00, 785_72)}
    assert use.held == Figure(0, 400_00, 214_28)


def test_two_who_pay_each_other_within_seconds_do_not_wait_for_each_other() -> None:
    """The first payment brings nothing and is known; what its payer sends later is not, and is no reason to wait."""
    books = bank(timedelta(milliseconds=200))
    books.receive("c-0/0", 5_000_00)
    books.receive("c-1/0", 5_000_00)
    books.pay("c-0/0", 700_00, "c-1/0")
    books.draw("c-0/0", "loan", "d", 1_000_00)
    books.pay("c-1/0", 500_00, "c-0/0")
    last = books.pay("c-0/0", 5_800_00, "c-1/0")
    stream = StreamSystem(random.Random(1), Post())
    for message in books.messages:
        stream.tell(message)
    stream.settle()
    counted = [engine.counters().get(("tracing", "give_up"), 0) for engine in stream.engines]
    assert counted == [0] * len(counted)
    assert stream.findings().sent == {last: {"d": Figure(1_000_00, 1_000_00, 1_000_00)}}


def test_a_word_that_comes_while_a_posting_is_missing_is_not_lost() -> None:
    """The credit's turn comes later; it must not wait then until it is given up."""
    books = bank()
    books.receive("c-1/0", 5_000_00)
    books.draw("c-0/0", "loan", "d", 1_000_00)
    missing = books.messages.pop()
    books.pay("c-1/0", 500_00, "c-0/0")
    stream = StreamSystem(random.Random(1), Post())
    tell(stream, books.messages)
    tell(stream, [missing])
    books.pay("c-0/0", 100_00)
    stream.tell(books.messages[-1])
    assert stream.findings().postings["c-0/0", 3].figures == {"d": Figure(0, 100_00, 100_00)}
    assert [engine.counters().get(("tracing", "give_up"), 0) for engine in stream.engines] == [0, 0, 0]


@pytest.mark.parametrize("owner", ["c-0", "c-1"])
def test_paying_a_card_from_loan_money_ends_there(owner: str) -> None:
    books = bank()
    books.open(f"{owner}/card", owner, kind="credit_card", balance=-900_00)
    books.draw("c-0/0", "loan", "d", 1_000_00)
    books.pay("c-0/0", 600_00, f"{owner}/card")
    use = told(books.messages).uses["loan"]
    assert use.buckets == {"CARD_DEBT": Figure(600_00, 600_00, 600_00)}
    assert use.at_home == Figure(400_00, 400_00, 400_00)


SIGNS = ("certain sign", "anchor sign", "narrowing sign", "nobody waits for tags", "union kept when a tag is cut")


@pytest.mark.parametrize("planted", [one for one in PLANTED if one.name in SIGNS], ids=lambda one: str(one.name))
def test_an_error_planted_in_the_engine_is_caught(planted: Planted) -> None:
    assert not survives_quick_check(as_mutant(planted), AREA)
