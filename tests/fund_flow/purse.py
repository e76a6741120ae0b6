"""One account as it is traced: its balance, what of it may be loan money, its points, its story (tracing.md §4)."""

from dataclasses import dataclass

from tests.fund_flow.figures import (
    LOAN_CURRENCY,
    NO_CAP,
    NONE,
    OTHER,
    OWN,
    TRAIL_ENDED,
    UNION,
    UNKNOWN,
    Figure,
    Limits,
    Share,
    Span,
    names,
    squeezed,
)
from tests.fund_flow.points import Colours, Points, portion, together
from tests.fund_flow.story import Moved, Story


@dataclass
class Source:
    """One draw (or OTHER, or the union) in the account."""

    span: Span = NONE
    cap: int = NO_CAP
    hops: int = 0
    expires: int = 0


@dataclass(frozen=True)
class Named:
    """By what a movement can be named later, when it was, and where it ended if it is an outflow that left."""

    transfer: str
    time: int
    bucket: str = ""


@dataclass(frozen=True)
class Carried:
    """What a movement carried: bounds by source, its colours, and whether it took an earlier one back."""

    spans: dict[str, Span]
    colours: Colours
    undone: bool = False

    def figures(self) -> dict[str, Figure]:
        """By draw (and OTHER), where there may be any."""
        return {
            name: Figure(*span, self.colours.get(name, 0))
            for name, span in sorted(self.spans.items())
            if name != UNION and span.high
        }

    @property
    def union(self) -> Span:
        """Of any loan."""
        return self.spans.get(UNION, NONE)


Ended = tuple[str, str, Figure]  # draw, bucket, how much


