"""Fans among all payments: many who pay one, one who pays many. Windows are days."""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Literal, NamedTuple

from tests.fund_flow.amlsim import Payment

Side = Literal["fan_in", "fan_out"]


class Fan(NamedTuple):
    """A centre that was flagged, and the planted patterns that a payment in a flagged window belonged to."""

    centre: str
    alerts: frozenset[str]


class Quiet:
    """Whether an account that pays has paid nobody for `days`, and was watched that long."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._last: dict[str, int] = {}

    def wakes(self, payment: Payment) -> bool:
        """Whether this payment ends a silence of its payer; then it counts as his last."""
        since = payment.day - self._last.get(payment.payer, 0)
        self._last[payment.payer] = payment.day
        return since >= self._days


def fans(payments: Iterable[Payment], side: Side, window: int, least: int, quiet: int = 0) -> list[Fan]:
    """Centres with `least` distinct counterparties for the first time within `window` days.

    `quiet`: only payments count whose payer had paid nobody for so many days (a dormant account that wakes up).
    """
    recent: defaultdict[str, deque[Payment]] = defaultdict(deque)
    known: set[tuple[str, str]] = set()
    flagged: defaultdict[str, set[str]] = defaultdict(set)
    silence = Quiet(quiet)
    for payment in payments:
        wakes, pair = silence.wakes(payment), (payment.payer, payment.payee)
        if pair in known or not wakes:
            known.add(pair)
            continue
        known.add(pair)
        centre = payment.payee if side == "fan_in" else payment.payer
        here = recent[centre]
        here.append(payment)
        while here[0].day <= payment.day - window:
            here.popleft()
        if len(here) >= least:
            flagged[centre].update(old.alert for old in here if old.alert)
    return [Fan(centre, frozenset(alerts)) for centre, alerts in sorted(flagged.items())]
