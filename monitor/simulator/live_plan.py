"""The plan of a bank that ends its past today."""

from datetime import timedelta

from monitor.simulator.bank import Plan
from monitor.simulator.calendar import day_of
from monitor.simulator.casting import Shares

MOST_DAYS = 55


def live_plan(*, seed: int, customers: int, days: int, now: int, shares: Shares, cases: tuple[str, ...]) -> Plan:
    """Plan `days` of past up to `now`, ms. Every run gets identifiers of its own: a broker may keep older ones."""
    start = day_of(now) - timedelta(days=days)
    return Plan(seed=seed, customers=customers, days=days + 1, start=start, shares=shares, cases=cases, run=str(now))
