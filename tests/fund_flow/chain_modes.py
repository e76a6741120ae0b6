"""Chains of payments that pass on: what is left of a ring when one of its payments is not to be seen.

A chain counts once, by its accounts. Windows are days.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from tests.fund_flow.amlsim import Payment
from tests.fund_flow.recent_payments import Recent
from tests.fund_flow.ring_modes import SHORTEST, Ring

Way = tuple[str, ...]


def of_sole_payments(payments: Iterable[Payment], window: int, *, joint: bool) -> set[Ring]:
    """Chains whose legs are each the only new payment of their payer and to their payee within the window.

    Both, not one of them as in a ring: no closing leg confirms a chain, and from a crowd it could go on in many ways.
    `joint`: one leg between two such chains may be any payment.
    """
    recent = Recent(window)
    found: set[Ring] = set()
    for payment in payments:
        recent.add(payment)
        found.update(_through(payment, recent, joint=joint))
    return longest(way for way in found if len(way) >= SHORTEST)


def longest(ways: Iterable[Ring]) -> set[Ring]:
    """Without those that are part of a longer one: a chain that grows is one matter, not one a payment."""
    every = set(ways)
    of: defaultdict[str, list[Ring]] = defaultdict(list)
    for way in every:
        for account in way:
            of[account].append(way)
    return {way for way in every if not any(way < other for other in of[next(iter(way))])}


def _through(payment: Payment, recent: Recent, *, joint: bool) -> Iterator[Ring]:
    """Chains that this payment is a leg of, or the joint of; also those that one more joint would make longer."""
    head, tail = _head(payment.payer, recent), _tail(payment.payee, recent)
    if recent.onward(payment.payer) == payment.payee:
        chain = head + tail
        yield frozenset(chain)
        after = [(chain, _tail(payee, recent)) for payee in recent.payees(chain[-1]) if joint]
        before = [(_head(payer, recent), chain) for payer in recent.payers(chain[0]) if joint]
        yield from _joined(before + after)
    elif joint:
        yield from _joined([(head, tail)])


def _joined(pairs: Iterable[tuple[Way, Way]]) -> Iterator[Ring]:
    """Two chains made one. A single account is no chain: anybody's rent would make one longer."""
    for head, tail in pairs:
        if min(len(head), len(tail)) > 1:
            yield frozenset(head + tail)


def _head(last: str, recent: Recent) -> Way:
    return tuple(reversed(_walk(last, recent.back)))


def _tail(first: str, recent: Recent) -> Way:
    return tuple(_walk(first, recent.onward))


def _walk(start: str, step: Callable[[str], str | None]) -> Sequence[str]:
    way = [start]
    while (there := step(way[-1])) is not None and there not in way:
        way.append(there)
    return way
