"""One account: its base, what waits behind it, and the tags that came early."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from monitor.engine.tracing.effects import (
    BAD_TAG,
    CONFLICTING_REPEAT,
    GIVE_UP,
    TAG_EXPIRED,
    TAG_MISMATCH,
    TAG_UNMATCHED,
    Effects,
)
from monitor.engine.tracing.interval import NOTHING, RESERVED, Bounds, Pair
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.movements import CLOSED, TRAIL_ENDED, Envelope, Movement, Retire, Share, Tag
from monitor.engine.tracing.passing import CLEAN, Op, end_trail, fits, pass_op
from monitor.engine.tracing.provisional import replay


class Waiting(NamedTuple):
    """Something in posting order that cannot pass yet, and the batch clock at which it came."""

    op: Op
    since: int


class Early(NamedTuple):
    """A tag whose credit has not passed, and the batch clock at which it came.

    `offset`: where it stood on its topic; `content`: what it said when it came, "" for one that no topic brought.
    """

    tag: Tag
    since: int
    offset: int = -1
    content: bytes = b""


class Applied(NamedTuple):
    """A relayed tag that was applied: the batch clock, and what it said."""

    since: int
    content: bytes


Receiver = tuple[str, str]  # customer ("" for the own one) and account


@dataclass(slots=True)
class Edges:
    """Where an origin was sent from here; they are told when it is closed."""

    expires: int
    receivers: list[Receiver] = field(default_factory=list)


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
        self.done: dict[str, Applied] = {}  # relayed tags that were applied
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
        tag = self._tag_for(op, effects, clock)
        sent = len(effects.outbox)
        pass_op(self.start_base(), op, tag, effects)
        for envelope in effects.outbox[sent:]:
            self._note_edges(envelope)
        if isinstance(op, Retire):
            self._forward(op, effects)

    def _tag_for(self, op: Op, effects: Effects, clock: int) -> Tag:
        if not isinstance(op, Movement) or not op.awaits_tag:
            return CLEAN
        early = self.inbox.pop(op.transfer)
        self._applied(early, clock)
        if early.content and not fits(op, early.tag):
            effects.refused.append((early.offset, TAG_MISMATCH))
        return early.tag

    # -- messages ----------------------------------------------------------------------------------

    def receive(self, message: Tag | Retire, effects: Effects, clock: int, offset: int = -1) -> None:
        """Take a message of another account. `offset`: where it stood on its topic, if one brought it."""
        if isinstance(message, Retire):
            self._strip_early(message, effects)
            self.append(message, self.balance, clock, effects)
            return
        early = Early(message, clock, offset, _content(message) if offset >= 0 else b"")
        if message.transfer in self.forced:
            del self.forced[message.transfer]
            self._applied(early, clock)
            end_trail(message, effects)
        elif self._contradicts(early):
            effects.events.append(BAD_TAG)
            effects.refused.append((offset, CONFLICTING_REPEAT))
        elif message.transfer not in self.done:
            self._keep(early, effects)
            self.fold(effects, clock)

    def _contradicts(self, early: Early) -> bool:
        """Whether a tag of this transfer came before that said something else: the first one stands."""
        known = self.inbox.get(early.tag.transfer) or self.done.get(early.tag.transfer)
        return known is not None and bool(known.content) and known.content != early.content

    def _applied(self, early: Early, clock: int) -> None:
        if early.content:
            self.done[early.tag.transfer] = Applied(clock, early.content)

    def _keep(self, early: Early, effects: Effects) -> None:
        """A repeated tag changes nothing; one with other content, or one too many, ends its trail."""
        known = self.inbox.get(early.tag.transfer)
        if known is None and len(self.inbox) < self.limits.inbox:
            self.inbox[early.tag.transfer] = early
        elif known is None or (not early.content and known.tag != early.tag):
            effects.events.append(BAD_TAG)
            end_trail(early.tag, effects)

    def clear(self, transfer: str, effects: Effects, clock: int) -> bool:
        """The sender had nothing to say of this credit: it brings nothing. -> whether it waited for a tag."""
        waits = self.awaits(transfer)
        if waits and transfer not in self.inbox:
            self.inbox[transfer] = Early(CLEAN, clock)
            self.fold(effects, clock)
        return waits

    def awaits(self, transfer: str) -> bool:
        """Whether a credit waits here for the tag of this transfer."""
        return any(movement.awaits_tag and movement.transfer == transfer for movement in self.waiting())

    def _strip_early(self, retire: Retire, effects: Effects) -> None:
        """Take the origin out of tags whose credit is not yet here; the retirement is ahead of them."""
        waiting = {one.op.transfer for one in self.tail if isinstance(one.op, Movement)}
        for transfer in sorted(self.inbox.keys() - waiting):
            early = self.inbox[transfer]
            share = early.tag.shares.get(retire.origin)
            if share is not None:
                effects.book(retire.bucket, retire.origin, Pair(share.certain, share.possible, share.point))
                self.inbox[transfer] = early._replace(tag=without(early.tag, retire.origin))

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
        edges = self.edges.pop(retire.origin, None)
        if edges is not None and retire.bucket == CLOSED:
            for customer, receiver in sorted(edges.receivers):
                effects.outbox.append(Envelope(self.name, receiver, retire, customer))

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
        oldest = clock - self.limits.inbox_ms
        self.forced = {transfer: since for transfer, since in self.forced.items() if since > oldest}
        self.done = {transfer: applied for transfer, applied in self.done.items() if applied.since > oldest}
        for origin in [name for name, edges in self.edges.items() if edges.expires <= clock]:
            del self.edges[origin]
        self._expire_base(effects, clock)

    def _expire_inbox(self, effects: Effects, clock: int) -> None:
        for transfer in sorted(self.inbox):
            early = self.inbox[transfer]
            if early.since + self.limits.inbox_ms <= clock:
                del self.inbox[transfer]
                effects.events.extend([TAG_EXPIRED] if early.tag.shares else [])
                effects.refused.extend([(early.offset, TAG_UNMATCHED)] if early.offset >= 0 else [])
                end_trail(early.tag, effects)

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

    def waiting(self) -> Iterable[Movement]:
        """Movements that cannot pass yet."""
        return (one.op for one in self.tail if isinstance(one.op, Movement))

    def deadlines(self) -> Iterable[int]:
        """Batch clocks at which something is due."""
        limits = self.limits
        if self.tail:
            yield self.tail[0].since + limits.give_up_ms
        for early in self.inbox.values():
            yield early.since + limits.inbox_ms
        for since in (*self.forced.values(), *(applied.since for applied in self.done.values())):
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

    def origins(self) -> set[str]:
        """Every origin that is here, on its way in, or can come back."""
        found = {origin for early in self.inbox.values() for origin in early.tag.shares} | self.edges.keys()
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


def _content(tag: Tag) -> bytes:
    """Eight bytes that two tags share only when they say the same."""
    return blake2b(msgspec.msgpack.encode(tag, order="deterministic"), digest_size=8).digest()


def without(tag: Tag, origin: str) -> Tag:
    """Take one origin out of a tag; what it undid no longer came back whole."""
    share = tag.shares[origin]
    shares = {name: other for name, other in tag.shares.items() if name != origin}
    union = Bounds(max(0, tag.union.low - share.possible), tag.union.high - share.certain) if shares else NOTHING
    return msgspec.structs.replace(tag, shares=shares, union=union, undo=False)
