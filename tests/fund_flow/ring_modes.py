"""Rings among all payments, loan or not: three ways to look for money, or an obligation, that comes home.

A ring counts once, by its accounts. Windows are days.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.fund_flow.amlsim import Payment

SHORTEST, LONGEST = 3, 10
Ring = frozenset[str]


class _Way(NamedTuple):
    """Accounts from the payment that may close a ring on; `busy`: how many of them do more than pass on."""

    accounts: tuple[str, ...]
    busy: int


class Payees:
    """Whom each account paid within the window: first the newest day, then who."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._days: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def add(self, payment: Payment) -> None:
        """Note a payment."""
        self._days[payment.payer][payment.payee] = payment.day

    def of(self, payer: str, today: int) -> dict[str, int]:
        """Payee -> day of the newest payment."""
        days = self._days.get(payer, {})
        for payee in [payee for payee, day in days.items() if day < today - self._window]:
            del days[payee]
        return days


def by_single_new_payee(payments: Iterable[Payment], window: int, busy: int = 1) -> set[Ring]:
    """Rings of accounts that pass on: each pays one new payee within the window; at most `busy` of them do more.

    Days need not be in order within the window. The busy ones may also use payees they paid before.
    """
    new, every = Payees(window), Payees(window)
    known: set[tuple[str, str]] = set()
    found: set[Ring] = set()
    for payment in payments:
        pair = (payment.payer, payment.payee)
        if pair not in known:
            known.add(pair)
            new.add(payment)
        every.add(payment)
        found.update(_closed(payment, new, every, busy))
    return found


def _closed(payment: Payment, new: Payees, every: Payees, most_busy: int) -> Iterator[Ring]:
    """Rings that this payment closes. Where an account only passes on there is one way to go, so it is a short walk."""
    first = 0 if _passes_on(payment.payer, payment.payee, new, payment.day) else 1
    ways = [_Way((payment.payer, payment.payee), first)] if first <= most_busy else []
    while ways:
        way = ways.pop()
        here = way.accounts[-1]
        for payee in every.of(here, payment.day) if way.busy < most_busy else new.of(here, payment.day):
            busy = way.busy + (not _passes_on(here, payee, new, payment.day))
            if busy > most_busy:
                continue
            if payee == payment.payer and len(way.accounts) >= SHORTEST:
                yield frozenset(way.accounts)
            elif payee not in way.accounts and len(way.accounts) < LONGEST:
                ways.append(_Way((*way.accounts, payee), busy))


def _passes_on(payer: str, payee: str, new: Payees, today: int) -> bool:
    found = new.of(payer, today)
    return len(found) == 1 and payee in found


def of_any_payments(payments: Iterable[Payment], window: int, *, in_order: bool) -> set[Ring]:
    """Every ring of first payments between two accounts within the window, for comparison; explodes with the window.

    `in_order`: each payment on the way no earlier than the one before, as a tag under the poison reading would travel.
    """
    new = Payees(window)
    known: set[tuple[str, str]] = set()
    found: set[Ring] = set()
    for payment in payments:
        if (payment.payer, payment.payee) not in known:
            known.add((payment.payer, payment.payee))
            new.add(payment)
            found.update(_any_closed(payment, new, in_order=in_order))
    return found


def _any_closed(payment: Payment, new: Payees, *, in_order: bool) -> Iterator[Ring]:
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
