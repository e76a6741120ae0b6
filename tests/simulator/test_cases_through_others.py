"""The cases in which money goes by way of others: both legs are there, the truth is what happened, innocents beside."""

from itertools import pairwise

import pytest

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.calendar import DAY
from monitor.simulator.casting import Shares
from monitor.simulator.episodes.catalogue import CASES
from monitor.simulator.requests import Result
from monitor.simulator.truth import CODES, GRADES, Code, Grade, Truth
from tests.simulator.banks import postings_by_account
from tests.simulator.played import NEW, Played, played
from topics.customers import AccountOpened
from topics.instants import event_time_ms
from topics.loans import LoanDisbursed, LoanRepaid
from topics.reference import PartyLink
from topics.transfers import TransferPosting, TransferRequest

EVERY = pytest.mark.parametrize(("code", "grade"), [(code, grade) for code in NEW for grade in GRADES])
PLAIN = pytest.mark.parametrize("grade", ["blatant", "ordinary"])


def _ways(code: Code, grade: Grade, *variants: str) -> list[tuple[Played, Truth]]:
    bank = played(code, grade)
    return [(bank, record) for record in bank.truth if record.variant in variants]


def _proof(bank: Played, record: Truth) -> object:
    return bank.messages[record.provable_event_id or ""]


@EVERY
def test_inside_the_bank_both_legs_come_the_debit_first_and_each_names_the_other(code: Code, grade: Grade) -> None:
    for (debited_at, debit), (credited_at, credit) in played(code, grade).legs():
        assert (debit.credit_debit, credit.credit_debit) == ("DBIT", "CRDT")
        assert debited_at <= credited_at
        assert debit.amount == credit.amount
        assert (debit.counterparty_account, credit.counterparty_account) == (credit.account, debit.account)
        assert debit.counterparty_customer_id == credit.customer_id
        assert credit.counterparty_customer_id == debit.customer_id


@EVERY
def test_every_account_counts_its_postings_and_money_is_only_moved(code: Code, grade: Grade) -> None:
    bank = played(code, grade)
    opened = {m.account: m for m in bank.messages.values() if isinstance(m, AccountOpened)}
    for account, postings in postings_by_account(tuple(bank.deliveries)).items():
        assert [p.acct_seq for p in postings] == [opened[account].acct_seq + n for n in range(1, len(postings) + 1)]
        balances = [opened[account].balance, *(posting.balance_after for posting in postings)]
        assert [abs(after - before) for before, after in pairwise(balances)] == [p.amount for p in postings]
        assert balances[-1] == bank.bank.core.ledger.accounts[account].balance
        assert min(balances) >= 0 or bank.bank.core.ledger.accounts[account].kind == "credit_card"
    assert bank.bank.core.ledger.total() == 0


@EVERY
def test_everybody_in_a_case_is_a_customer_with_an_account(code: Code, grade: Grade) -> None:
    bank = played(code, grade)
    with_accounts = {m.customer_id for m in bank.messages.values() if isinstance(m, AccountOpened)}
    assert all(set(record.people) <= with_accounts for record in bank.truth)
    assert all(record.grade == grade for record in bank.truth)
    assert [record.variant for record in bank.truth] == [part.name for part in CASES[code].episodes]


@EVERY
def test_a_proof_is_an_event_of_the_case_at_its_time(code: Code, grade: Grade) -> None:
    bank = played(code, grade)
    for record in bank.truth:
        if record.provable_event_id is not None:
            assert record.provable_event_id in record.event_ids
            assert record.amount > 0
            at = event_time_ms(bank.messages[record.provable_event_id])
            assert (record.provable_at or 0) >= at if code == "FF04" else record.provable_at == at


@pytest.mark.parametrize("code", NEW)
def test_most_blatant_and_ordinary_cases_can_be_proven_whatever_the_seed(code: Code) -> None:
    """Seeds nobody looked at; some stay within what nobody could prove, as in life."""
    banks = [played(code, grade, seed=seed) for grade in ("blatant", "ordinary") for seed in range(7_001, 7_004)]
    records = [record for bank in banks for record in bank.truth]
    assert sum(record.provable_event_id is not None for record in records) >= 0.75 * len(records)


@PLAIN
@pytest.mark.parametrize(("variant", "people"), [("through_two", 2), ("through_three", 3)])
def test_layers_end_with_the_last_person_s_order_to_a_forbidden_payee(grade: Grade, variant: str, people: int) -> None:
    ((bank, record),) = _ways("FF02", grade, variant)
    assert len(record.partners) == people
    order = _proof(bank, record)
    assert isinstance(order, TransferRequest)
    assert order.customer_id == record.partners[-1]
    assert order.creditor_account in bank.forbidden()
    for payer, payee in pairwise(record.people):
        assert _passed(bank, payer, payee) > 0


