"""Rings among all payments, loan or not: three ways to look for money, or an obligation, that comes home.

A ring counts once, by its accounts. Windows are days.
"""

from collections.abc import Iterable, Iterator

from tests.fund_flow.amlsim import Payment
from tests.fund_flow.recent_payments import Links, Recent

SHORTEST, LONGEST = 3, 10
Ring = frozenset[str]


def of_sole_payments(payments: Iterable[Payment], window: int, other: int) -> set[Ring]:
    """Rings whose legs are each the only new payment of their payer, or to their payee, within the window.

    Days need not be in order within it. A busy member thus may have crowds on one side of a leg, but not on both.
    `other`: so many legs may be any payment, such as one to a payee of old.
    """
    recent = Recent(window)
    found: set[Ring] = set()
    for payment in payments:
        recent.add(payment)
        found.update(_closed(payment, recent, other))
    return found


def _closed(payment: Payment, recent: Recent, other: int) -> Iterator[Ring]:
    """Rings that this payment closes. Few accounts have many sole payments, so it is a short walk."""
    first = payment.payer
    ways: list[tuple[tuple[str, ...], int]] = [((first,), other)]
    while ways:
        way, left = ways.pop()
        here = way[-1]
        for payee in _next(payment, way, left, recent):
            spare = left - (not recent.sole(here, payee))
            if spare < 0:
                continue
            if payee == first and len(way) >= SHORTEST:
                yield frozenset(way)
            elif payee not in way and len(way) < LONGEST:
                ways.append(((*way, payee), spare))


def _next(payment: Payment, way: tuple[str, ...], left: int, recent: Recent) -> Iterable[str]:
    """Where a way may lead: it begins with this payment."""
    if len(way) == 1:
        return (payment.payee,)
    return recent.payees(way[-1]) if left else recent.new_payees(way[-1])


def of_any_payments(payments: Iterable[Payment], window: int, *, in_order: bool) -> set[Ring]:
    """Every ring of first payments between two accounts within the window, for comparison; explodes with the window.

    `in_order`: each payment on the way no earlier than the one before, as a tag under the poison reading would travel.
    """
    new = Links(window)
    known: set[tuple[str, str]] = set()
    found: set[Ring] = set()
    for payment in payments:
        if (payment.payer, payment.payee) not in known:
            known.add((payment.payer, payment.payee))
            new.add(payment.payer, payment.payee, payment.day)
            found.update(_any_closed(payment, new, in_order=in_order))
    return found


def _any_closed(payment: Payment, new: Links, *, in_order: bool) -> Iterator[Ring]:
    ways: list[tuple[tuple[str, ...], int]] = [((payment.payer, payment.payee), 0)]
    while ways:
        way, since = ways.pop()
        for payee, day in new.of(way[-1], payment.day).items():
            if in_order and day < since:
                continue
            if payee == payment.payer and len(way) >= SHORTEST:
                yield frozenset(way)
            elif payee not in way and len(way) < LONGEST:
                ways.append(((*way, payee), day))
