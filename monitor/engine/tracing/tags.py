"""The tags of one account: early ones, whose credit has not passed; applied ones; and what came for nothing."""

from collections.abc import Collection, Iterator
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from monitor.engine.tracing.effects import (
    BAD_TAG,
    CONFLICTING_REPEAT,
    CUT_LATE,
    TAG_EXPIRED,
    TAG_MISMATCH,
    TAG_UNMATCHED,
    Effects,
)
from monitor.engine.tracing.interval import NOTHING, Bounds, Pair
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.movements import LOAN_CURRENCY, Movement, Retire, Tag
from monitor.engine.tracing.passing import CLEAN, end_trail, fits


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


class Tags:
    """A credit takes its tag once, however often it is sent. All of it is forgotten after `limits.inbox_ms`.

    `forced`: credits that were given up as clean, until their tag comes. `applied`: the oldest first.
    """

    __slots__ = ("applied", "early", "forced", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.early: dict[str, Early] = {}
        self.forced: dict[str, int] = {}
        self.applied: dict[str, Applied] = {}

    def __bool__(self) -> bool:
        return bool(self.early or self.forced or self.applied)

    def take(self, tag: Tag, effects: Effects, clock: int, offset: int) -> None:
        """A tag came. The first one of a transfer stands; one with other content, or one too many, ends its trail."""
        early = Early(tag, clock, offset, _content(tag) if offset >= 0 else b"")
        if self.forced.pop(tag.transfer, None) is not None:
            self._note_applied(early, clock)
            end_trail(tag, effects, CUT_LATE)
        elif self._contradicts(early):
            effects.events.append(BAD_TAG)
            effects.refused.append((offset, CONFLICTING_REPEAT))
        elif tag.transfer not in self.applied:
            self._keep(early, effects)

    def _contradicts(self, early: Early) -> bool:
        known = self.early.get(early.tag.transfer) or self.applied.get(early.tag.transfer)
        return known is not None and bool(known.content) and known.content != early.content

    def _keep(self, early: Early, effects: Effects) -> None:
        known = self.early.get(early.tag.transfer)
        if known is None and len(self.early) < self.limits.inbox:
            self.early[early.tag.transfer] = early
        elif known is None or (not early.content and known.tag != early.tag):
            effects.events.append(BAD_TAG)
            end_trail(early.tag, effects)

    def nothing(self, transfer: str, clock: int) -> None:
        """The credit brings nothing, unless a tag is here that says otherwise."""
        self.early.setdefault(transfer, Early(CLEAN, clock))

    def force(self, transfer: str, clock: int) -> None:
        """The credit is given up as clean; should its tag come, its trail ends.

        Of one too many the tag would wait for a credit that never comes, and end its trail a day later.
        """
        self.forced[transfer] = clock
        if len(self.forced) > self.limits.forced:
            del self.forced[min(self.forced, key=lambda one: (self.forced[one], one))]
        self.nothing(transfer, clock)

    def apply(self, credit: Movement, effects: Effects, clock: int) -> Tag:
        """The credit passes with its tag."""
        early = self.early.pop(credit.transfer)
        self._note_applied(early, clock)
        if early.content and not fits(credit, early.tag):
            effects.refused.append((early.offset, TAG_MISMATCH))
        return early.tag

    def _note_applied(self, early: Early, clock: int) -> None:
        if early.content:
            self.applied[early.tag.transfer] = Applied(clock, early.content)
            if len(self.applied) > self.limits.applied:
                del self.applied[min(self.applied, key=lambda transfer: (self.applied[transfer].since, transfer))]

    def end(self, transfer: str, effects: Effects) -> None:
        """The credit passes without: the trail of its tag ends."""
        early = self.early.pop(transfer, None)
        if early is not None:
            end_trail(early.tag, effects, CUT_LATE)

    def strip(self, retire: Retire, waiting: Collection[str], effects: Effects) -> None:
        """Take an origin out of the tags; the credits that wait in the account have the retirement behind them."""
        for transfer in sorted(self.early.keys() - waiting):
            early = self.early[transfer]
            share = early.tag.shares.get(retire.origin)
            if share is not None:
                effects.retired(retire, share.pair, early.tag.currency)
                self.early[transfer] = early._replace(tag=without(early.tag, retire.origin))

    def expire(self, effects: Effects, clock: int) -> None:
        """End the trails of tags whose credit never came; forget what was applied or given up long ago."""
        oldest = clock - self.limits.inbox_ms
        for transfer in sorted(name for name, early in self.early.items() if early.since <= oldest):
            early = self.early.pop(transfer)
            effects.events.extend([TAG_EXPIRED] if early.tag.shares else [])
            effects.refused.extend([(early.offset, TAG_UNMATCHED)] if early.offset >= 0 else [])
            end_trail(early.tag, effects)
        self.forced = {transfer: since for transfer, since in self.forced.items() if since > oldest}
        while self.applied and next(iter(self.applied.values())).since <= oldest:
            del self.applied[next(iter(self.applied))]

    def deadlines(self) -> Iterator[int]:
        """Batch clocks at which something is due."""
        yield from (early.since + self.limits.inbox_ms for early in self.early.values())
        yield from (since + self.limits.inbox_ms for since in self.forced.values())
        if self.applied:
            yield next(iter(self.applied.values())).since + self.limits.inbox_ms

    def on_the_way(self, origin: str) -> list[Pair]:
        """Loan money of an origin in tags whose credit is not here; in the loans' currency."""
        tags = [early.tag for early in self.early.values() if early.tag.currency in ("", LOAN_CURRENCY)]
        shares = [tag.shares[origin] for tag in tags if origin in tag.shares]
        return [share.pair for share in shares]

    def origins(self) -> set[str]:
        """Every origin on its way in."""
        return {origin for early in self.early.values() for origin in early.tag.shares}


def _content(tag: Tag) -> bytes:
    """Eight bytes that two tags share only when they say the same."""
    return blake2b(msgspec.msgpack.encode(tag, order="deterministic"), digest_size=8).digest()


def without(tag: Tag, origin: str) -> Tag:
    """Take one origin out of a tag; what it undid no longer came back whole."""
    share = tag.shares[origin]
    shares = {name: other for name, other in tag.shares.items() if name != origin}
    union = Bounds(max(0, tag.union.low - share.possible), tag.union.high - share.certain) if shares else NOTHING
    return msgspec.structs.replace(tag, shares=shares, union=union, undo=False)
