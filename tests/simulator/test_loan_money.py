"""The bounds the truth rests on contain the loan money however it is counted."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.simulator.loan_money import LoanMoney


def _replay(movements: list[tuple[str, int]]) -> list[tuple[int, int]]:
    """Return the bounds of each outflow."""
    bounds, balance, parts = LoanMoney(), 0, []
    for kind, amount in movements:
        if kind == "out":
            parts.append(bounds.take(amount, balance))
            balance -= amount
        else:
            bounds.add(*((amount, amount) if kind == "loan" else (0, 0)))
            balance += amount
    return parts


def test_the_worked_example_of_the_domain() -> None:
    """Own 50, loan 100, out 30, out 80, own in 40, out 60: thousands of yuan."""
    movements = [("own", 50), ("loan", 100), ("out", 30), ("out", 80), ("own", 40), ("out", 60)]
    assert _replay(movements) == [(0, 30), (30, 80), (0, 40)]


@given(st.lists(st.tuples(st.sampled_from(["own", "loan", "out"]), st.integers(1, 100)), max_size=30), st.data())
def test_whatever_loan_money_an_adversary_lets_leave_lies_inside(
    movements: list[tuple[str, int]], data: st.DataObject
) -> None:
    """The true part of every outflow, chosen freely within what the account holds, is within the bounds."""
    bounds, balance, loan = LoanMoney(), 0, 0
    for kind, amount in movements:
        if kind != "out":
            bounds.add(*((amount, amount) if kind == "loan" else (0, 0)))
            balance, loan = balance + amount, loan + (amount if kind == "loan" else 0)
        elif amount <= balance:
            true = data.draw(st.integers(max(0, amount - (balance - loan)), min(amount, loan)))
            least, most = bounds.take(amount, balance)
            assert least <= true <= most
            balance, loan = balance - amount, loan - true
        assert bounds.least <= loan <= bounds.most
