"""What the money of each draw was used for: bucket -> certain, possible, point."""

from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

from monitor.engine.tracing.interval import Pair
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.movements import Booked

MOST_SPENT: Final = 8


class SpentBy(Struct, frozen=True, array_like=True, gc=False):
    """A payment out of somebody else's account that surely took money of a draw: at least `certain` minor units."""

    account: str
    payment: str
    certain: int


@dataclass(slots=True)
class Use:
    """One draw's ledger at its home. `ended` is when it was closed or its trail expired, 0 while it runs (ms).

    `through_others`: the part of `buckets` that ended in other customers' accounts; `doubtful`: the part of that whose
    class of use was not sure; `spent`: the newest payments that others surely made with it, to classes a rule names.
    """

    draw: str
    loan: str
    principal: int
    drawn: int
    ended: int = 0
    accounts: list[str] = field(default_factory=list)
    buckets: dict[str, list[int]] = field(default_factory=dict)
    through_others: dict[str, list[int]] = field(default_factory=dict)
    doubtful: dict[str, list[int]] = field(default_factory=dict)
    spent: list[SpentBy] = field(default_factory=list)

    def credited(self, account: str) -> None:
        """The account may hold money of this draw that no other account sent it."""
        if account not in self.accounts:
            self.accounts.append(account)

    def book(self, entry: Booked, *, elsewhere: bool = False) -> None:
        """Add (or take out again) an entry; `elsewhere`: the money was in somebody else's account."""
        ledgers = [self.buckets]
        ledgers += [self.through_others] if elsewhere else []
        ledgers += [self.doubtful] if elsewhere and not entry.sure else []
        for rows in ledgers:
            row = rows.setdefault(entry.bucket, [0, 0, 0])
            row[0] += entry.sign * entry.certain
            row[1] += entry.sign * entry.possible
            row[2] += entry.sign * entry.point
            if not any(row):
                del rows[entry.bucket]

    def name(self, entry: Booked) -> None:
        """Remember the payment of an entry, with what is certain of it after this one. Bounded: the oldest goes."""
        before = [one for one in self.spent if (one.account, one.payment) == (entry.account, entry.payment)]
        certain = sum(one.certain for one in before) + entry.sign * entry.certain
        self.spent = [one for one in self.spent if one not in before]
        if entry.payment and certain > 0:
            self.spent.append(SpentBy(entry.account, entry.payment, certain))
        del self.spent[:-MOST_SPENT]

    def reading(self, held: Pair) -> "UseOfDraw":
        """What it says now; `held` is what the customer's accounts still hold."""
        return UseOfDraw(
            self.draw,
            self.loan,
            self.principal,
            held,
            _pairs(self.buckets),
            _pairs(self.through_others),
            _pairs(self.doubtful),
            self.ended,
            self.drawn,
            tuple(self.spent),
        )


@dataclass(frozen=True, slots=True)
class UseOfDraw:
    """A reading of one draw's ledger. `held` is what this customer's accounts hold of it; bucket order is by name."""

    draw: str
    loan: str
    principal: int
    held: Pair
    buckets: dict[str, Pair]
    through_others: dict[str, Pair] = field(default_factory=dict)
    doubtful: dict[str, Pair] = field(default_factory=dict)
    ended: int = 0
    drawn: int = 0
    spent: tuple[SpentBy, ...] = ()

    @property
    def with_others(self) -> Pair:
        """What is neither here nor booked: in other customers' accounts, or on the way (tracing.md §8).

        What came home by way of a third customer may be here before the word that it left a bucket: then it counts
        twice for a moment, and nothing is with others.
        """
        certain, possible, point = (sum(column) for column in zip(*self.buckets.values(), Pair(0, 0), strict=True))
        return Pair(
            max(0, self.principal - self.held.possible - possible),
            max(0, self.principal - self.held.certain - certain),
            max(0, self.principal - self.held.point - point),
        )


class Uses:
    """The draws of one customer, the oldest first."""

    __slots__ = ("by_draw", "folded", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.by_draw: dict[str, Use] = {}
        self.folded: dict[str, Use] = {}  # loan -> the sum of its draws that were ended long ago

    def draw(self, draw: str, loan: str, amount: int, time: int, account: str) -> Use:
        """Money of a draw was credited. A second credit of one draw adds to its principal."""
        use = self.by_draw.get(draw)
        if use is None:
            use = self.by_draw[draw] = Use(draw, loan, 0, time)
            self._bound()
        use.principal += amount
        use.credited(account)
        return use

    def _bound(self) -> None:
        while len(self.by_draw) > self.limits.draws:
            victim = min(self.by_draw.values(), key=lambda use: (use.ended == 0, use.ended or use.drawn, use.draw))
            self._fold(victim)

    def _fold(self, use: Use) -> None:
        """Keep of a draw only what it adds to its loan's ledger; of too many loans the first by name is forgotten."""
        del self.by_draw[use.draw]
        known = self.folded.setdefault(use.loan, Use("", use.loan, 0, 0, ended=use.ended or use.drawn))
        known.principal += use.principal
        known.drawn, known.ended = max(known.drawn, use.drawn), max(known.ended, use.ended)
        for into, rows in (
            (known.buckets, use.buckets),
            (known.through_others, use.through_others),
            (known.doubtful, use.doubtful),
        ):
            _add_rows(into, rows)
        while len(self.folded) > self.limits.draws:
            del self.folded[min(self.folded)]

    def book(self, entry: Booked, *, elsewhere: bool = False, named: bool = False) -> bool:
        """Enter into the draw's ledger, and remember the payment if it is to be `named`; -> whether it is kept here."""
        use = self.by_draw.get(entry.draw)
        if use is not None:
            use.book(entry, elsewhere=elsewhere)
            if named:
                use.name(entry)
        return use is not None

    def running(self) -> list[Use]:
        """Draws whose money is still loan money, by name."""
        return [self.by_draw[draw] for draw in sorted(self.by_draw) if not self.by_draw[draw].ended]

    def expire(self, clock: int) -> None:
        """End trails at the horizon; fold ledgers that nothing can change any more into their loan's."""
        for use in self.running():
            if use.drawn + self.limits.horizon_ms <= clock:
                use.ended = use.drawn + self.limits.horizon_ms
        for use in list(self.by_draw.values()):
            if use.ended and use.ended + self.limits.record_ms <= clock:
                self._fold(use)

    def deadlines(self) -> list[int]:
        """Batch clocks at which something is due."""
        limits = self.limits
        return [
            use.ended + limits.record_ms if use.ended else use.drawn + limits.horizon_ms
            for use in self.by_draw.values()
        ]


def _add_rows(into: dict[str, list[int]], rows: dict[str, list[int]]) -> None:
    for bucket, row in rows.items():
        known = into.setdefault(bucket, [0, 0, 0])
        known[:] = [one + other for one, other in zip(known, row, strict=True)]


def _pairs(rows: dict[str, list[int]]) -> dict[str, Pair]:
    return {bucket: Pair(*rows[bucket]) for bucket in sorted(rows)}
