"""A loan's money in plain words. What people wrote is made harmless: no card numbers, nothing that moves a cursor."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from monitor.trail.movements import (
    ACCOUNT_CLOSED,
    CARD_DEBT,
    CLOSED,
    ON_THE_WAY,
    OVERDRAFT,
    REPAID,
    TRAIL_ENDED,
    UNKNOWN,
    UNSPENT,
    WITH_OTHERS,
    Movement,
)
from monitor.trail.paths import PLACES, End, Leg, Way
from rules.texts import WORDS, money
from topics.masking import mask

MEANINGS: Final[Mapping[str, str]] = {
    UNSPENT: "still in the borrower's accounts",
    WITH_OTHERS: "in other customers' accounts",
    ON_THE_WAY: "left for another account of the bank, not yet there",
    TRAIL_ENDED: "went where this bank does not follow it",
    UNKNOWN: "left, for what is not known",
    REPAID: "repaid a loan",
    OVERDRAFT: "repaid an overdraft",
    CARD_DEBT: "repaid a credit card",
    CLOSED: "its draw was settled: loan money no more",
    ACCOUNT_CLOSED: "was in an account that was closed",
    "SELF_OFFUS": "to an account in the own name at another bank",
    "CASH": "drawn as cash",
    "CONSUMPTION": "spent in shops",
    "OWN_BUSINESS": "into the own business",
    "INSURANCE_INVEST": "investing insurance",
    **{name: english for name, (_, english) in WORDS.items()},
}
"""Bucket -> what it says of the money in it."""

_SHOWN_PROOFS: Final = 3


def plain(identifier: str) -> str:
    """An identifier for a screen: what does not print (control and direction marks) replaced."""
    return "".join(letter if letter.isprintable() else "·" for letter in identifier)


def clean(text: str) -> str:
    """What people wrote, for a screen: also with long numbers starred."""
    return plain(mask(text.encode()))


def share(part: int, whole: int) -> str:
    """`part` of `whole` for people."""
    return f"{part / whole:.1%}" if whole else "-"


def instant(when: datetime) -> str:
    """As the bank wrote it, with its offset."""
    return when.isoformat(sep=" ", timespec="minutes")


class Speaker:
    """Words for one loan. `names`: account -> name of its holder, where a payment told it."""

    def __init__(self, currency: str, names: Mapping[str, str]) -> None:
        self.currency = currency
        self._names = names

    def money(self, units: int) -> str:
        """An amount."""
        return money(units, self.currency)

    def holder(self, account: str) -> str:
        """Name of an account's holder; "" when no payment told it."""
        return clean(self._names.get(account, ""))

    def account(self, account: str) -> str:
        """An account, with its holder's name where one is known."""
        name = self.holder(account)
        return f"{name} ({plain(account)})" if name else plain(account)

    def end(self, end: End, payees: int = 0) -> str:
        """Where a way ends."""
        if end.payee:
            return f"{end.bucket}: {clean(end.name) or plain(end.payee)}"
        return f"{end.bucket}: {payees:,} payees" if payees > 1 else end.bucket

    def way(self, way: Way) -> Iterator[str]:
        """A way, one line a step: how much, whereto, when, by which payments."""
        for leg in way.legs:
            yield f"{self.money(leg.amount)} {self._step(leg, way)}, {self.proof(leg)}"
        if way.end.bucket in PLACES:
            yield f"{self.money(way.amount)} of it is there"
        elif len(way.legs) == len(way.accounts):
            yield f"{self.money(way.amount)} of it: {MEANINGS.get(way.end.bucket, way.end.bucket)}"

    def _step(self, leg: Leg, way: Way) -> str:
        if not leg.source:
            return f"drawn into {self.account(leg.target)}"
        if leg is way.legs[-1] and len(way.legs) > len(way.accounts):
            return f"to {self.end(way.end, len(way.payees))}"
        return f"to {self.account(leg.target)}"

    def proof(self, leg: Leg) -> str:
        """The payments behind a step: the first few with their times, then how many more."""
        payments = leg.payments
        shown = [f"{plain(movement.payment)} ({instant(movement.when)})" for movement, _ in payments[:_SHOWN_PROOFS]]
        more = [f"{len(payments) - _SHOWN_PROOFS:,} more"] if len(payments) > _SHOWN_PROOFS else []
        return f"payment{'s' * (len(payments) > 1)} {', '.join([*shown, *more])}"

    def left_out(self, shown: int, found: Sequence[Way], whole: int) -> str:
        """What is not shown; "" when nothing is."""
        rest = found[shown:]
        carried = sum(way.amount for way in rest)
        if not rest:
            return ""
        are = "ways are" if len(rest) > 1 else "way is"
        return f"{len(rest):,} smaller {are} not shown: {self.money(carried)}, {share(carried, whole)} of the loan"


def names_in(movements: Sequence[Movement]) -> dict[str, str]:
    """Account -> name, as the other side of each payment wrote it; the newest counts."""
    return {m.peer: m.name for m in movements if m.peer and m.name}
