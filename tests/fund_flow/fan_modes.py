"""Fans among all payments: many who pay one, one who pays many. Windows are days."""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Literal, NamedTuple

from tests.fund_flow.amlsim import Payment

Side = Literal["fan_in", "fan_out"]
WEEK = 7


class Fan(NamedTuple):
    """A centre that was flagged, and the planted patterns that a payment in a flagged window belonged to."""

    centre: str
    alerts: frozenset[str]


class Rhythm:
    """Who paid on which day: whether a payer keeps to the week."""

    def __init__(self) -> None:
        self._days: defaultdict[str, set[int]] = defaultdict(set)

    def kept(self, payment: Payment) -> bool:
        """Whether its payer also paid somebody a week before, to the day. In the first week nobody can tell: yes."""
        days = self._days[payment.payer]
        days.add(payment.day)
        return payment.day < WEEK or payment.day - WEEK in days


def fans(payments: Iterable[Payment], side: Side, window: int, least: int, *, out_of_rhythm: bool = False) -> list[Fan]:
    """Centres with `least` distinct counterparties for the first time within `window` days.

    `out_of_rhythm`: only payments count whose payer did not pay anybody a week before.
    """
    recent: defaultdict[str, deque[Payment]] = defaultdict(deque)
    known: set[tuple[str, str]] = set()
    flagged: defaultdict[str, set[str]] = defaultdict(set)
    rhythm = Rhythm()
    for payment in payments:
        kept, pair = rhythm.kept(payment), (payment.payer, payment.payee)
        first = pair not in known
        known.add(pair)
        if not first or (out_of_rhythm and kept):
            continue
        centre = payment.payee if side == "fan_in" else payment.payer
        here = recent[centre]
        here.append(payment)
        while here[0].day <= payment.day - window:
            here.popleft()
        if len(here) >= least:
            flagged[centre].update(old.alert for old in here if old.alert)
    return [Fan(centre, frozenset(alerts)) for centre, alerts in sorted(flagged.items())]
