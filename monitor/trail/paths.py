"""The ways the loan's money took: from the draw, account by account, to where it is or ended; with the proof of each.

Under a conserving method the amounts of all ways add up to the principal. Where a payment's loan money had come by
several ways, what came of it is taken in the order in which it was paid.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from monitor.trail.followed import Ending, Followed
from monitor.trail.lots import Lot, is_loan
from monitor.trail.movements import UNSPENT, WITH_OTHERS, Movement

PLACES: Final = frozenset({UNSPENT, WITH_OTHERS})
"""Buckets in which the money still lies in an account."""

_BY_PAYEE: Final = frozenset(
    {"SECURITIES", "FUTURES_DERIV", "WEALTH_AM", "PROPERTY", "EQUITY_CAPITAL", "METAL", "CRYPTO", "GAMBLING"}
    | {"MORTGAGE_REPAY", "OTHER_LENDER", "INSURANCE_INVEST", "OWN_BUSINESS", "SELF_OFFUS"}
)
"""Classes in which each payee is a way of its own; elsewhere all payees of a class are one."""


class End(NamedTuple):
    """Where a way ends. `payee` is "" where many are taken together."""

    bucket: str
    payee: str = ""
    name: str = ""


@dataclass(slots=True)
class Leg:
    """One step of a way: what it carried, and the payments that prove it, each with its part, in order of time."""

    source: str
    target: str
    amount: int = 0
    proof: dict[str, tuple[Movement, int]] = field(default_factory=dict)

    def add(self, movement: Movement, units: int) -> None:
        """Count a payment in."""
        known = self.proof.get(movement.transfer, (movement, 0))[1]
        self.proof[movement.transfer] = (movement, known + units)
        self.amount += units

    @property
    def payments(self) -> list[tuple[Movement, int]]:
        """The proof, earliest first."""
        return sorted(self.proof.values(), key=lambda found: (found[0].when, found[0].transfer))


@dataclass(slots=True)
class Way:
    """`accounts` from the draw's on. The first leg is the draw itself, the last one a payment out if one ended it."""

    accounts: tuple[str, ...]
    end: End
    legs: list[Leg]
    amount: int = 0
    payees: set[str] = field(default_factory=set)


class Chain(NamedTuple):
    """One run of money: the draw, the transfers between accounts in order, and how much went all the way."""

    draw: Movement
    transfers: tuple[Movement, ...]
    units: int


def ways(followed: Followed) -> list[Way]:
    """All ways, those with most money first."""
    found: dict[tuple[tuple[str, ...], End], Way] = {}
    supply = _Supply(followed)
    for ending in followed.endings:
        for part in ending.parts:
            for chain in supply.chains(part):
                _count(found, chain, ending)
    return sorted(found.values(), key=lambda way: (-way.amount, way.accounts, way.end))


class _Supply:
    """What each transfer brought, and how much of it was explained by now."""

    def __init__(self, followed: Followed) -> None:
        self.followed = followed
        self.conserves = followed.method.conserves
        self.left: dict[str, list[Lot]] = {
            transfer: [part for part in (payment.parts if self.conserves else payment.whole) if is_loan(part)]
            for transfer, payment in followed.payments.items()
        }

    def chains(self, part: Lot) -> Iterator[Chain]:
        """Follow a part back to its draw; more than one chain where it had come by several ways."""
        units = part.units
        while units:
            most, taken = self._back(part.draw, part.came, units)
            for lots, place in taken:
                if self.conserves:
                    lots[place] = lots[place]._replace(units=lots[place].units - most)
            units -= most
            yield self._chain(part, taken, most)

    def _back(self, draw: str, came: str, units: int) -> tuple[int, list[tuple[list[Lot], int]]]:
        """The lots that one chain takes from, the latest first, and what it can carry."""
        taken: list[tuple[list[Lot], int]] = []
        while came not in self.followed.draws:
            lots = self.left[came]
            place = next(i for i, lot in enumerate(lots) if lot.draw == draw and lot.units)
            taken.append((lots, place))
            units = min(units, lots[place].units) if self.conserves else units
            came = lots[place].came
        return units, taken

    def _chain(self, part: Lot, taken: list[tuple[list[Lot], int]], units: int) -> Chain:
        cames = [part.came, *(lots[place].came for lots, place in taken)]
        transfers = tuple(self.followed.payments[came].movement for came in reversed(cames[:-1]))
        return Chain(self.followed.draws[cames[-1]], transfers, units)


def _count(found: dict[tuple[tuple[str, ...], End], Way], chain: Chain, ending: Ending) -> None:
    accounts = (chain.draw.account, *(movement.peer for movement in chain.transfers))
    end = _end(ending)
    way = found.get((accounts, end))
    if way is None:
        way = found[accounts, end] = Way(accounts, end, _legs(accounts, ending, end))
    way.amount += chain.units
    out = (ending.payment,) if ending.payment else ()
    for leg, movement in zip(way.legs, (chain.draw, *chain.transfers, *out), strict=True):
        leg.add(movement, chain.units)
    way.payees.update(movement.payee for movement in out if movement.payee)


def _end(ending: Ending) -> End:
    if ending.payment is None or ending.bucket not in _BY_PAYEE:
        return End(ending.bucket)
    return End(ending.bucket, ending.payment.payee, ending.payment.name)


def _legs(accounts: tuple[str, ...], ending: Ending, end: End) -> list[Leg]:
    legs = [Leg("", accounts[0])]
    legs += [Leg(source, target) for source, target in pairwise(accounts)]
    return [*legs, Leg(accounts[-1], end.payee)] if ending.payment else legs
