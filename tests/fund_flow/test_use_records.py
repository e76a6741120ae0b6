"""A record of use that is wrong by itself is noticed, and money that is nowhere."""

import json
from typing import Any

import pytest

from tests.fund_flow.books import JUDGEMENT, Books
from tests.fund_flow.figures import Figure
from tests.fund_flow.findings import Findings, Use
from tests.fund_flow.offline_tracer import OfflineTracer
from tests.fund_flow.points_held import unaccounted
from tests.fund_flow.stream_answers import Answers
from topics import names
from topics.catalogue import topic


def record() -> dict[str, Any]:
    """The example: 15,000 at home, 5,000 with others, 5,000 consumed and 25,000 in securities, of 50,000."""
    found: dict[str, Any] = json.loads(topic(names.USE_OF_PROCEEDS).valid[0].value)
    return found


@pytest.mark.parametrize(
    ("part", "changed", "found"),
    [
        ("unspent", {}, 0),
        ("unspent", {"certain": 15_000_01}, 1),
        ("unspent", {"possible": 14_999_99}, 1),
        ("with_others", {"certain": -1}, 1),
        ("unspent", {"point": 15_000_01}, 2),
        ("left_bank", {"point": 29_999_99}, 1),
    ],
)
def test_every_record_is_looked_at_when_it_is_published_also_if_a_later_one_is_right(
    part: str, changed: dict[str, int], found: int
) -> None:
    first, later = record(), record()
    first[part] |= changed
    answers = Answers()
    answers.take((names.USE_OF_PROCEEDS, json.dumps(said).encode()) for said in (first, later))
    assert (answers.checked, len(answers.broken)) == (2, found)


def lent_on() -> OfflineTracer:
    """Of a draw of 1,000, 600 are with somebody else, of which 100 are spent."""
    books = Books()
    for customer in ("a", "b"):
        books.open(customer, customer)
    books.grant("a", "loan")
    books.draw("a", "loan", "d", 1_000_00)
    books.pay("a", 600_00, "b")
    books.pay("b", 100_00)
    return OfflineTracer(books.messages, JUDGEMENT)


def said_to_be_held(units: int) -> Findings:
    held = Figure(units, units, units)
    return Findings({}, {"loan": Use(("d",), 1_000_00, {}, Figure(400_00, 400_00, 400_00), held)})


@pytest.mark.parametrize(("units", "found"), [(900_00, 0), (899_99, 1), (900_01, 1)])
def test_what_is_said_to_be_with_others_must_be_there(units: int, found: int) -> None:
    assert len(unaccounted(said_to_be_held(units), lent_on())) == found


def test_a_unit_that_is_in_no_account_and_in_no_bucket_is_missed() -> None:
    tracer = lent_on()
    tracer.purses["b"].points.take(1)
    assert unaccounted(said_to_be_held(899_99), tracer) == ["draw d: 99999 in accounts and buckets, 100000 drawn"]
