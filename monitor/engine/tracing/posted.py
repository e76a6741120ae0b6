"""What a posting came to."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from monitor.engine.tracing.effects import ZERO, Dust, Effects, Passed
from monitor.engine.tracing.interval import ANY_LOAN, Pair
from monitor.engine.tracing.movements import Booked, Envelope, Movement

NO_PAIRS: Final[Mapping[str, Pair]] = MappingProxyType({})


class Status(IntEnum):
    """What became of a posting."""

    APPLIED = 0  # in order; it may still wait for its provenance
    PARKED = 1  # ahead of a gap
    REPEAT = 2
    LATE = 3  # its gap had been closed: tracing is untouched


class Pairs(NamedTuple):
    """Loan money in an amount: by source (origins and OTHER, in name order) and of any loan.

    `provisional`: something it depends on is not known yet; certain can only grow and possible only fall.
    """

    pairs: Mapping[str, Pair] = NO_PAIRS
    union: Pair = ZERO
    provisional: bool = False


class Settled(NamedTuple):
    """What became final: movements with their pairs, ledger entries, messages for others, events to count.

    `outbox`: to accounts of other customers. `abroad`: entries for the use ledgers of other borrowers, by home.
    `refused`: bad tags, as (place on their topic, reason).
    """

    passed: tuple[Passed, ...] = ()
    booked: tuple[Booked, ...] = ()
    outbox: tuple[Envelope, ...] = ()
    events: tuple[str, ...] = ()
    abroad: tuple[tuple[str, Booked], ...] = ()
    refused: tuple[tuple[int, str], ...] = ()
    dust: tuple[Dust, ...] = ()

    def carried_by(self, movement: Movement) -> Pairs | None:
        """What a posting carried, if it passed."""
        for one in self.passed:
            if one.movement.acct_seq == movement.acct_seq and one.movement.account == movement.account:
                return Pairs(one.pairs, one.union)
        return None


class Posted(NamedTuple):
    """One posting: what became of it, what loan money it carries, and all that became final with it."""

    status: Status
    carried: Pairs = Pairs()
    settled: Settled = Settled()

    @property
    def pairs(self) -> Mapping[str, Pair]:
        """Loan money in this movement by source, in name order."""
        return self.carried.pairs

    @property
    def union(self) -> Pair:
        """Loan money of any loan in this movement."""
        return self.carried.union

    @property
    def provisional(self) -> bool:
        """Whether the pairs may still narrow."""
        return self.carried.provisional

    @property
    def passed(self) -> tuple[Passed, ...]:
        """Movements whose pairs became final now, this one among them unless it waits."""
        return self.settled.passed

    @property
    def booked(self) -> tuple[Booked, ...]:
        """Entries made in use ledgers."""
        return self.settled.booked

    @property
    def events(self) -> tuple[str, ...]:
        """Events to count."""
        return self.settled.events


def settled(effects: Effects, abroad: list[tuple[str, Booked]]) -> Settled:
    """Freeze what was collected."""
    return Settled(
        tuple(effects.passed),
        tuple(effects.booked),
        tuple(effects.others),
        tuple(effects.events),
        tuple(abroad),
        tuple(effects.refused),
        tuple(effects.dust),
    )


def carried(pairs: dict[str, Pair], *, provisional: bool) -> Pairs:
    """Take the union out of the pairs."""
    return Pairs(pairs, pairs.pop(ANY_LOAN, ZERO), provisional)
