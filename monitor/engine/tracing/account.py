"""One account: its base, what waits behind it, and the tags that came early."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from monitor.engine.tracing.effects import BAD_TAG, GIVE_UP, TAG_EXPIRED, Effects
from monitor.engine.tracing.interval import NOTHING, Bounds, Pair
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.movements import CLOSED, TRAIL_ENDED, Envelope, Movement, Retire, Tag
from monitor.engine.tracing.passing import CLEAN, Op, end_trail, pass_op
from monitor.engine.tracing.provisional import replay


class Waiting(NamedTuple):
    """Something in posting order that cannot pass yet, and the batch clock at which it came."""

    op: Op
    since: int


class Early(NamedTuple):
    """A tag whose credit has not passed, and the batch clock at which it came."""

    tag: Tag
    since: int


@dataclass(slots=True)
class Edges:
    """Where an origin was sent from here; they are told when it is closed."""

    expires: int
    accounts: list[str] = field(default_factory=list)


class Account:
    """The base applies movements in posting order, each only when its provenance is final.

    `balance` is the ledger's, with all that waits applied. There is a base only while something is traced or waits.
    """

    __slots__ = ("balance", "base", "card", "done", "edges", "forced", "inbox", "limits", "name", "tail")

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.card = False
        self.balance = 0
        self.base: Machine | None = None
        self.tail: deque[Waiting] = deque()
        self.inbox: dict[str, Early] = {}
        self.forced: dict[str, int] = {}  # credits that were given up, until their tag comes
        self.done: dict[str, int] = {}  # relayed tags that were applied
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
        return isinstance(op, Movement) and op.awaits_tag and op.transfer not in self.inbox

    def _pass(self, op: Op, effects: Effects, clock: int) -> None:
        tag = self._tag_for(op, clock)
        sent = len(effects.outbox)
        pass_op(self.start_base(), op, tag, effects)
        for envelope in effects.outbox[sent:]:
            self._note_edges(envelope)
        if isinstance(op, Retire):
            self._forward(op, effects)

    def _tag_for(self, op: Op, clock: int) -> Tag:
        if not isinstance(op, Movement) or not op.awaits_tag:
            return CLEAN
        tag = self.inbox.pop(op.transfer).tag
        if tag.relayed:
            self.done[op.transfer] = clock
        return tag

    # -- messages ----------------------------------------------------------------------------------

    def receive(self, message: Tag | Retire, effects: Effects, clock: int) -> None:
        """Take a message of another account."""
        if isinstance(message, Retire):
            self._strip_early(message, effects)
            self.append(message, self.balance, clock, effects)
        elif message.transfer in self.forced:
            del self.forced[message.transfer]
            if message.relayed:
                self.done[message.transfer] = clock
            end_trail(message, effects)
        elif message.transfer not in self.done:
            self._keep(message, effects, clock)
            self.fold(effects, clock)

    def _keep(self, tag: Tag, effects: Effects, clock: int) -> None:
        """A repeated tag changes nothing; one with other content, or one too many, ends its trail."""
        known = self.inbox.get(tag.transfer)
        if known is None and len(self.inbox) < self.limits.inbox:
            self.inbox[tag.transfer] = Early(tag, clock)
        elif known is None or known.tag != tag:
            effects.events.append(BAD_TAG)
            end_trail(tag, effects)

    def _strip_early(self, retire: Retire, effects: Effects) -> None:
        """Take the origin out of tags whose credit is not yet here; the retirement is ahead of them."""
        waiting = {one.op.transfer for one in self.tail if isinstance(one.op, Movement)}
        for transfer in sorted(self.inbox.keys() - waiting):
            tag, since = self.inbox[transfer]
            share = tag.shares.get(retire.origin)
            if share is not None:
                effects.book(retire.bucket, retire.origin, Pair(share.certain, share.possible, share.point))
                self.inbox[transfer] = Early(_without(tag, retire.origin), since)

    def _note_edges(self, envelope: Envelope) -> None:
        if not isinstance(envelope.message, Tag):
            return
        for origin, share in envelope.message.shares.items():
            edges = self.edges.get(origin) or Edges(share.expires)
            full = sum(len(other.accounts) for other in self.edges.values()) >= self.limits.edges
            if envelope.receiver not in edges.accounts and not full:
                edges.accounts.append(envelope.receiver)
                self.edges[origin] = edges

    def _forward(self, retire: Retire, effects: Effects) -> None:
        edges = self.edges.pop(retire.origin, None)
        if edges is not None and retire.bucket == CLOSED:
            for receiver in sorted(edges.accounts):
                effects.outbox.append(Envelope(self.name, receiver, retire))

    # -- what cannot be waited for -----------------------------------------------------------------

    def _give_up(self, effects: Effects, clock: int) -> None:
        """The oldest awaited credit enters as clean; should its tag come, its trail ends."""
        op = self.tail[0].op
        if isinstance(op, Movement) and self._blocked(op):
            effects.events.append(GIVE_UP)
            self.forced[op.transfer] = clock
            self.inbox[op.transfer] = Early(CLEAN, clock)
        self.fold(effects, clock)

    def expire(self, effects: Effects, clock: int) -> None:
        """Let pass, expire and forget what is due."""
        while self.tail and self.tail[0].since + self.limits.give_up_ms <= clock:
            self._give_up(effects, clock)
        self._expire_inbox(effects, clock)
        for memory in (self.forced, self.done):
            for transfer in [name for name, since in memory.items() if since + self.limits.inbox_ms <= clock]:
                del memory[transfer]
        for origin in [name for name, edges in self.edges.items() if edges.expires <= clock]:
            del self.edges[origin]
        self._expire_base(effects, clock)

    def _expire_inbox(self, effects: Effects, clock: int) -> None:
        for transfer in sorted(self.inbox):
            tag, since = self.inbox[transfer]
            if since + self.limits.inbox_ms <= clock:
                del self.inbox[transfer]
                effects.events.extend([TAG_EXPIRED] if tag.shares else [])
                end_trail(tag, effects)

    def _expire_base(self, effects: Effects, clock: int) -> None:
        if self.base is None or self.tail:
            return
        expired = [name for name, source in self.base.sources.items() if 0 < source.expires <= clock]
        for origin in sorted(expired):
            self.append(Retire(origin, TRAIL_ENDED), self.balance, clock, effects)
        if self.base is not None:
            oldest = clock - self.limits.record_ms
            self.base.records = [record for record in self.base.records if record.time > oldest]
            self.base.prune()
            self.fold(effects, clock)

    def deadlines(self) -> Iterable[int]:
        """Batch clocks at which something is due."""
        limits = self.limits
        if self.tail:
            yield self.tail[0].since + limits.give_up_ms
        for early in self.inbox.values():
            yield early.since + limits.inbox_ms
        for since in (*self.forced.values(), *self.done.values()):
            yield since + limits.inbox_ms
        for edges in self.edges.values():
            yield edges.expires
        if self.base is not None and not self.tail:
            yield from (record.time + limits.record_ms for record in self.base.records[:1])
            yield from (source.expires for source in self.base.sources.values() if source.expires)

    # -- decisions -----------------------------------------------------------------------------------

    def holds(self, origin: str) -> Pair:
        """Loan money of an origin that is here, or on its way in."""
        shares = [early.tag.shares[origin] for early in self.inbox.values() if origin in early.tag.shares]
        pairs = [Pair(share.certain, share.possible, share.point) for share in shares]
        if self.base is not None and origin in self.base.sources:
            source = self.base.sources[origin]
            pairs.append(Pair(source.low, source.high, self.base.lots.held(origin)))
        return Pair(*map(sum, zip(*pairs, strict=True))) if pairs else Pair(0, 0)

    def now(self) -> Machine:
        """The base, or the copy on which all that waits was applied provisionally."""
        base = self.start_base()
        return replay(base, (one.op for one in self.tail)) if self.tail else base


def _without(tag: Tag, origin: str) -> Tag:
    """The tag with one origin taken out; what it undid no longer came back whole."""
    share = tag.shares[origin]
    shares = {name: other for name, other in tag.shares.items() if name != origin}
    union = Bounds(max(0, tag.union.low - share.possible), tag.union.high - share.certain) if shares else NOTHING
    return msgspec.structs.replace(tag, shares=shares, union=union, undo=False)
