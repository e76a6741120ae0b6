"""The stories: any seed, told to the end, each step tied to its events."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.stories.catalogue import STORIES
from monitor.simulator.stories.story import Step
from monitor.simulator.stories.telling import story
from topics.transfers import TransferRequest

CASES = tuple(STORIES)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 10**6))
def test_a_story_is_told_to_its_end_for_any_seed(case: str, seed: int) -> None:
    """Each guilty act can be proven; somebody innocent plays too; every step's events are in the stream."""
    bank = Bank(Plan(seed=seed, customers=0, days=30, cases=(case,)))
    events = {delivery.message.event_id for delivery in bank.stream()}
    (told,) = bank.stories
    assert told.over
    assert {event for step in told.steps for event in step.event_ids} <= events
    assert all((r.provable_event_id is not None) == (r.kind == "episode") for r in told.truth)
    assert {r.kind for r in told.truth} == {"episode", "look_alike"}
    assert [step.number for step in told.steps] == list(range(1, len(told.steps) + 1))


@pytest.mark.parametrize("case", CASES)
def test_names_and_amounts_differ_between_seeds(case: str) -> None:
    """It is not one story told again."""
    assert story(case, 1).steps[1].text != story(case, 2).steps[1].text


def test_a_story_is_told_the_same_whatever_plays_in_the_background() -> None:
    """To the last word."""
    alone = story("cash-out", 8)
    bank = Bank(Plan(seed=8, customers=12, days=30, cases=("cash-out",), shares=Shares(0.3, 0.3)))
    for _ in bank.stream():
        pass
    assert bank.stories[0].steps == alone.steps


def test_a_listener_hears_each_step_as_it_happens() -> None:
    """So a terminal can tell the story while it plays."""
    bank, heard = Bank(Plan(seed=1, customers=0, cases=("fraud",))), list[Step]()
    bank.stories[0].listeners.append(heard.append)
    for _ in bank.stream():
        assert heard == bank.stories[0].steps
    assert heard


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_the_loan_of_the_capital_flow_goes_through_two_people_before_the_last_one_orders(seed: int) -> None:
    """His order to the broker is the request that can be stopped, and part of it surely is the borrower's loan."""
    bank = Bank(Plan(seed=seed, customers=0, days=30, cases=("capital-flow",)))
    messages = {delivery.message.event_id: delivery.message for delivery in bank.stream()}
    record = bank.stories[0].truth[0]
    order = messages[record.provable_event_id or ""]
    assert record.code == "FF02"
    assert isinstance(order, TransferRequest)
    assert (order.customer_id, order.product_code) == (record.partners[1], "SECURITIES_TRANSFER")
    asked = [m for m in (messages[event] for event in record.request_ids) if isinstance(m, TransferRequest)]
    path = [(m.customer_id, m.creditor_customer_id) for m in asked]
    assert path == [*pairwise(record.people), (record.partners[1], None)]
    assert 0 < record.amount <= order.amount
