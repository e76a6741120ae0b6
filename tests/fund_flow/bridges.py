"""Virtual edges: what left unseen and may be what comes in (domain knowledge, not lots): `possible` only.

Cash that is paid in again, a wallet, an own account or a household's elsewhere, a lender paid off with another's money.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from tests.fund_flow.figures import Figure, Share

WITHIN_MS: Final = 72 * 60 * 60 * 1000
BOUNDS: Final = {
    "cash": (80, 105),
    "wallet": (80, 105),
    "self": (80, 105),
    "household": (80, 105),
    "lender": (70, 200),
}
"""Kind -> the least and the most that may come back, in hundredths of what left."""

PART: Final = 20  # hundredths of what left that is the least a credit must be, to be a part of it
MOST: Final = 8  # of one customer; the oldest is forgotten


@dataclass
class Bridge:
    """One outflow that may come back, alone or with others, and how much did already."""

    kind: str
    time: int
    amount: int
    shares: dict[str, Share]
    returned: int = 0

    def open(self, kind: str, time: int) -> bool:
        """Whether it may still come back then."""
        return kind == self.kind and 0 <= time - self.time <= WITHIN_MS


def fits(row: list[Bridge], amount: int) -> bool:
    """Whether a credit can be what left in these payments together, or a part of it."""
    left, back = sum(one.amount for one in row), sum(one.returned for one in row) + amount
    least, most = BOUNDS[row[0].kind]
    enough = 100 * back >= least * left or 100 * amount >= PART * left
    return 100 * back <= most * left and enough


class Bridges:
    """Of all customers."""

    def __init__(self) -> None:
        self.by_customer: defaultdict[str, list[Bridge]] = defaultdict(list)
        self.crossed: Counter[str] = Counter()  # credits that may have been loan money, by kind

    def left(self, customer: str, bridge: Bridge) -> None:
        """Loan money went where it may come back from."""
        kept = [one for one in self.by_customer[customer] if one.time > bridge.time - WITHIN_MS]
        self.by_customer[customer] = [*kept, bridge][-MOST:]

    def cross(self, customer: str, kind: str, time: int, amount: int) -> dict[str, Share]:
        """What a credit may bring back, by draw; it counts as having come back, of the oldest first."""
        out = [one for one in self.by_customer[customer] if one.open(kind, time)]
        rows = [out[i:j] for i, j in combinations(range(len(out) + 1), 2)]
        row = next((row for row in sorted(rows, key=len) if fits(row, amount)), [])
        brought: dict[str, Share] = {}
        rest = amount
        self.crossed[kind] += bool(row)
        for bridge in row:
            part = rest if bridge is row[-1] else min(rest, max(0, bridge.amount - bridge.returned))
            bridge.returned, rest = bridge.returned + part, rest - part
            for draw, share in bridge.shares.items():
                brought[draw] = _both(brought[draw], share) if draw in brought else share
        return {draw: _at_most(share, amount) for draw, share in sorted(brought.items())}


def _both(one: Share, other: Share) -> Share:
    figure = Figure(0, one.figure.possible + other.figure.possible, 0)
    return Share(figure, max(one.cap, other.cap), max(one.hops, other.hops), max(one.expires, other.expires))


def _at_most(share: Share, amount: int) -> Share:
    return replace(share, figure=Figure(0, min(share.figure.possible, amount), 0))
