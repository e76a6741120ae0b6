"""How much state a customer of the simulated bank costs, and one who tries to cost more."""

from collections.abc import Iterator, Sequence

import msgspec
import pytest

from monitor.engine import customer as customers
from monitor.engine.customer import Customer
from monitor.engine.state.packing import fingerprint
from monitor.offline import Event, OfflineMonitor
from monitor.simulator.bank import Bank, Plan
from rules.catalogue import packaged
from tests.engine.scene import DAY, MINUTE, Scene
from topics.transfers import TransferPosting

pytestmark = pytest.mark.unmeasured  # whole banks, at twice the time if measured
MEDIAN, MOST, HOSTILE = 2_048, 6_144, 65_536  # bytes encoded: median, 95th percentile, and whoever tries
DISTINCT = 100_000


def size(customer: Customer) -> int:
    """Bytes of the customer as a snapshot holds them."""
    return len(customers.encode(customer))


def parts(customer: Customer) -> dict[str, int]:
    """Bytes of each part of the customer, by field."""
    alone = ((name, getattr(customer, name)) for name in customer.__struct_fields__)
    return {name: len(customers._encoder.encode(part)) for name, part in alone}


def percentile(sizes: Sequence[int], percent: int) -> int:
    """The smallest size that `percent` of all do not exceed."""
    return sorted(sizes)[-(-len(sizes) * percent // 100) - 1]


def lived(plan: Plan) -> list[Customer]:
    """The customers after the bank's days, through the real engine with every rule enforced."""
    encode = msgspec.json.Encoder().encode
    events = (Event(d.topic, d.key, d.append_time, encode(d.message)) for d in Bank(plan).stream())
    monitor = OfflineMonitor(packaged("enforce_all"))
    for _ in monitor.play(events):
        pass
    entries = monitor.engines[0].state()
    return [customers.decode(key[1:], value) for key, value in entries if key[:1] == b"c" and value is not None]


def report(people: Sequence[Customer]) -> str:
    """Median and 95th percentile of every part, in bytes."""
    found = [parts(one) for one in people]
    columns = {name: [one[name] for one in found] for name in found[0]}
    columns["together"] = [size(one) for one in people]
    return "\n".join(f"{name:12} {percentile(of, 50):6} {percentile(of, 95):6}" for name, of in columns.items())


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Plan(seed=3, customers=300, days=30), id="300 customers, 30 days"),
        pytest.param(Plan(seed=5, customers=40, days=100), id="40 customers, 100 days: every window is full"),
    ],
)
def test_customers_of_the_simulated_bank_keep_to_the_budget(plan: Plan) -> None:
    people = lived(plan)
    print(report(people))  # noqa: T201  figures for the reader, with pytest -s
    sizes = [size(one) for one in people]
    assert len(sizes) == plan.customers + 1  # an employer who banks here
    assert percentile(sizes, 50) <= MEDIAN
    assert percentile(sizes, 95) <= MOST


def borrower(payments: int) -> Customer:
    """Eight draws, then payments within three days, each to another payee from another device, half left open."""
    scene = Scene()
    scene.open(balance=10_000_000_00)
    scene.loan(limit=10_000_000_00)
    for number in range(8):
        scene.draw(1_000_000_00, draw_id=f"draw-{number}-{'x' * 24}")
    for number in range(payments):
        scene.wait(3 * DAY // payments // MINUTE * MINUTE)
        payee, amount = f"payee-{number}-{'x' * 24}", 1_000_00 + number * 777
        answer = scene.ask(amount, payee, device_id=f"device-{number}")
        scene.swipe(amount, f"shop-{number}", device_id=f"device-{number}")
        if number % 2:
            there = {"payment_id": answer.payment_id, "counterparty_account": payee}
            scene.post(TransferPosting, -amount, **there)
    return customers.decode(b"", scene.encoded() or b"")


def spender(pairs: int) -> Customer:
    """Pairs of a card request at a new shop from a new device and a transfer to a new payee; no loan: quicker."""
    scene = Scene()
    scene.open(balance=10_000_000_00)
    for number in range(pairs):
        scene.wait(MINUTE)
        scene.swipe(1_00, f"shop-{number}", device_id=f"device-{number}")
        scene.post(TransferPosting, -1_00, counterparty_account=f"payee-{number}")
    return customers.decode(b"", scene.encoded() or b"")


def distinct(kind: str) -> Iterator[bytes]:
    """As many different values as it takes."""
    return (fingerprint(kind, str(number)) for number in range(DISTINCT))


@pytest.fixture(scope="module")
def hostile() -> Customer:
    """A hostile borrower whose sets then get 100,000 values each, as the handlers give them.

    Through the engine that takes many minutes; that the engine fills them just as far has a test of its own.
    """
    customer = borrower(payments=200)
    clock = customer.last_seen
    for payee, merchant, device in zip(distinct("payee"), distinct("merchant"), distinct("device"), strict=True):
        clock += 1
        customer.payees.see(payee, clock, paid=True)
        customer.payees.see(merchant, clock, paid=True)
        customer.devices.see(device, clock)
    return customer


def test_a_hostile_customer_keeps_to_the_budget(hostile: Customer) -> None:
    print(parts(hostile), size(hostile))  # noqa: T201  figures for the reader, with pytest -s
    assert size(hostile) <= HOSTILE


def test_thousands_of_payments_through_the_engine_fill_the_sets_as_far_and_no_further(hostile: Customer) -> None:
    some, more, all_of_it = parts(spender(200)), parts(spender(2_000)), parts(hostile)
    for known in ("payees", "devices"):
        assert some[known] < more[known] == all_of_it[known]
    assert sum(more.values()) <= HOSTILE