class Purse:
    """`balance` is what may be spent, `debt` what is owed; only one of them is not 0. `ended` collects, in order."""

    def __init__(self, limits: Limits, balance: int, debt_bucket: str, currency: str = LOAN_CURRENCY) -> None:
        self.limits = limits
        self.currency = currency
        self.balance, self.debt = max(0, balance), max(0, -balance)
        self.debt_bucket = debt_bucket
        self.sources: dict[str, Source] = {}
        self.points = Points(limits.lots)
        self.points.put({OWN: self.balance} if self.balance else {})
        self.story = Story(limits.records)
        self.ended: list[Ended] = []

    @property
    def total(self) -> int:
        """The ledger's balance."""
        return self.balance - self.debt

    def figures(self) -> dict[str, Figure]:
        """What the account holds by draw (and OTHER)."""
        return {
            name: Figure(*source.span, self.points.of(name))
            for name, source in sorted(self.sources.items())
            if name != UNION
        }

    # -- movements ---------------------------------------------------------------------------------

    def credit(self, amount: int, shares: dict[str, Share], union: Span, named: Named | None) -> None:
        """Money comes in, with shares of it loan money."""
        for name, share in shares.items():
            self._admit(name, share)
        spans = {name: Span(share.figure.certain, share.figure.possible) for name, share in shares.items()}
        if shares:
            self.sources.setdefault(UNION, Source())
            spans[UNION] = union
        loan = {name: share.figure.point for name, share in shares.items() if share.figure.point}
        own = amount - sum(loan.values())
        colours = together(loan, {OWN: own})
        self._note(named, amount, Carried(spans, colours), outgoing=False)
        self.balance += amount
        for name, span in spans.items():
            held = self.sources[name].span
            self.sources[name].span = Span(held.low + span.low, held.high + span.high)
        self.points.put(colours)
        self._after_credit(amount)

    def _admit(self, name: str, share: Share) -> None:
        source = self.sources.setdefault(name, Source(NONE, share.cap, share.hops, share.expires))
        source.cap, source.hops = max(source.cap, share.cap), max(source.hops, share.hops)
        source.expires = max(source.expires, share.expires)

    def debit(self, amount: int, named: Named | None) -> Carried:
        """Money goes out; beyond the balance it is overdraft, and that is nobody's loan money."""
        usable = min(amount, self.balance)
        own_at_most = {name: self.balance - source.span.low for name, source in self.sources.items()}
        spans = squeezed(
            {
                name: Span(max(0, usable - own_at_most[name]), min(usable, source.span.high))
                for name, source in self.sources.items()
            }
        )
        colours = together(self.points.take(usable), {OWN: amount - usable})
        carried = Carried(spans, colours)
        self._note(named, amount, carried, outgoing=True)
        self.balance -= usable
        self.debt += amount - usable
        for name, span in spans.items():
            held = self.sources[name].span
            self.sources[name].span = Span(max(0, held.low - span.high), min(held.high - span.low, self.balance))
        self._narrow()
        return carried

    def _note(self, named: Named | None, amount: int, carried: Carried, *, outgoing: bool) -> None:
        """Where nothing is traced there is no story."""
        if not self.sources:
            return
        before = {name: source.span for name, source in self.sources.items()}
        who = named or Named("", 0)
        colours = dict(carried.colours)
        self.story.note(
            Moved(
                who.transfer, outgoing, amount, who.time, who.bucket, colours, dict(carried.spans), before, bool(named)
            )
        )

    # -- taking back -------------------------------------------------------------------------------

    def take_back(self, line: Moved, amount: int, colours: Colours | None = None) -> Carried:
        """A part of an earlier movement is taken back: as if it had been so much smaller.

        `colours` is what the other account says comes back; else the movement's own mixture.
        """
        returned = portion(line.colours, amount) if colours is None else colours
        back = self.story.shrink(line, amount, returned)
        for name, span in back.items():
            held = self.sources[name].span
            self.sources[name].span = (
                Span(held.low + span.low, held.high + span.high)
                if line.outgoing
                else Span(max(0, held.low - span.high), held.high - span.low)
            )
        if line.outgoing:
            self.balance += amount
            self.points.put(returned, first=True)
        else:
            self.balance -= amount
            self.points.take_back(returned)
        for name, source in self.sources.items():
            told = [source.span, *self.story.bounds(name)]
            source.span = Span(max(span.low for span in told), min(span.high for span in told))
        self._after_credit(amount if line.outgoing else 0)
        return Carried(back, returned, undone=True)

    # -- what follows ------------------------------------------------------------------------------

    def _narrow(self) -> None:
        """No more than was drawn, no more than there is, and the draws add up to the union."""
        box = {
            name: Span(source.span.low, min(source.span.high, source.cap, self.balance))
            for name, source in self.sources.items()
        }
        for name, span in squeezed(box).items():
            self.sources[name].span = span

    def _after_credit(self, amount: int) -> None:
        """The overdraft is repaid first; then draws beyond the limit lose their name, the smallest first."""
        self._narrow()
        due = min(self.debt, amount)
        if due:
            self.debt -= due
            repaid = self.debit(due, None)
            self._end_all(self.debt_bucket, repaid.figures())
        while len(names(self.sources)) > self.limits.origins:
            smallest = min(names(self.sources), key=lambda name: (self.sources[name].span.high, name))
            self.end(smallest, TRAIL_ENDED, OTHER)

    def _end_all(self, bucket: str, figures: dict[str, Figure]) -> None:
        self.ended += [(name, bucket, figure) for name, figure in figures.items() if name != OTHER]

    def end(self, draw: str, bucket: str, into: str = OWN) -> None:
        """A draw is followed no further here: its money is own money from now on, or joins OTHER."""
        gone, union = self.sources.pop(draw), self.sources[UNION]
        self.ended.append((draw, bucket, Figure(*gone.span, self.points.of(draw))))
        union.span = Span(
            max(0, union.span.low - gone.span.high), union.span.high - (gone.span.low if into == OWN else 0)
        )
        if into == OTHER:
            other = self.sources.setdefault(OTHER, Source())
            other.span = Span(other.span.low, other.span.high + gone.span.high)
            other.hops, other.expires = max(other.hops, gone.hops), max(other.expires, gone.expires)
        for line in self.story.lines:
            if isinstance(line, Moved):
                line.forget(draw, into)
            else:
                line.carried.pop(draw, None)
        self.points.rename(draw, into)
        self._narrow()

    def resync(self, balance: int) -> None:
        """The ledger says another balance: unknown money left, unknown money came."""
        lost = self.points.take(max(0, self.balance - max(0, balance)))
        came = max(0, balance) - self.balance
        self.points.put({OWN: came} if came > 0 else {})
        self.balance, self.debt = max(0, balance), max(0, -balance)
        self.story.lines.clear()
        for name in names(self.sources):
            self.ended.append((name, UNKNOWN, Figure(0, self.sources[name].span.high, lost.get(name, 0))))
        for source in self.sources.values():
            source.span = Span(0, min(self.balance, source.cap))

    def shut(self, bucket: str) -> None:
        """The account is closed: what is in it ends there."""
        for draw in names(self.sources):
            self.end(draw, bucket)
        self.sources.clear()
        self.story.lines.clear()
        self.points = Points(self.limits.lots)
        self.balance = self.debt = 0

    # -- time --------------------------------------------------------------------------------------

    def grow_older(self, now: int) -> None:
        """End trails at their horizon; movements of a month ago can no longer be taken back."""
        for draw in [name for name, source in sorted(self.sources.items()) if 0 < source.expires <= now]:
            self.end(draw, TRAIL_ENDED)
        old = [line for line in self.story.kept() if line.time <= now - self.limits.record_ms]
        for line in old:
            line.kept = False
        if old:
            self.forget_what_is_gone()

    def forget_what_is_gone(self) -> None:
        """Drop draws of which nothing is here and nothing can come back; without any the account is clean."""
        alive = {name for line in self.story.kept() for name, span in line.carried.items() if span.high}
        for name in [n for n, s in self.sources.items() if n != UNION and not s.span.high and n not in alive]:
            del self.sources[name]
            self.story.drop(name)
        if set(self.sources) <= {UNION}:
            self.sources.clear()
            self.story.lines.clear()
