"""What a payment carries from one account to another."""

from dataclasses import dataclass, field, replace

from tests.fund_flow.figures import NONE, Figure, Share, Span
from tests.fund_flow.happenings import Leg
from tests.fund_flow.points import Colours
from tests.fund_flow.purse import Carried, Purse


@dataclass(frozen=True)
class Parcel:
    """Loan money on its way.

    `undo`: it takes an earlier payment back, which had brought `whole`; `colours` come back.
    """

    amount: int
    currency: str
    shares: dict[str, Share] = field(default_factory=dict)
    union: Span = NONE
    undo: bool = False
    whole: dict[str, Figure] = field(default_factory=dict)
    colours: Colours = field(default_factory=dict)


def travelling(purse: Purse, carried: Carried, step: int) -> dict[str, Share]:
    """What a movement carries, as it travels on."""
    sources = purse.sources
    return {
        name: Share(figure, sources[name].cap, sources[name].hops + step, sources[name].expires)
        for name, figure in carried.figures().items()
    }


def exchanged(leg: Leg, parcel: Parcel) -> Parcel:
    """In another currency goes on what is possible, at the rate of the two legs, rounded up."""
    shares = {
        name: replace(
            share,
            figure=Figure(0, min(leg.other_amount, _at_rate(leg, share.figure.possible)), 0),
            cap=_at_rate(leg, share.cap),
        )
        for name, share in parcel.shares.items()
    }
    high = min(leg.other_amount, _at_rate(leg, parcel.union.high))
    return Parcel(leg.other_amount, leg.other_currency, shares, Span(0, high))


def _at_rate(leg: Leg, amount: int) -> int:
    return -(-amount * leg.other_amount // leg.amount)


def union_of(union: Span, sent: dict[str, Share], cut: dict[str, Share]) -> Span:
    """Of any loan in what is sent: what was cut off may have been all of it."""
    certain, possible = (sum(share.figure[n] for share in sent.values()) for n in (0, 1))
    low = max(certain, union.low - sum(share.figure.possible for share in cut.values()))
    return Span(low, min(union.high, possible))
