"""An order-sensitive engine: a lost, doubled or reordered record of any customer changes every later output.

Per customer a hash chain, and one over the whole partition (it stands for a shared model). Timers, controls read at
journalled offsets, a flood switch, cuts by copy on write.
"""

from collections.abc import Iterable
from hashlib import blake2b
from struct import pack, unpack

from monitor.engine.api import Batch, Entry, Output, Record

SHARED = b"\x00shared"
TIMER_EVERY = 10  # events of a customer
TIMER_MS = 300
FLOOD = b"flood"
RESUME = b"resume"


class Controls:
    """What the sinks fill and the engines read, up to an offset of theirs."""

    def __init__(self) -> None:
        self.by_offset: dict[int, bytes] = {}

    def sink(self, record: Record) -> None:
        """Keep a control record."""
        self.by_offset[record.offset] = record.value or b""


class ToyEngine:
    """Implements `PartitionEngine`."""

    def __init__(self, partition: int, controls: Controls | None = None, pad: int = 0) -> None:
        self.partition = partition
        self.controls = controls or Controls()
        self.pad = b"p" * pad
        self.customers: dict[bytes, tuple[bytes, int]] = {}
        self.timers: dict[bytes, int] = {}
        self.chain = b""
        self.count = 0
        self.controls_seen = 0
        self.rules = b"\x00" * 8
        self.pause_reason: str | None = None
        self._dirty: set[bytes] = set()
        self._frozen: set[bytes] = set()
        self._cut: list[Entry] = []

    # -- PartitionEngine

    def apply(self, batch: Batch) -> list[Output]:
        """Chain every record, then fire what is due."""
        self._read_controls(batch.controls_offset)
        outputs = [output for record in batch.records if (output := self._one(batch, record)) is not None]
        outputs += self._fire(batch.clock)
        if not batch.records:
            self._mix(b"tick|%d|%d" % (batch.clock, batch.reference_offset))
        return outputs

    def next_timer(self) -> int | None:
        """The earliest."""
        return min(self.timers.values(), default=None)

    def paused(self) -> str | None:
        """Set by a flood record."""
        return self.pause_reason

    def rule_set(self) -> bytes:
        """Of the last control."""
        return self.rules

    def begin_cut(self) -> None:
        """Freeze the changed customers."""
        self._frozen, self._dirty = self._dirty, set()
        self._cut = [(SHARED, self._shared())]

    def cut_piece(self, limit: int) -> list[Entry]:
        """Entries copied on write first, then the rest."""
        for customer in sorted(self._frozen)[: max(limit - len(self._cut), 0)]:
            self._copy(customer)
        piece, self._cut = self._cut[:limit], self._cut[limit:]
        return piece

    def restore(self, entries: Iterable[Entry]) -> None:
        """Load."""
        for key, value in entries:
            assert value is not None
            if key == SHARED:
                self._load_shared(value)
            else:
                self._load_customer(key[1:], value)

    def state(self) -> Iterable[Entry]:
        """All of it."""
        yield SHARED, self._shared()
        for customer in sorted(self.customers):
            yield b"c" + customer, self._dump(customer)

    def counters(self) -> dict[tuple[str, ...], int]:
        """One."""
        return {("records",): self.count}

    # -- inside

    def _one(self, batch: Batch, record: Record) -> Output | None:
        assert record.key is not None
        assert record.value is not None
        if record.value.startswith(FLOOD):
            self.pause_reason = "flood"
            self._mix(record.value)
            return None
        customer = record.key
        self._touch(customer)
        head, events = self.customers.get(customer, (b"", 0))
        text = b"%b|%b|%d|%d|%b|%b" % (
            head,
            record.topic.encode(),
            record.offset,
            batch.clock,
            record.value,
            self.chain,
        )
        head = blake2b(text, digest_size=16).digest()
        self.customers[customer] = head, events + 1
        self._mix(head)
        self.count += 1
        if (events + 1) % TIMER_EVERY == 0:
            self.timers[customer] = batch.clock + TIMER_MS
        event_id = record.value.split(b":", 1)[0]
        place = b"%d:%d" % (batch.epoch, batch.sequence)
        return Output("decisions", customer, head.hex().encode() + b" " + place, (("event_id", event_id),))

    def _fire(self, clock: int) -> list[Output]:
        outputs = []
        for due, customer in sorted((due, customer) for customer, due in self.timers.items() if due <= clock):
            self._touch(customer)
            del self.timers[customer]
            self._mix(b"timer|%b|%d" % (customer, due))
            name = b"%b@%d" % (customer, self.customers[customer][1])
            outputs.append(Output("alerts", customer, self.chain.hex().encode(), (("event_id", name),)))
        return outputs

    def _read_controls(self, until: int) -> None:
        for offset in range(self.controls_seen, until):
            value = self.controls.by_offset.get(offset, b"")
            if value == RESUME:
                self.pause_reason = None
            self.rules = blake2b(value, digest_size=8).digest()
            self._mix(value)
        self.controls_seen = max(self.controls_seen, until)

    def _mix(self, what: bytes) -> None:
        self.chain = blake2b(self.chain + what, digest_size=16).digest()

    def _touch(self, customer: bytes) -> None:
        if customer in self._frozen:
            self._copy(customer)
        self._dirty.add(customer)

    def _copy(self, customer: bytes) -> None:
        self._frozen.discard(customer)
        self._cut.append((b"c" + customer, self._dump(customer)))

    def _dump(self, customer: bytes) -> bytes:
        head, events = self.customers[customer]
        return head + pack(">qq", events, self.timers.get(customer, -1)) + self.pad

    def _load_customer(self, customer: bytes, value: bytes) -> None:
        events, timer = unpack(">qq", value[16:32])
        self.customers[customer] = value[:16], events
        if timer >= 0:
            self.timers[customer] = timer

    def _shared(self) -> bytes:
        flags = b"\x01" if self.pause_reason else b"\x00"
        return pack(">qq", self.count, self.controls_seen) + flags + self.rules + self.chain

    def _load_shared(self, value: bytes) -> None:
        self.count, self.controls_seen = unpack(">qq", value[:16])
        self.pause_reason = "flood" if value[16:17] == b"\x01" else None
        self.rules, self.chain = value[17:25], value[25:]
