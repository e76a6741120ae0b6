"""Customers whose state is measured: an ordinary one, and one that tries to blow it up."""

from collections.abc import Iterator
from random import Random

from msgspec import Struct, field

from monitor.engine.state.amounts import Amounts
from monitor.engine.state.identity import RecentIds
from monitor.engine.state.known import KnownSet
from monitor.engine.state.packing import DAY, MINUTE, fingerprint
from monitor.engine.state.recency import Recency
from monitor.engine.state.windows import Windows

START = 1_700_000_000_000
CORE_HEAD = bytes.fromhex("980001c202")  # what the decisions of one owner and outcome have in common


class Event(Struct):
    """One message of a customer: `measure` is what it counts as, `core` what is kept of the decision."""

    number: int
    time: int
    measure: int
    amount: int
    payee: str
    device: str
    core: bytes


class Memories(Struct, array_like=True):
    """All the pieces of state of one customer."""

    windows: Windows = field(default_factory=Windows)
    payees: KnownSet = field(default_factory=KnownSet)
    devices: KnownSet = field(default_factory=KnownSet)
    merchants: Recency = field(default_factory=Recency)
    amounts: Amounts = field(default_factory=Amounts)
    ids: RecentIds = field(default_factory=RecentIds)

    def take(self, event: Event) -> None:
        """What an event does to the memories."""
        key = fingerprint("event", str(event.number))
        if self.ids.find(key) is not None:
            return
        self.windows.add(event.measure, event.time, event.amount)
        self.payees.see(fingerprint(event.payee), event.time, paid=True)
        self.devices.see(fingerprint(event.device), event.time)
        self.merchants.seen(fingerprint(event.payee), event.time)
        self.amounts.add(event.amount, event.time)
        self.ids.remember(key, fingerprint(event.payee), event.core, event.time)


def core(number: int, time: int, size: int) -> bytes:
    """A decision's core: what seldom changes, the clock, the place in the journal, the quantile."""
    body = CORE_HEAD + time.to_bytes(8, "big") + number.to_bytes(4, "big") + bytes([number % 256])
    return body.ljust(size, b"x")


def ordinary(days: int = 30, a_day: int = 3) -> Iterator[Event]:
    """12 payees, 2 devices, amounts around 200.00; one message in three has no decision."""
    random = Random(7)
    for number in range(days * a_day):
        time = START + number * DAY // a_day + random.randrange(5 * 60 * MINUTE)
        decided = core(number * 997, time, 18) if number % 3 else b""
        amount = int(random.lognormvariate(9.9, 1.2))
        payee, device = f"payee {random.randrange(12)}", f"device {random.randrange(2)}"
        yield Event(number, time, number % 4, amount, payee, device, decided)


def hostile(count: int = 100_000) -> Iterator[Event]:
    """Distinct payees and devices, every size of amount, within three days; each decision with long reasons."""
    random = Random(7)
    for number in range(count):
        time = START + number * 3 * DAY // count
        amount = random.randrange(1, 1 << random.randrange(1, 49))
        decided = random.randbytes(96)
        yield Event(number, time, number % 4, amount, f"payee {number}", f"device {number}", decided)
