"""The bounds the truth rests on contain the loan money however it is counted."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.simulator.loan_money import LoanMoney, LoanMoneys


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


MOVES = st.lists(st.tuples(st.integers(-2, 2), st.integers(-1, 2), st.integers(1, 60)), max_size=40)


@given(MOVES, st.data())
def test_it_stays_inside_from_customer_to_customer(moves: list[tuple[int, int, int]], data: st.DataObject) -> None:
    """Three accounts, two borrowers (sources -1 and -2), outside (target -1); the adversary composes what leaves."""
    accounts = [LoanMoneys() for _ in range(3)]
    true, balances = [{"A": 0, "B": 0} for _ in range(3)], [40, 40, 40]
    for source, target, amount in moves:
        if source < 0 <= target:
            borrower = "A" if source == -1 else "B"
            accounts[target].add({borrower: (amount, amount)})
            true[target][borrower] += amount
            balances[target] += amount
        elif 0 <= source != target and amount <= balances[source]:
            left = _choose(true[source], balances[source], amount, data)
            parts = accounts[source].take(amount, balances[source])
            assert all(parts.get(b, (0, 0))[0] <= left[b] <= parts.get(b, (0, 0))[1] for b in left)
            balances[source] -= amount
            true[source] = {b: true[source][b] - left[b] for b in left}
            if target >= 0:
                accounts[target].add(parts)
                true[target] = {b: true[target][b] + left[b] for b in left}
                balances[target] += amount


def _choose(held: dict[str, int], balance: int, amount: int, data: st.DataObject) -> dict[str, int]:
    """Let the adversary compose an outflow of own money and of both borrowers'."""
    own = balance - sum(held.values())
    a = data.draw(st.integers(max(0, amount - own - held["B"]), min(amount, held["A"])))
    b = data.draw(st.integers(max(0, amount - own - a), min(amount - a, held["B"])))
    return {"A": a, "B": b}
