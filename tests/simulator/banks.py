"""A simulated month (and the week after it that FF04 needs) that several tests look at, and helpers to look with."""

from collections import defaultdict
from functools import cache

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.kernel import Delivery
from monitor.simulator.truth import Truth
from topics.fields import Posting

MONTH = Plan(seed=12, customers=120, days=36, shares=Shares(episodes=0.25, look_alikes=0.3))


@cache
def month() -> tuple[tuple[Delivery, ...], tuple[Truth, ...]]:
    """Play a month with every code in it, once a session."""
    return play(MONTH)


def play(plan: Plan) -> tuple[tuple[Delivery, ...], tuple[Truth, ...]]:
    """Play a bank to its end."""
    bank = Bank(plan)
    deliveries = tuple(bank.stream())
    return deliveries, tuple(bank.truth)


def postings_by_account(deliveries: tuple[Delivery, ...]) -> dict[str, list[Posting]]:
    """Group postings by account, in ledger order."""
    accounts: dict[str, list[Posting]] = defaultdict(list)
    for delivery in deliveries:
        if isinstance(delivery.message, Posting):
            accounts[delivery.message.account].append(delivery.message)
    return {account: sorted(posted, key=lambda p: p.acct_seq) for account, posted in accounts.items()}
