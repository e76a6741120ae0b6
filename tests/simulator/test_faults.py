"""A disturbed bank is the same bank: late, twice, mixed, and nobody's own messages out of order."""

from collections import Counter, defaultdict
from functools import cache

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.faults import disturb
from monitor.simulator.kernel import Delivery
from topics.fields import CustomerMessage
from topics.instants import event_time_ms
from topics.transfers import TransferPosting

_PLAN = Plan(seed=8, customers=40, days=10, shares=Shares(0.3, 0.3, codes=("FF02", "CO13")))


@cache
def _streams() -> tuple[list[Delivery], list[Delivery]]:
    """The bank, and the same disturbed."""
    quiet = list(Bank(_PLAN).stream())
    return quiet, list(disturb(quiet, seed=1))


def _first(deliveries: list[Delivery]) -> list[Delivery]:
    """Return the messages without their repeats."""
    first: dict[str, Delivery] = {}
    for delivery in deliveries:
        first.setdefault(delivery.message.event_id, delivery)
    return list(first.values())


def test_every_message_comes_and_some_come_twice_unchanged() -> None:
    quiet, disturbed = _streams()
    times = Counter(delivery.message.event_id for delivery in disturbed)
    assert times.keys() == {delivery.message.event_id for delivery in quiet}
    assert set(times.values()) == {1, 2}
    said = {delivery.message.event_id: delivery.message for delivery in quiet}
    assert all(delivery.message == said[delivery.message.event_id] for delivery in disturbed)


def test_they_come_in_order_of_append_time_none_before_its_event() -> None:
    _, disturbed = _streams()
    appended = [delivery.append_time for delivery in disturbed]
    assert appended == sorted(appended)
    assert all(event_time_ms(delivery.message) <= delivery.append_time for delivery in disturbed)


def test_a_customer_s_own_messages_keep_their_order_and_others_are_overtaken() -> None:
    quiet, disturbed = (_first(deliveries) for deliveries in _streams())
    assert _by_key(quiet) == _by_key(disturbed)
    assert [d.message.event_id for d in quiet] != [d.message.event_id for d in disturbed]


def _by_key(deliveries: list[Delivery]) -> dict[bytes, list[str]]:
    order: dict[bytes, list[str]] = defaultdict(list)
    for delivery in deliveries:
        if isinstance(delivery.message, CustomerMessage):
            order[delivery.key].append(delivery.message.event_id)
    return order


def test_a_credit_leg_may_be_late_and_never_comes_before_its_debit_leg() -> None:
    gaps = {name: _gaps(_first(deliveries)) for name, deliveries in zip("qd", _streams(), strict=True)}
    assert gaps["q"].keys() == gaps["d"].keys()
    assert min(gaps["d"].values()) >= 0
    assert max(gaps["d"].values()) > max(gaps["q"].values())


def _gaps(deliveries: list[Delivery]) -> dict[str, int]:
    """Return how long after the debit leg each credit leg came, ms."""
    legs: dict[str, dict[str, int]] = defaultdict(dict)
    for append_time, _, _, message in deliveries:
        if isinstance(message, TransferPosting) and message.counterparty_customer_id is not None:
            legs[message.payment_id][message.credit_debit] = append_time
    return {payment: leg["CRDT"] - leg["DBIT"] for payment, leg in legs.items()}


def test_one_seed_disturbs_in_one_way() -> None:
    quiet, disturbed = _streams()
    assert list(disturb(quiet, seed=1)) == disturbed
    assert list(disturb(quiet, seed=2)) != disturbed