def _passed(bank: Played, payer: str, payee: str) -> int:
    legs = (debit for (_, debit), _ in bank.legs())
    return sum(leg.amount for leg in legs if (leg.customer_id, leg.counterparty_customer_id) == (payer, payee))


def _orders(bank: Played, record: Truth) -> list[TransferRequest]:
    asked = (bank.messages[event] for event in record.request_ids)
    return [m for m in asked if isinstance(m, TransferRequest) and m.creditor_account in bank.forbidden()]


@pytest.mark.parametrize("grade", GRADES)
def test_what_was_split_meets_again_at_one_payee(grade: Grade) -> None:
    ((bank, record),) = _ways("FF02", grade, "split_to_payee")
    orders = _orders(bank, record)
    assert {order.customer_id for order in orders} == set(record.partners)
    assert len({order.creditor_account for order in orders}) == 1


@pytest.mark.parametrize("grade", GRADES)
def test_what_was_split_meets_again_at_one_collector(grade: Grade) -> None:
    ((bank, record),) = _ways("FF02", grade, "split_to_collector")
    *helpers, collector = record.partners
    assert {order.customer_id for order in _orders(bank, record)} == {collector}
    assert all(_passed(bank, helper, collector) > 0 for helper in helpers)


@PLAIN
@pytest.mark.parametrize(("variant", "people"), [("ring_of_2", 1), ("ring_of_3", 2), ("ring_of_4", 3)])
def test_a_ring_closes_at_the_borrower_with_money_that_surely_is_the_loan(
    grade: Grade, variant: str, people: int
) -> None:
    ((bank, record),) = _ways("CO13", grade, variant)
    assert len(record.partners) == people
    home = _proof(bank, record)
    assert isinstance(home, TransferPosting)
    assert (home.customer_id, home.credit_debit) == (record.customer_id, "CRDT")
    assert home.counterparty_customer_id == record.partners[-1]
    assert 0 < record.amount <= home.amount


@pytest.mark.parametrize("grade", GRADES)
def test_through_an_intermediary_the_money_comes_back_from_somebody_else_than_was_paid(grade: Grade) -> None:
    ((bank, record),) = _ways("CO01", grade, "through_another")
    seller, helper = record.partners
    back = _proof(bank, record)
    assert isinstance(back, TransferPosting)
    assert (back.customer_id, back.counterparty_customer_id) == (record.customer_id, helper)
    assert _passed(bank, record.customer_id, seller) > _passed(bank, seller, helper) > back.amount


@pytest.mark.parametrize("grade", GRADES)
def test_an_agent_s_repayments_name_him_and_follow_his_money(grade: Grade) -> None:
    ((bank, record),) = _ways("CO10", grade, "agent")
    repaid = [m for m in bank.messages.values() if isinstance(m, LoanRepaid)]
    assert {m.customer_id for m in repaid} == set(record.partners)
    accounts = postings_by_account(tuple(bank.deliveries))
    for message in repaid:
        assert message.payer_customer_id == record.customer_id
        before = [p for p in accounts[message.account] if p.acct_seq < message.acct_seq]
        sent = [p for p in before if getattr(p, "counterparty_account", None) == message.payer_account]
        assert sum(p.amount for p in sent) >= message.amount
        assert message.principal + message.interest == message.amount
    back = _proof(bank, record)
    assert isinstance(back, TransferPosting)
    assert (back.customer_id, back.credit_debit) == (record.customer_id, "CRDT")


@pytest.mark.parametrize("grade", GRADES)
def test_cash_and_a_new_lender_s_money_come_in_before_the_order_and_only_may_be_the_loan(grade: Grade) -> None:
    for bank, record in _ways("FF01", grade, "cash_bridge", "refinancing"):
        order = _proof(bank, record)
        assert isinstance(order, TransferRequest)
        paid_in = [
            m
            for m in (bank.messages[event] for event in record.event_ids)
            if isinstance(m, TransferPosting) and m.credit_debit == "CRDT" and m.account == order.debtor_account
        ]
        assert paid_in
        assert all(event_time_ms(m) < event_time_ms(order) for m in paid_in)
        (asked,) = [r for r in bank.results[record.episode_id] if r.request_id == order.event_id]
        least, most = asked.asked[record.customer_id]
        assert least == 0 < most


@PLAIN
def test_a_trail_leaves_under_the_borrower_s_own_name(grade: Grade) -> None:
    ((bank, record),) = _ways("FF03", grade, "leaves")
    for event in record.request_ids[1:]:
        order = bank.messages[event]
        assert isinstance(order, TransferRequest)
        assert order.same_name
        assert order.creditor_agent
        assert order.creditor_customer_id is None


