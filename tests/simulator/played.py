"""Small banks in which every way of one code is played in one grade, and what happened in them."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import pytest

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.episodes.catalogue import CASES
from monitor.simulator.episodes.stage import Stage
from monitor.simulator.kernel import Delivery
from monitor.simulator.parties import Payee
from monitor.simulator.requests import Result
from monitor.simulator.truth import Code, Grade, Kind, Truth
from topics.fields import Message
from topics.transfers import TransferPosting

NEW: tuple[Code, ...] = ("CO01", "FF01", "FF02", "CO13", "CO10", "FF03", "CO21", "FF04", "FF05")
"""The codes that the following of money brought, or brought new ways to."""


@dataclass
class Played:
    """One bank. `results`: what each case asked for, in order, by episode id."""

    bank: Bank
    deliveries: list[Delivery] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    results: dict[str, list[Result]] = field(default_factory=lambda: defaultdict(list))

    @property
    def truth(self) -> list[Truth]:
        """The cases."""
        return self.bank.truth

    def legs(self) -> Iterator[list[tuple[int, TransferPosting]]]:
        """Yield the legs of each transfer inside the bank with their append times, as they came."""
        pairs: dict[str, list[tuple[int, TransferPosting]]] = defaultdict(list)
        for append_time, _, _, message in self.deliveries:
            if isinstance(message, TransferPosting) and message.counterparty_customer_id is not None:
                pairs[message.payment_id].append((append_time, message))
        yield from pairs.values()

    def forbidden(self) -> dict[str, Payee]:
        """Return the accounts loan money must not reach."""
        uses = self.bank.town.destinations.items()
        return {payee.account: payee for use, payees in uses if use != "MORTGAGE_REPAY" for payee in payees}


@cache
def played(code: Code, grade: Grade = "blatant", kind: Kind = "episode", seed: int = 1) -> Played:
    """Play every way of a code once, each by a customer of his own; nobody else lives in this bank."""
    ways = len(CASES[code].parts(kind))
    shares = Shares(kind == "episode", kind == "look_alike", (code,), (grade,))
    found = Played(Bank(Plan(seed=seed, customers=ways, days=36, shares=shares)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stage, "add", _listening(found))
        for delivery in found.bank.stream():
            found.deliveries.append(delivery)
            found.messages[delivery.message.event_id] = delivery.message
    return found


def _listening(found: Played) -> Callable[[Stage, Result], bool]:
    add = Stage.add

    def heard(stage: Stage, result: Result) -> bool:
        found.results[stage.truth.episode_id].append(result)
        return add(stage, result)

    return heard
