"""A bank's messages as a network delivers them: late, twice, overtaken by those of other customers.

What the contract promises stays true: the messages of one customer keep their order, and inside the bank a debit leg
comes no later than its credit leg. Between customers nothing is promised.
"""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from random import Random

from monitor.simulator.calendar import MINUTE, SECOND
from monitor.simulator.kernel import Delivery
from monitor.simulator.randomness import substream
from topics.fields import CustomerMessage
from topics.transfers import TransferPosting

_HURDLES = ((0.02, 2 * MINUTE), (0.2, 5 * SECOND))
"""Chance of a delay, and the longest it takes, ms. Long delays stay below what is waited for a gap."""
_REPEATED, _REPEATED_WITHIN = 0.02, 10 * MINUTE


def disturb(deliveries: Iterable[Delivery], seed: int) -> Iterator[Delivery]:
    """Yield the messages, in order of their new append times. Same seed and messages, same disturbance."""
    late: list[tuple[int, int, Delivery]] = []
    trouble = _Trouble(substream(seed, "faults"))
    for number, delivery in enumerate(deliveries):
        while late and late[0][0] <= delivery.append_time:
            yield heappop(late)[2]
        for copy in trouble.of(delivery):
            heappush(late, (copy.append_time, number, copy))
    while late:
        yield heappop(late)[2]


class _Trouble:
    """Decides when a message comes, and whether once more."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._newest: dict[bytes, int] = {}
        self._debits: dict[str | None, int] = {}

    def of(self, delivery: Delivery) -> Iterator[Delivery]:
        """Yield the message as it comes, and its repeat."""
        if not isinstance(delivery.message, CustomerMessage):
            yield delivery
            return
        at = max(delivery.append_time + self._delay(), self._earliest(delivery))
        self._note(delivery, at)
        yield delivery._replace(append_time=at)
        if self._rng.random() < _REPEATED:
            yield delivery._replace(append_time=at + self._rng.randint(1, _REPEATED_WITHIN))

    def _delay(self) -> int:
        chance = self._rng.random()
        return next((self._rng.randint(1, longest) for share, longest in _HURDLES if chance < share), 0)

    def _earliest(self, delivery: Delivery) -> int:
        """Return when the customer's last message came, or the debit leg, if that was later."""
        newest = self._newest.get(delivery.key, 0)
        return max(newest, self._debits.pop(_leg(delivery, "CRDT"), 0))

    def _note(self, delivery: Delivery, at: int) -> None:
        self._newest[delivery.key] = at
        if (payment := _leg(delivery, "DBIT")) is not None:
            self._debits[payment] = at


def _leg(delivery: Delivery, side: str) -> str | None:
    """Return the payment if this is that leg of a transfer inside the bank."""
    message = delivery.message
    if not isinstance(message, TransferPosting) or message.counterparty_customer_id is None:
        return None
    return message.payment_id if message.credit_debit == side else None
