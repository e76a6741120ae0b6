"""Virtual edges: what left unseen and may be what comes in (domain knowledge, not lots): `possible` only.

Cash that is paid in again, an own account or a household's elsewhere, a lender paid off with another's money.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Final

from tests.fund_flow.figures import Figure, Share

WITHIN_MS: Final = 72 * 60 * 60 * 1000
BOUNDS: Final = {"cash": (80, 105), "self": (80, 105), "household": (80, 105), "lender": (70, 200)}
"""Kind -> the least and the most that may come back, in hundredths of what left."""

PART: Final = 20  # hundredths of what left that is the least a credit must be, to be a part of it
MOST: Final = 8  # of one customer; the oldest is forgotten


@dataclass
class Bridge:
    """One outflow that may come back, and how much did already."""

    kind: str
    time: int
    amount: int
    shares: dict[str, Share]
    returned: int = 0

    def fits(self, kind: str, time: int, amount: int) -> bool:
        """Whether a credit can be what left, or a part of it."""
        back = self.returned + amount
        least, most = BOUNDS[self.kind]
        enough = 100 * back >= least * self.amount or 100 * amount >= PART * self.amount
        in_time = 0 <= time - self.time <= WITHIN_MS
        return kind == self.kind and in_time and 100 * back <= most * self.amount and enough


class Bridges:
    """Of all customers."""

    def __init__(self) -> None:
        self.by_customer: defaultdict[str, list[Bridge]] = defaultdict(list)

    def left(self, customer: str, bridge: Bridge) -> None:
        """Loan money went where it may come back from."""
        kept = [one for one in self.by_customer[customer] if one.time > bridge.time - WITHIN_MS]
        self.by_customer[customer] = [*kept, bridge][-MOST:]

    def cross(self, customer: str, kind: str, time: int, amount: int) -> dict[str, Share]:
        """What a credit may bring back, by draw; it counts as having come back."""
        for bridge in self.by_customer[customer]:
            if bridge.fits(kind, time, amount):
                bridge.returned += amount
                return {draw: _at_most(share, amount) for draw, share in sorted(bridge.shares.items())}
        return {}


def _at_most(share: Share, amount: int) -> Share:
    return replace(share, figure=Figure(0, min(share.figure.possible, amount), 0))
