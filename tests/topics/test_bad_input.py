"""The table of bad input, as far as one record alone decides it."""

from typing import cast

import pytest

from tests.bad_input import Row, Tried, rows
from topics.catalogue import catalogue
from topics.codec import decode
from topics.refusals import Reason, Refused

NOW = 1_772_416_800_250
ROWS = rows()


def each(chosen: list[Row], *, preparation: bool = False) -> list[object]:
    tried = [(row, row.preparation(NOW) if preparation else row.records(NOW)) for row in chosen]
    return [pytest.param(row, t, id=f"{row.id} {i}") for row, records in tried for i, t in enumerate(records)]


REFUSED_BY_CODEC = [row for row in ROWS if row.decided_by == "codec" and row.reason]
DECODED = [row for row in ROWS if row not in REFUSED_BY_CODEC and row.times == 1]  # the others are floods


@pytest.mark.parametrize(("row", "tried"), each(REFUSED_BY_CODEC))
def test_what_the_codec_decides_is_refused_with_the_reason_of_its_row(row: Row, tried: Tried) -> None:
    with pytest.raises(Refused) as refused:
        decode(tried.topic, tried.key, tried.value, NOW)
    assert refused.value.reason == row.reason


@pytest.mark.parametrize(("row", "tried"), each(DECODED))
def test_what_the_engine_decides_or_accepts_decodes(row: Row, tried: Tried) -> None:
    assert decode(tried.topic, tried.key, tried.value, NOW)


@pytest.mark.parametrize(("row", "tried"), each(ROWS, preparation=True))
def test_what_comes_first_decodes(row: Row, tried: Tried) -> None:
    assert decode(tried.topic, tried.key, tried.value, NOW)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_row(reason: Reason) -> None:
    assert reason in {row.reason for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: cast("Row", row).id)
def test_a_row_is_complete(row: Row) -> None:
    assert (row.reason is None) == (row.outcome == "accepted")
    assert (row.outcome == "tolerated") == (row.reason is not None and Reason(row.reason).tolerated)
    assert row.outcome != "tolerated" or row.metric == "tolerated"
    assert row.record


@pytest.mark.parametrize("row", [row for row in ROWS if row.reason], ids=lambda row: cast("Row", row).id)
def test_only_what_needs_state_is_left_to_the_engine(row: Row) -> None:
    decided_by_engine = row.decided_by == "engine" and row.times == 1
    assert decided_by_engine == (not Reason(str(row.reason)).counts_for_flood)


def test_rows_are_told_apart_by_their_id() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_examples_of_topics_name_reasons_that_exist() -> None:
    assert {example.reason for t in catalogue() if not t.binary for example in t.invalid} <= set(Reason)
