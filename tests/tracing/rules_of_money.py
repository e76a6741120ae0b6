"""Conserving rules, each from its definition: which of an account's coloured lots a payment takes.

A lot is [colour, units, payment that brought it]. None of this knows an interval.
"""

import random
from collections import Counter
from collections.abc import Callable

from monitor.engine.tracing.interval import OWN

Lot = tuple[str, int, str]
Lots = list[Lot]
Order = Callable[[random.Random, Lots], Lots]


def _is_loan(lot: Lot) -> bool:
    return lot[0] != OWN


def fifo(rng: random.Random, lots: Lots) -> Lots:
    """What came first leaves first."""
    return list(lots)


def lifo(rng: random.Random, lots: Lots) -> Lots:
    """What came last leaves first."""
    return lots[::-1]


def lowest_balance(rng: random.Random, lots: Lots) -> Lots:
    """Lowest intermediate balance: own money leaves first, the loan stays as long as it can."""
    return sorted(lots, key=_is_loan)


def taint_first(rng: random.Random, lots: Lots) -> Lots:
    """Loan money leaves first."""
    return sorted(lots, key=_is_loan, reverse=True)


def shuffled(rng: random.Random, lots: Lots) -> Lots:
    """Any order, chosen anew each time."""
    return rng.sample(lots, len(lots))


def adversarial(rng: random.Random, lots: Lots) -> Lots:
    """One colour first or last, at whim: drives an account to its bounds."""
    colour, first = (rng.choice(lots)[0] if lots else OWN), rng.random() < 0.5
    return sorted(lots, key=lambda lot: (lot[0] == colour) != first)


ORDERS: dict[str, Order] = {
    "fifo": fifo,
    "lifo": lifo,
    "lowest_balance": lowest_balance,
    "taint_first": taint_first,
    "random": shuffled,
    "adversarial": adversarial,
}
PRO_RATA = "pro_rata"
RULES = (*ORDERS, PRO_RATA)


def total(lots: Lots) -> Counter[str]:
    """Units by colour."""
    count: Counter[str] = Counter()
    for colour, units, _ in lots:
        count[colour] += units
    return count


def take(rule: str, rng: random.Random, lots: Lots, amount: int) -> tuple[Lots, Lots]:
    """Split lots into what `amount` takes by the rule, in their order, and what stays. It must be there."""
    shares = _pro_rata(lots, amount) if rule == PRO_RATA else _in_order(ORDERS[rule](rng, lots), lots, amount)
    if rule == "random":
        shares = _stir(rng, lots, shares)
    taken = [(colour, share, came) for (colour, _, came), share in zip(lots, shares, strict=True) if share]
    stays = [
        (colour, units - share, came)
        for (colour, units, came), share in zip(lots, shares, strict=True)
        if units > share
    ]
    return taken, stays


def _pro_rata(lots: Lots, amount: int) -> list[int]:
    have = sum(units for _, units, _ in lots)
    shares = [units * amount // have for _, units, _ in lots] if have else []
    for index, (_, units, _) in enumerate(lots):
        shares[index] += min(units - shares[index], amount - sum(shares))
    return shares


def _in_order(order: Lots, lots: Lots, amount: int) -> list[int]:
    taken: Counter[Lot] = Counter()
    for lot in order:
        share = min(lot[1], amount)
        taken[lot] += share
        amount -= share
    shares = []
    for lot in lots:
        shares.append(min(lot[1], taken[lot]))
        taken[lot] -= shares[-1]
    return shares


def _stir(rng: random.Random, lots: Lots, shares: list[int]) -> list[int]:
    """Move a part of what is taken from one lot to another: no payment need empty its lots."""
    if len(lots) > 1:
        giver, receiver = rng.sample(range(len(lots)), 2)
        part = rng.randint(0, min(shares[giver], lots[receiver][1] - shares[receiver]))
        shares[giver] -= part
        shares[receiver] += part
    return shares
