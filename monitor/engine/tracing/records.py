"""Movements that can still be undone, and the anchors that bound what the account holds now."""

from dataclasses import dataclass, field, replace

from monitor.engine.state.packing import fingerprint
from monitor.engine.tracing.interval import ANY_LOAN, OTHER, OWN
from monitor.engine.tracing.lots import Composition, recolour

_KEY_BYTES = 6  # among 32 records another one is mistaken once in 10^13


def record_key(transfer: str) -> bytes:
    """What a movement is known by when it is to be undone."""
    return fingerprint(transfer)[:_KEY_BYTES]


@dataclass(slots=True)
class Source:
    """One origin (or OTHER, or the union) in one account: low <= true amount <= high.

    `out_sum` is the running sum of possible out less certain in, `in_sum` of possible in less certain out: anchors
    refer to them. `cap` is the principal drawn on the origin, `hops` the customers it passed, `expires` when its trail
    ends (ms). `home`: the borrower, "" here; `via`: the accounts that sent it on, in order.
    """

    low: int = 0
    high: int = 0
    out_sum: int = 0
    in_sum: int = 0
    cap: int = 1 << 60
    hops: int = 0
    expires: int = 0
    home: str = ""
    via: tuple[str, ...] = ()

    def copy(self) -> "Source":
        """An independent copy."""
        return replace(self)


@dataclass(slots=True)
class Part:
    """What a movement carried of one source, and the source's anchors before it (None: void).

    `floor` = low + out_sum, `ceiling` = high - in_sum: ever after, floor - out_sum <= true amount <= ceiling + in_sum.
    """

    certain: int
    possible: int
    floor: int | None
    ceiling: int | None

    def copy(self) -> "Part":
        """An independent copy."""
        return Part(self.certain, self.possible, self.floor, self.ceiling)

    def void(self) -> None:
        """The anchors no longer bound anything."""
        self.floor = self.ceiling = None

    def shift(self, floor: int, ceiling: int) -> None:
        """Move the anchors, unless they are void."""
        if self.floor is not None and self.ceiling is not None:
            self.floor += floor
            self.ceiling += ceiling


@dataclass(slots=True)
class Record:
    """An identified movement: what is left of it after undoing, and its parts by source.

    `key`: of `record_key`; the transfer's name is kept where it is told, of what came from an account. `used`: a debit
    came after it. `bucket` is where an outflow was booked, "" for a transfer to an account; `sure`: nobody would doubt
    that class.
    """

    key: bytes
    outgoing: bool
    amount: int
    composition: Composition
    bucket: str = ""
    time: int = 0
    used: bool = False
    parts: dict[str, Part] = field(default_factory=dict)
    name: str = ""
    sure: bool = True

    def copy(self) -> "Record":
        """An independent copy."""
        parts = {name: part.copy() for name, part in self.parts.items()}
        return replace(self, composition=dict(self.composition), parts=parts)

    @property
    def loan_possible(self) -> bool:
        """Whether it may have moved loan money."""
        return any(part.possible for part in self.parts.values())

    def forget(self, name: str, into: str) -> None:
        """The origin's trail ended in this account: it becomes own money or joins OTHER."""
        part = self.parts.pop(name, None)
        recolour(self.composition, name, into)
        if part is None:
            return
        if into == OTHER:
            before = self.parts[OTHER].possible if OTHER in self.parts else 0
            self.parts[OTHER] = Part(0, min(self.amount, before + part.possible), None, None)
        self._lower_union(part, part.certain if into == OWN else 0)

    def _lower_union(self, part: Part, leaves: int) -> None:
        union = self.parts.get(ANY_LOAN)
        if union is None:
            return
        union.certain = max(0, union.certain - part.possible)
        others = sum(other.possible for name, other in self.parts.items() if name != ANY_LOAN)
        union.possible = min(union.possible - leaves, others)
        union.void()
