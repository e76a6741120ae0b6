"""One account: its base, what waits behind it, and the tags that came early."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.engine.tracing.effects import CUT_HORIZON, GIVE_UP, Effects
from monitor.engine.tracing.interval import RESERVED, Pair
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.movements import CLOSED, TRAIL_ENDED, Envelope, Movement, Retire, Share, Tag
from monitor.engine.tracing.passing import CLEAN, Op, pass_op
from monitor.engine.tracing.provisional import replay
from monitor.engine.tracing.tags import Tags


class Waiting(NamedTuple):
    """Something in posting order that cannot pass yet, and the batch clock at which it came."""

    op: Op
    since: int


Receiver = tuple[str, str]  # customer ("" for the own one) and account


@dataclass(slots=True)
class Edges:
    """Where an origin was sent from here; they are told when it is closed."""

    expires: int
    receivers: list[Receiver] = field(default_factory=list)


class Account:
    """The base applies movements in posting order, each only when its provenance is final.

    `balance` is the ledger's, with all that waits applied. There is a base only while something is traced or waits.
    `foreign`: it is kept in another currency than the loans; no ledger of a loan hears of what ends here.
    """

    __slots__ = ("balance", "base", "card", "edges", "foreign", "limits", "name", "tags", "tail")

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.card = False
        self.foreign = False
        self.balance = 0
        self.base: Machine | None = None
        self.tail: deque[Waiting] = deque()
        self.tags = Tags(limits)
        self.edges: dict[str, Edges] = {}

    # -- postings and control, in order ----------------------------------------------------------

    def append(self, op: Op, balance_after: int, clock: int, effects: Effects) -> None:
        """The next thing that happens to the account; it passes now, or when what is before it has passed."""
        self.start_base()
        self.balance = balance_after
        self.tail.append(Waiting(op, clock))
        self.fold(effects, clock)
        while len(self.tail) > self.limits.tail:
            self._give_up(effects, clock)

    def books(self, effects: Effects) -> Effects:
        """Where what happens to this account is noted."""
        return effects.of_account(foreign=self.foreign)

    def start_base(self) -> Machine:
        """The machine; a clean account gets one from its balance."""
        if self.base is None:
            self.base = Machine(self.limits, self.balance, self.debt_bucket)
        return self.base

    @property
    def debt_bucket(self) -> str:
        """Where loan money goes that repays what the account owes."""
        return "CARD_DEBT" if self.card else "OVERDRAFT"

    def fold(self, effects: Effects, clock: int) -> None:
        """Let pass what can; drop the base when nothing is traced any more."""
        while self.tail and not self._blocked(self.tail[0].op):
            self._pass(self.tail.popleft().op, effects, clock)
        if self.base is not None and not self.tail and self.base.clean:
            self.base = None

    def _blocked(self, op: Op) -> bool:
        return isinstance(op, Movement) and op.awaits_tag and op.transfer not in self.tags.early

    def _pass(self, op: Op, effects: Effects, clock: int) -> None:
        tag = self.tags.apply(op, effects, clock) if isinstance(op, Movement) and op.awaits_tag else CLEAN
        sent = len(effects.outbox)
        pass_op(self.start_base(), op, tag, self.books(effects))
        for envelope in effects.outbox[sent:]:
            self._note_edges(envelope)
        if isinstance(op, Retire):
            self._forward(op, effects)

    # -- messages ----------------------------------------------------------------------------------

    def receive(self, message: Tag | Retire, effects: Effects, clock: int, offset: int = -1) -> None:
        """Take a message of another account. `offset`: where it stood on its topic, if one brought it."""
        if isinstance(message, Retire):
            self.tags.strip(message, {movement.transfer for movement in self.waiting()}, self.books(effects))
            self.append(message, self.balance, clock, effects)
            return
        self.tags.take(message, self.books(effects), clock, offset)
        self.fold(effects, clock)

    def clear(self, transfer: str, effects: Effects, clock: int) -> bool:
        """The sender had nothing to say of this credit: it brings nothing. -> whether it waited for a tag."""
        waits = self.awaits(transfer)
        if waits:
            self.tags.nothing(transfer, clock)
            self.fold(effects, clock)
        return waits

    def awaits(self, transfer: str) -> bool:
        """Whether a credit waits here for the tag of this transfer."""
        return any(movement.awaits_tag and movement.transfer == transfer for movement in self.waiting())

    def _note_edges(self, envelope: Envelope) -> None:
        if not isinstance(envelope.message, Tag):
            return
        for origin, share in envelope.message.shares.items():
            edges = self.edges.get(origin) or Edges(share.expires)
            full = sum(len(other.receivers) for other in self.edges.values()) >= self.limits.edges
            receiver = (envelope.customer, envelope.receiver)
            if receiver not in edges.receivers and not full:
                edges.receivers.append(receiver)
                self.edges[origin] = edges

    def _forward(self, retire: Retire, effects: Effects) -> None:
        """Those it was sent to hear when it is closed; a trail that only ends here goes on there."""
        if retire.bucket != CLOSED:
            return
        edges = self.edges.pop(retire.origin, None)
        if edges is not None:
            for customer, receiver in sorted(edges.receivers):
                effects.outbox.append(Envelope(self.name, receiver, retire, customer))

    # -- what cannot be waited for -----------------------------------------------------------------

    def _give_up(self, effects: Effects, clock: int) -> None:
        """The oldest awaited credit enters as clean; should its tag come, its trail ends."""
        op = self.tail[0].op
        if isinstance(op, Movement) and self._blocked(op):
            effects.events.append(GIVE_UP)
            self.tags.force(op.transfer, clock)
        self.fold(effects, clock)

    def expire(self, effects: Effects, clock: int) -> None:
        """Let pass, expire and forget what is due."""
        while self.tail and self.tail[0].since + self.limits.give_up_ms <= clock:
            self._give_up(effects, clock)
        self.tags.expire(self.books(effects), clock)
        for origin in [name for name, edges in self.edges.items() if edges.expires <= clock]:
            del self.edges[origin]
        self._expire_base(effects, clock)

    def _expire_base(self, effects: Effects, clock: int) -> None:
        if self.base is None or self.tail:
            return
        expired = [name for name, source in self.base.sources.items() if 0 < source.expires <= clock]
        for origin in sorted(expired):
            self.append(Retire(origin, TRAIL_ENDED, CUT_HORIZON), self.balance, clock, effects)
        if self.base is not None:
            oldest = clock - self.limits.record_ms
            self.base.records = [record for record in self.base.records if record.time > oldest]
            self.base.prune()
            self.fold(effects, clock)

    def waiting(self) -> Iterable[Movement]:
        """Movements that cannot pass yet."""
        return (one.op for one in self.tail if isinstance(one.op, Movement))

    def deadlines(self) -> Iterable[int]:
        """Batch clocks at which something is due."""
        limits = self.limits
        if self.tail:
            yield self.tail[0].since + limits.give_up_ms
        yield from self.tags.deadlines()
        for edges in self.edges.values():
            yield edges.expires
        if self.base is not None and not self.tail:
            yield from (record.time + limits.record_ms for record in self.base.records[:1])
            yield from (source.expires for source in self.base.sources.values() if source.expires)

    # -- decisions -----------------------------------------------------------------------------------

    def holds(self, origin: str) -> Pair:
        """Loan money of an origin that is here, or on its way in; in the loans' currency."""
        pairs = self.tags.on_the_way(origin)
        if self.base is not None and origin in self.base.sources and not self.foreign:
            source = self.base.sources[origin]
            pairs.append(Pair(source.low, source.high, self.base.lots.held(origin)))
        return Pair(*map(sum, zip(*pairs, strict=True))) if pairs else Pair(0, 0)

    def origins(self) -> set[str]:
        """Every origin that is here, on its way in, or was sent on from here."""
        return self.present() | self.edges.keys()

    def present(self) -> set[str]:
        """Every origin that is here, on its way in, or can come back."""
        found = self.tags.origins() | {origin for movement in self.waiting() for origin in movement.virtual}
        if self.base is not None:
            found |= self.base.sources.keys()
        return found

    def shares_of(self, possible: dict[str, int]) -> dict[str, Share]:
        """Shares with these possible parts of named origins that are known here."""
        sources = self.base.sources if self.base is not None else {}
        return {
            name: Share(0, part, 0, sources[name].cap, sources[name].hops, sources[name].expires, sources[name].home)
            for name, part in sorted(possible.items())
            if part and name in sources and name not in RESERVED
        }

    def now(self) -> Machine:
        """The base, or the copy on which all that waits was applied provisionally."""
        base = self.start_base()
        return replay(base, (one.op for one in self.tail)) if self.tail else base
