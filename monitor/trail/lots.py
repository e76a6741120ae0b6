"""Which of an account's lots a payment takes: each conserving method from its definition."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from monitor.trail.movements import OWN


class Lot(NamedTuple):
    """Money of one kind. `age` orders lots by arrival in the account; `draw` is OWN for what is not this loan's.

    `came` is the transfer that brought loan money here, "" for own money.
    """

    age: int
    draw: str
    came: str
    units: int


Lots = list[Lot]
Split = Callable[[Lots, int], tuple[Lots, Lots]]
"""Lots by age and an amount that is there -> what a payment takes, in the order taken, and what stays, by age."""


def is_loan(lot: Lot) -> bool:
    """Whether it is money of the loan that is followed."""
    return lot.draw != OWN


def total(lots: Iterable[Lot]) -> int:
    """Minor units of all lots."""
    return sum(lot.units for lot in lots)


def fifo(lots: Lots, amount: int) -> tuple[Lots, Lots]:
    """First in, first out."""
    return _in_order(lots, amount)


def lifo(lots: Lots, amount: int) -> tuple[Lots, Lots]:
    """Last in, first out."""
    return _in_order(lots[::-1], amount)


def lowest_balance(lots: Lots, amount: int) -> tuple[Lots, Lots]:
    """Own money first: the loan's part is never more than the lowest balance since it came."""
    return _in_order(sorted(lots, key=is_loan), amount)


def taint_first(lots: Lots, amount: int) -> tuple[Lots, Lots]:
    """Loan money first, as much as there is."""
    return _in_order(sorted(lots, key=is_loan, reverse=True), amount)


def haircut(lots: Lots, amount: int) -> tuple[Lots, Lots]:
    """Every lot its share, rounded down for the loan's money altogether; own money takes the rest."""
    whole, running, given = total(lots) or 1, 0, 0
    taken, stays = [], []
    for lot in sorted(lots, key=is_loan, reverse=True):
        running += lot.units
        upto = running * amount // whole
        taken.append(lot._replace(units=upto - given))
        stays.append(lot._replace(units=lot.units - (upto - given)))
        given = upto
    return _present(taken), sorted(_present(stays))


def _in_order(lots: Lots, amount: int) -> tuple[Lots, Lots]:
    taken, stays = [], []
    for lot in lots:
        part = min(lot.units, amount)
        amount -= part
        taken.append(lot._replace(units=part))
        stays.append(lot._replace(units=lot.units - part))
    return _present(taken), sorted(_present(stays))


def _present(lots: Lots) -> Lots:
    return [lot for lot in lots if lot.units]
