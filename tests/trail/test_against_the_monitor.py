"""Random histories of one customer, told to the monitor and to the trail, which share no arithmetic.

Whatever a conserving method says of a payment lies between the monitor's certain and possible. In one account first in
first out is the monitor's point estimate; beyond it the monitor keeps no order within what one payment brought.
"""

import random
from collections.abc import Iterable

import msgspec
import pytest

from monitor.offline import Event, OfflineMonitor
from monitor.trail.lots import is_loan, total
from monitor.trail.reading import Record
from tests.trail.bank import Bank
from tests.trail.following import CONSERVING, followed, ways_of
from topics import names
from topics.answers import Decision, FundFlow

SEEDS = range(16)
ACCOUNTS = {"a": "c-1", "b": "c-1", "c": "c-1"}


ALONE = ("spend", "spend", "spend", "receive", "draw", "repay")
TOGETHER = (*ALONE, "send", "send", "undo")


def history(seed: int, kinds: tuple[str, ...]) -> Bank:
    """Draws of one loan, payments, income, own transfers and their reversals; never overdrawn."""
    rng, bank = random.Random(seed), Bank(ACCOUNTS)
    for account in ACCOUNTS:
        bank.open(account, rng.choice([0, 5_000, 50_000]))
    bank.draw("a", rng.randint(10_000, 90_000))
    for _ in range(30):
        happen(rng, bank, rng.choice(kinds))
    return bank


def happen(rng: random.Random, bank: Bank, kind: str) -> None:
    """Let one thing happen."""
    account, other = rng.sample(sorted(ACCOUNTS), 2)
    amount = rng.randint(1, max(1, bank.balances[account]))
    if kind == "receive":
        bank.receive(account, rng.randint(1, 60_000))
    elif kind == "draw":
        bank.draw(account, rng.randint(1, 40_000), draw=f"draw-{len(bank.records)}")
    elif bank.balances[account] < amount:
        return
    elif kind == "spend":
        bank.spend(account, amount)
    elif kind == "repay":
        bank.repay(account, amount)
    else:
        payment = bank.send(account, other, amount)
        if kind == "undo":
            bank.reverse(payment, account, other, amount)


def decisions(records: Iterable[Record]) -> list[Decision]:
    """What the monitor says of every posting."""
    answers = OfflineMonitor().play(Event(*record) for record in records)
    found = (answer.output.value for answer in answers if answer.output.topic == names.DECISIONS)
    return [msgspec.json.decode(value or b"", type=Decision) for value in found]


Told = list[tuple[Bank, dict[str, Decision]]]


def tell_all(kinds: tuple[str, ...]) -> Told:
    """Histories, and the decision on each event."""
    banks = [history(seed, kinds) for seed in SEEDS]
    return [(bank, {decision.event_id: decision for decision in decisions(bank.records)}) for bank in banks]


@pytest.fixture(scope="module")
def told() -> Told:
    """With transfers between the three accounts."""
    return tell_all(TOGETHER)


def compared(told: Told, method: str) -> list[tuple[int, FundFlow]]:
    """What the method and the monitor say of each payment but those undone: the trail has only what is left of them."""
    pairs = []
    for bank, decided in told:
        for payment in followed(bank.records, method).payments.values():
            flow = decided[payment.movement.event].fund_flow
            if flow is not None and not payment.undo and payment.parts == payment.whole:
                pairs.append((total(filter(is_loan, payment.whole)), flow))
    return pairs


@pytest.mark.parametrize("method", CONSERVING)
def test_what_a_method_says_lies_in_the_monitor_s_interval(method: str, told: Told) -> None:
    """Of every payment that can have loan money in it."""
    pairs = compared(told, method)
    assert len(pairs) > 150
    assert [(said, flow) for said, flow in pairs if not flow.certain <= said <= flow.possible] == []


def test_first_in_first_out_is_the_monitor_s_point_within_an_account() -> None:
    """To the last minor unit."""
    pairs = compared(tell_all(ALONE), "fifo")
    assert len(pairs) > 50
    assert [(said, flow.point) for said, flow in pairs if said != flow.point] == []


@pytest.mark.parametrize("method", CONSERVING)
def test_every_unit_of_the_loan_is_in_one_place_and_came_by_one_way(method: str, told: Told) -> None:
    """Ledger and ways add up to what was drawn."""
    for bank, _ in told:
        found = followed(bank.records, method)
        ways = ways_of(bank.records, method)
        assert sum(found.ledger.values()) == found.principal == sum(way.amount for way in ways)
        assert all(len(way.legs) >= len(way.accounts) for way in ways)
        assert {leg.amount for way in ways for leg in way.legs} <= {way.amount for way in ways}
