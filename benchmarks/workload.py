"""The events that everything is measured with: a simulated bank whose past ends today, in order of append time."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from monitor.offline import Event
from monitor.simulator.bank import Bank
from monitor.simulator.casting import Shares
from monitor.simulator.live_plan import live_plan
from topics import names
from topics.fields import Posting, Request

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Load:
    """One message. `event_id` is None where no decision is due."""

    event: Event
    event_id: bytes | None


@dataclass(frozen=True, slots=True)
class Workload:
    """`reference` is published first; `loads` are keyed by customer."""

    reference: Sequence[Event]
    loads: Sequence[Load]

    def first(self, count: int) -> "Workload":
        """The same with the first `count` loads only."""
        return Workload(self.reference, self.loads[:count])


def simulate(customers: int, days: int, seed: int) -> Workload:
    """Let the bank live. The broker's append time is now, so its past must be recent."""
    plan = live_plan(
        seed=seed, customers=customers, days=days, now=time.time_ns() // 1_000_000, shares=Shares(), cases=()
    )
    reference, loads = [], []
    for delivery in Bank(plan).stream():
        event = Event(delivery.topic, delivery.key, delivery.append_time, _encode(delivery.message))
        if delivery.topic in names.GLOBAL_TOPICS:
            reference.append(event)
        else:
            decided = isinstance(delivery.message, Request | Posting)
            loads.append(Load(event, delivery.message.event_id.encode() if decided else None))
    return Workload(reference, loads)
