"""Amounts and bounds of the offline tracer. Money in minor units, times in ms since the epoch."""

from dataclasses import dataclass
from typing import Final, NamedTuple

OWN: Final = "own"  # colour of what is not loan money
OTHER: Final = "OTHER"  # draws that lost their name in an account
UNION: Final = "ANY_LOAN"  # any loan: the low bound speaks of draws with a name, the high bound of all

TRAIL_ENDED: Final = "TRAIL_ENDED"
UNKNOWN: Final = "UNKNOWN"
CLOSED: Final = "CLOSED"
ACCOUNT_CLOSED: Final = "ACCOUNT_CLOSED"
OVERDRAFT: Final = "OVERDRAFT"
CARD_DEBT: Final = "CARD_DEBT"

_DAY: Final = 24 * 60 * 60 * 1000
NO_CAP: Final = 10**18
LOAN_CURRENCY: Final = "CNY"  # of loans and what is booked of them


class Span(NamedTuple):
    """The true amount is at least `low` and at most `high`."""

    low: int
    high: int


class Figure(NamedTuple):
    """Loan money of one draw: surely, possibly, and by first in first out."""

    certain: int
    possible: int
    point: int = 0


NONE: Final = Span(0, 0)


@dataclass(frozen=True)
class Limits:
    """Where a trail ends or what is certain falls (tracing.md §8). Counts are per account."""

    origins: int = 8
    hops: int = 4
    smallest_tag: int = 100_00
    lots: int = 32
    records: int = 32
    record_ms: int = 30 * _DAY
    horizon_ms: int = 180 * _DAY


@dataclass(frozen=True)
class Share:
    """Loan money of one draw on its way between two accounts.

    `cap` is what was drawn when it set out, `hops` how many customers it passed, `expires` when its trail ends.
    """

    figure: Figure
    cap: int = NO_CAP
    hops: int = 0
    expires: int = 0


def names(sources: object) -> list[str]:
    """The draws with a name among sources, in name order."""
    assert isinstance(sources, dict)
    return sorted(set(sources) - {OTHER, UNION})


def squeezed(box: dict[str, Span]) -> dict[str, Span]:
    """Narrow bounds of amounts that add up to the union's: each is the union less all the others.

    OTHER stays at 0 from below, for the union's low bound says nothing of it.
    """
    if UNION not in box:
        return box
    parts = [name for name in box if name != UNION]
    least, most = sum(box[name].low for name in parts), sum(box[name].high for name in parts)
    union = Span(max(box[UNION].low, least), min(box[UNION].high, most))
    result = {UNION: union}
    for name in parts:
        others_least, others_most = least - box[name].low, most - box[name].high
        low = 0 if name == OTHER else max(box[name].low, union.low - others_most)
        result[name] = Span(low, min(box[name].high, union.high - others_least))
    return result
