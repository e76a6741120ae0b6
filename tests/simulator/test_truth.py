"""The truth is about what is in the stream."""

import pytest

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.calendar import instant
from monitor.simulator.casting import Shares
from monitor.simulator.episodes.catalogue import CASES
from monitor.simulator.truth import DEALT, GRADES, Code, Grade
from tests.simulator.banks import MONTH, month
from tests.simulator.played import played
from topics.customers import CredentialReset, DeviceBound
from topics.instants import event_time_ms
from topics.loans import LoanDisbursed
from topics.reference import ListedAccount
from topics.transfers import TransferPosting, TransferRequest


@pytest.mark.parametrize("code", DEALT)
def test_every_code_has_episodes_that_can_be_proven_and_all_its_look_alikes(code: Code) -> None:
    """In a month of the test bank."""
    _, truth = month()
    mine = [record for record in truth if record.code == code]
    assert any(r.provable_event_id for r in mine if r.kind == "episode")
    assert {r.variant for r in mine if r.kind == "look_alike"} >= {part.name for part in CASES[code].look_alikes[:3]}


@pytest.mark.parametrize("grade", GRADES)
def test_the_model_s_own_case_is_a_large_payment_at_night_to_somebody_paid_before(grade: Grade) -> None:
    """Dealt to those only who ask for it."""
    bank = played("AN01", grade)
    (record,) = bank.truth
    paid = bank.messages[record.provable_event_id or ""]
    assert isinstance(paid, TransferRequest)
    requests = [bank.messages[request] for request in record.request_ids]
    assert {r.creditor_account for r in requests if isinstance(r, TransferRequest)} == {paid.creditor_account}
    assert requests.index(paid) == 3
    assert not 6 <= instant(event_time_ms(paid)).hour < 22
    assert record.amount >= 5_000_00
    assert "AN01" not in {r.code for r in month()[1]}


def test_the_innocents_beside_it_ride_at_night_or_pay_as_much_by_day() -> None:
    """Never both."""
    taxi, fees = played("AN01", kind="look_alike").truth
    assert 0 < taxi.amount < 1_000_00
    assert fees.amount > 5_000_00
    bank = played("AN01", kind="look_alike")
    hours = [instant(event_time_ms(bank.messages[request])).hour for request in fees.request_ids]
    assert all(8 <= hour <= 22 for hour in hours)


def test_the_events_of_a_case_are_its_people_s_and_in_the_stream() -> None:
    """Every id leads to a message of somebody in it, or is the other leg of what one of them paid."""
    deliveries, truth = month()
    owners = {d.message.event_id: d.key.decode() for d in deliveries}
    for record in truth:
        assert owners[record.event_ids[0]] in record.people
        assert {owners[request] for request in record.request_ids} <= set(record.people)
        assert set(record.event_ids) <= owners.keys()
        assert set(record.request_ids) <= set(record.event_ids)


def test_a_provable_moment_is_an_event_of_the_episode_with_an_amount() -> None:
    """Look-alikes have none."""
    for record in month()[1]:
        if record.kind == "look_alike":
            assert record.provable_event_id is None
        elif record.provable_event_id is not None:
            assert record.provable_event_id in record.event_ids
            assert record.amount > 0
            assert record.started_at <= (record.provable_at or 0) <= record.ended_at


def test_the_share_of_customers_in_cases_is_what_was_asked_for() -> None:
    """About one in a hundred by default."""
    bank = Bank(Plan(seed=9, customers=1000))
    kinds = [role.truth.kind for role in bank.roles]
    assert (kinds.count("episode"), kinds.count("look_alike")) == (10, 10)
    assert len({role.person.index for role in bank.roles}) == 20


def test_without_shares_nobody_plays_a_case() -> None:
    """Zero means none."""
    assert Bank(Plan(customers=50, shares=Shares(0, 0))).roles == []


def _transfers_of(customer: str) -> list[TransferRequest]:
    messages = (delivery.message for delivery in month()[0])
    return [m for m in messages if isinstance(m, TransferRequest) and m.customer_id == customer]


def test_an_innocent_investor_pays_from_an_account_no_loan_money_reached() -> None:
    """The loan lies in the other account and stays there."""
    deliveries, truth = month()
    aside = {r.customer_id for r in truth if r.variant in {"salary_to_broker", "mortgage_from_salary"}}
    assert aside
    lent = {m.account for m in (d.message for d in deliveries) if isinstance(m, LoanDisbursed)}
    for message in (d.message for d in deliveries):
        if isinstance(message, TransferPosting) and message.customer_id in aside and message.product_code:
            assert message.account not in lent
        if isinstance(message, TransferPosting) and message.customer_id in aside:
            came_from_loan = (
                message.counterparty_customer_id == message.customer_id and message.counterparty_account in lent
            )
            assert not (message.credit_debit == "CRDT" and came_from_loan)


def test_a_listed_account_is_paid_by_victims_only() -> None:
    """Ordinary people and look-alikes never pay an account that is on the list at that time."""
    deliveries, truth = month()
    victims = {r.customer_id for r in truth if r.code == "FR09" and r.kind == "episode"}
    listed: set[str] = set()
    payers = set()
    for message in (d.message for d in deliveries):
        if isinstance(message, ListedAccount):
            (listed.discard if message.withdrawn else listed.add)(message.account)
        elif isinstance(message, TransferRequest) and message.creditor_account in listed:
            payers.add(message.customer_id)
    assert payers == victims


def test_a_takeover_begins_with_a_reset_and_a_strange_device() -> None:
    """The thief's device is not the victim's."""
    deliveries, truth = month()
    messages = {d.message.event_id: d.message for d in deliveries}
    episodes = [r for r in truth if r.code == "FR01" and r.kind == "episode"]
    assert episodes
    for record in episodes:
        reset, bound = (messages[event] for event in record.event_ids[:2])
        assert isinstance(reset, CredentialReset)
        assert isinstance(bound, DeviceBound)
        paid = messages[record.provable_event_id or ""]
        assert isinstance(paid, TransferRequest)
        assert paid.device_id == bound.device_id


def test_the_month_of_the_tests_holds_more_than_cases() -> None:
    """Most customers live ordinary lives."""
    _, truth = month()
    assert len({r.customer_id for r in truth}) < MONTH.customers * 0.6
