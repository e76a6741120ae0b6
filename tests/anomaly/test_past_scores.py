"""The rank of a score among the model's own past ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.anomaly.model import DumpError
from monitor.engine.anomaly.past_scores import PastScores

scores = st.lists(st.sampled_from((0.0, 0.25, 0.5, 0.75, 1.0)) | st.floats(0, 1), max_size=40)


@given(scores, st.floats(0, 1), st.integers(1, 20))
def test_the_rank_is_the_share_of_the_last_scores_below_with_equal_ones_counted_half(
    seen: list[float], score: float, limit: int
) -> None:
    past = PastScores(limit)
    for value in seen:
        past.add(value)
    last = seen[-limit:]
    below, equal = sum(value < score for value in last), sum(value == score for value in last)
    assert len(past) == len(last)
    assert past.rank(score) == ((below + equal / 2) / len(last) if last else 0.0)


@given(scores, scores, st.integers(1, 20))
def test_a_loaded_memory_goes_on_as_the_dumped_one(before: list[float], after: list[float], limit: int) -> None:
    kept = PastScores(limit)
    for value in before:
        kept.add(value)
    loaded = PastScores.load(limit, kept.dump())
    for value in after:
        assert loaded.rank(value) == kept.rank(value)
        kept.add(value)
        loaded.add(value)
    assert loaded.dump() == kept.dump()


@pytest.mark.parametrize("dump", [b"1234567", bytes(24)])
def test_a_dump_that_does_not_fit_is_refused(dump: bytes) -> None:
    with pytest.raises(DumpError, match=f"{len(dump)} bytes are not at most 2 scores"):
        PastScores.load(2, dump)
