"""What is kept of a decision comes back as it was."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.engine.decision.kept import NOT_SCORED, WARM_UP, Detail, Kept, pack, unpack
from monitor.engine.decision.kept_flow import KeptFlow

AMOUNTS = st.integers(-(2**50), 2**50)
CONFIDENCES = st.floats(0, 0.99).map(lambda sure: round(sure, 4))
LOANS = st.dictionaries(st.text(max_size=200), st.lists(AMOUNTS, min_size=3, max_size=3), max_size=9)
FLOWS = st.builds(KeptFlow, AMOUNTS, AMOUNTS, AMOUNTS, st.text(), CONFIDENCES, st.booleans(), LOANS)
DETAILS = st.builds(Detail, drivers=st.lists(st.text()), until=st.none() | st.integers(0, 2**45))
KEPT = st.builds(
    Kept,
    versions=st.integers(0, 300),
    epoch=st.integers(0, 2**20),
    too_late=st.booleans(),
    action=st.integers(0, 4),
    clock=st.integers(0, 2**45),
    sequence=st.integers(0, 2**50),
    quantile=st.sampled_from([WARM_UP, NOT_SCORED]) | st.integers(0, 1000),
    flow=st.none() | FLOWS,
    detail=st.none() | DETAILS,
)


@given(KEPT)
def test_a_kept_decision_comes_back(kept: Kept) -> None:
    assert unpack(pack(kept)) == kept


@given(FLOWS)
def test_draws_come_back_in_their_order(flow: KeptFlow) -> None:
    found = unpack(pack(kept(flow))).flow
    assert found is not None
    assert list(found.loans) == list(flow.loans)


def test_payments_out_of_one_draw_differ_in_the_last_five_bytes() -> None:
    lead = pack(kept(flow(100_00)))[:-5]
    assert pack(kept(flow(200_00))).startswith(lead)
    assert len(pack(kept(flow(200_00)))) - len(lead) == 5


def flow(amount: int) -> KeptFlow:
    return KeptFlow(0, amount, amount, "CONSUMPTION", 0.8, False, {"draw-1": [0, amount, amount]})


def kept(flow: KeptFlow) -> Kept:
    return Kept(0, 0, False, 0, 0, 0, NOT_SCORED, flow)
