"""The ledger's invariants, by random movements and over a month."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.ledger import Account, Ledger
from tests.simulator.banks import MONTH, month, postings_by_account
from topics.customers import AccountOpened
from topics.fields import Posting
from topics.loans import LoanDisbursed

Movement = tuple[int, int, int]
MOVEMENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3), st.integers(1, 10**9)), max_size=60)


def _move(ledger: Ledger, accounts: list[Account], movement: Movement) -> None:
    """Move money from one account to another, or outside (-1); from outside when both are the same."""
    source, target, amount = movement
    if source == target:
        ledger.credit(accounts[target], amount)
        return
    _, part = ledger.debit(accounts[source], amount)
    if target >= 0:
        ledger.credit(accounts[target], amount, part)


@given(MOVEMENTS, st.integers(0, 10**9))
def test_money_is_moved_and_never_made(movements: list[Movement], opening: int) -> None:
    """Inside plus outside stays what it was; every account's number grows by one a posting."""
    ledger = Ledger()
    accounts = [ledger.open(Account(f"A{i}", f"C{i}", balance=opening)) for i in range(4)]
    total = ledger.total()
    for movement in movements:
        _move(ledger, accounts, movement)
        assert ledger.total() == total
    legs = sum(1 if source == target or target < 0 else 2 for source, target, _ in movements)
    assert sum(account.sequence for account in accounts) == legs


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 10**9)), max_size=40))
def test_an_entry_has_the_next_number_and_the_balance_after(movements: list[tuple[bool, int]]) -> None:
    """Number and balance follow from the entry before."""
    ledger, account = Ledger(), Account("A", "C")
    for number, (credit, amount) in enumerate(movements, start=1):
        before = account.balance
        entry = ledger.credit(account, amount) if credit else ledger.debit(account, amount)[0]
        assert entry == (number, before + amount if credit else before - amount)


def _signed(posting: Posting) -> int:
    credit = isinstance(posting, LoanDisbursed) or getattr(posting, "credit_debit", "DBIT") == "CRDT"
    return posting.amount if credit else -posting.amount


def test_over_a_month_numbers_have_no_gap_and_balances_add_up() -> None:
    """From the account's opening on, every posting continues the one before."""
    deliveries, _ = month()
    opened = {m.account: m for m in (d.message for d in deliveries) if isinstance(m, AccountOpened)}
    accounts = postings_by_account(deliveries)
    assert accounts.keys() <= opened.keys()
    for account, postings in accounts.items():
        sequence, balance = opened[account].acct_seq, opened[account].balance
        for posting in postings:
            assert posting.acct_seq == sequence + 1
            assert posting.balance_after == balance + _signed(posting)
            sequence, balance = posting.acct_seq, posting.balance_after


def test_over_a_month_money_is_conserved() -> None:
    """All accounts and the world outside sum to nothing, all the time: looked at every so many messages."""
    bank = Bank(MONTH)
    for number, _ in enumerate(bank.stream()):
        assert number % 50 or bank.core.ledger.total() == 0
    assert bank.core.ledger.total() == 0


def test_no_reservation_is_left_when_everything_has_ended() -> None:
    """What was held was taken or given back."""
    bank = Bank(Plan(seed=2, customers=30, days=10))
    for _ in bank.stream():
        pass
    assert {account.held for account in bank.core.ledger.accounts.values()} == {0}
