"""What the rules of fund flow share: the forbidden classes of use, and what loan money on its way to them weighs.

The classes are those of `topics.reference.DestinationClass`.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rules.fact_values import Amounts, Destination, Flow, Use
from rules.facts import Figures
from rules.margins import at_least
from rules.rule import Action

FORBIDDEN = ("SECURITIES", "FUTURES_DERIV", "WEALTH_AM", "PROPERTY", "EQUITY_CAPITAL", "METAL", "CRYPTO", "GAMBLING")
"""Where the money of a consumer loan may not go (orders 2020 No. 9, 2024 No. 3)."""

ALERT_ONLY = ("MORTGAGE_REPAY", "OTHER_LENDER")
"""Forbidden too, but a payment refused there makes a default: never more than an alert."""

WATCHED = (*FORBIDDEN, *ALERT_ONLY)


class Limits(NamedTuple):
    """From how much loan money (minor units) and confidence in the payee's class on a payment is blocked or alerts."""

    min_certain: float
    min_possible: float
    block_confidence: float
    min_confidence: float


class Weight(NamedTuple):
    """What loan money weighs: the margin, what is asked for, the minor units at stake, the figures used."""

    margin: float
    action: Action
    at_stake: int
    figures: Figures


def weigh(payee: Destination, loan: Flow, limits: Limits, *, gap: bool) -> Weight:
    """Compare loan money in a payment to a watched use with the limits.

    BLOCK: enough is certain, and surely such a payee, and there is no `gap` in the account's postings. Else ALERT; what
    is only possible does not count while an earlier movement is not final.
    """
    certain = at_least(loan.certain, limits.min_certain)
    possible = -1.0 if loan.provisional else at_least(loan.possible, limits.min_possible)
    suspected = at_least(payee.confidence, limits.min_confidence)
    surely = payee.name in FORBIDDEN and payee.confidence >= limits.block_confidence
    block = surely and certain >= 0 and not gap
    action, at_stake = (Action.BLOCK, loan.certain) if block else (Action.ALERT, loan.possible)
    figures: Figures = {"certain": loan.certain, "possible": loan.possible}
    figures |= {"destination": payee.name, "confidence": payee.confidence}
    figures |= {"provisional": loan.provisional, "gap": gap}
    return Weight(min(max(certain, possible), suspected), action, at_stake, figures)


def weigh_ledger(use: Use, limits: Limits) -> Weight:
    """Compare what others spent of a loan on watched uses, over all paths and classes, with the limits.

    BLOCK: enough is certain in forbidden classes that are sure. Else ALERT.
    """
    ledger, doubtful = use.through_others, total(use.doubtful, FORBIDDEN)
    sure = less(total(ledger, FORBIDDEN), doubtful)
    block = sure.certain >= limits.min_certain
    spent, names = (sure, FORBIDDEN) if block else (total(ledger, WATCHED), WATCHED)
    certain, possible = min(spent.certain, use.principal), min(spent.possible, use.principal)
    margin = max(at_least(certain, limits.min_certain), at_least(possible, limits.min_possible))
    action, at_stake = (Action.BLOCK, certain) if block else (Action.ALERT, possible)
    figures: Figures = {"certain": certain, "possible": possible, "destination": largest(ledger, names)}
    figures |= {"doubtful": min(doubtful.possible, use.principal)}
    return Weight(margin, action, at_stake, figures)


def total(ledger: Mapping[str, Amounts], names: Iterable[str]) -> Amounts:
    """Add up what a ledger says of these classes or ends of trails."""
    rows = [ledger.get(name, Amounts()) for name in names]
    return Amounts(*(sum(column) for column in zip(*rows, strict=True)))


def less(whole: Amounts, part: Amounts) -> Amounts:
    """What is left of `whole` without `part`, whose entries are among its own: exact, as each was booked apart."""
    return Amounts(*(one - other for one, other in zip(whole, part, strict=True)))


def largest(ledger: Mapping[str, Amounts], names: Iterable[str]) -> str:
    """Name the class with the most possible money in it, of equals the first."""
    return max(names, key=lambda name: ledger.get(name, Amounts()).possible)