def test_what_comes_back_from_the_own_account_elsewhere_bears_the_own_name() -> None:
    """The bank that says so of the payment says so of its return."""
    bank = played("FF03", kind="look_alike")
    (record,) = [record for record in bank.truth if record.variant == "fetched_back"]
    legs = [m for m in (bank.messages[event] for event in record.event_ids) if isinstance(m, TransferPosting)]
    assert [(leg.credit_debit, leg.same_name) for leg in legs] == [("DBIT", True), ("CRDT", True)]


def test_unknown_use_is_proven_by_thirty_days_of_silence() -> None:
    ((bank, record),) = _ways("FF04", "blatant", "nobody_knows")
    (drawn,) = [m for m in bank.messages.values() if isinstance(m, LoanDisbursed)]
    assert record.provable_at == event_time_ms(drawn) + 30 * DAY
    assert not {"SECURITIES", "CONSUMPTION", "SELF_OFFUS"} & record.uses.keys()


@pytest.mark.parametrize("grade", GRADES)
def test_what_goes_in_crumbs_is_money_whose_trail_ends(grade: Grade) -> None:
    """A draw and what follows it: each payment that was made counts, and nothing else."""
    for bank, record in _ways("FF05", grade, "to_one_helper", "to_several_helpers"):
        orders = [m for m in map(bank.messages.get, record.request_ids) if isinstance(m, TransferRequest)]
        assert len(orders) >= 12
        assert record.uses == {"TRAIL_ENDED": sum(order.amount for order in orders)}


def test_crumbs_count_though_the_month_ends_before_the_last_one() -> None:
    shares = Shares(episodes=1, look_alikes=0, codes=("FF05",), grades=("careful",))
    bank = Bank(Plan(seed=1, customers=2, days=8, shares=shares))
    assert len(list(bank.stream())) > 0
    assert [record.uses.keys() for record in bank.truth] == [{"TRAIL_ENDED"}] * 2


@pytest.mark.parametrize("grade", GRADES)
def test_reimbursed_in_advance_the_forbidden_order_comes_before_the_draw(grade: Grade) -> None:
    ((bank, record),) = _ways("CO21", grade, "refilled")
    (order,) = _orders(bank, record)
    drawn = _proof(bank, record)
    assert isinstance(drawn, LoanDisbursed)
    assert event_time_ms(order) < event_time_ms(drawn)
    assert record.amount == min(order.amount, drawn.amount)


@pytest.mark.parametrize("code", NEW)
def test_every_look_alike_is_played_and_no_request_of_it_is_refused_for_want_of_money(code: Code) -> None:
    bank = played(code, kind="look_alike")
    assert [record.variant for record in bank.truth] == [part.name for part in CASES[code].look_alikes]
    for record in bank.truth:
        results = bank.results[record.episode_id]
        assert results
        assert record.provable_event_id is None
        assert [result.ending for result in results].count("accepted") > len(results) / 2


@pytest.mark.parametrize("code", NEW)
@pytest.mark.parametrize("seed", [7_001, 7_002])
def test_no_innocent_sends_what_surely_is_loan_money_to_a_forbidden_place(code: Code, seed: int) -> None:
    bank = played(code, kind="look_alike", seed=seed)
    for record in bank.truth:
        for result in bank.results[record.episode_id]:
            asked = bank.messages[result.request_id]
            if isinstance(asked, TransferRequest) and asked.creditor_account in bank.forbidden():
                assert _surely(result) == 0


def _surely(result: Result) -> int:
    return sum(least for least, _ in result.asked.values())


def test_innocents_touch_loan_money_all_the_same() -> None:
    """Else they would not look like anything: others' loans may be in what is invested, and surely are in what came."""
    bank = played("FF02", kind="look_alike")
    invested = [results[-1] for results in bank.results.values()]
    assert all(most > 0 for result in invested for _, most in result.asked.values())
    assert all(result.asked for result in invested)
    (debt,) = [record for record in bank.truth if record.variant == "friend_paid_back"]
    assert _surely(bank.results[debt.episode_id][-2]) > 0


def test_a_shared_household_is_known_to_the_bank() -> None:
    links = [m for m in played("CO13", kind="look_alike").messages.values() if isinstance(m, PartyLink)]
    shops = len(played("CO13", kind="look_alike").bank.town.all_shops())
    assert len(links) > shops


def test_the_codes_under_test_are_all_that_people_play_together() -> None:
    together = {code for code in CODES for part in CASES[code].episodes if any(part.company)}
    assert together <= set(NEW)
