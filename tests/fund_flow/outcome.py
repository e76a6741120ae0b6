"""What the offline tracer comes to: what each posting carried, what became of each draw."""

from dataclasses import dataclass, field

from tests.fund_flow.figures import Figure, Span


@dataclass(frozen=True)
class Passed:
    """One posting: what it carried by draw (and OTHER), of any loan, and what became of that.

    `cut`: draws whose trail ended with this payment. `nameless`: draws that joined OTHER with it.
    `held`, `points`, `balance`: what the account holds after it, by source.
    """

    account: str
    seq: int
    transfer: str
    figures: dict[str, Figure]
    union: Span
    undone: bool
    cut: frozenset[str]
    nameless: frozenset[str]
    held: dict[str, Span]
    points: dict[str, int]
    balance: int


@dataclass
class Draw:
    """One draw: whose it is, how much was paid out, and what became of it: bucket -> figure."""

    draw: str
    loan: str
    customer: str
    principal: int = 0
    ended: bool = False
    buckets: dict[str, Figure] = field(default_factory=dict)

    def book(self, bucket: str, figure: Figure, sign: int = 1) -> None:
        """Enter into a bucket, or take out again."""
        before = self.buckets.get(bucket, Figure(0, 0))
        after = Figure(*(was + sign * came for was, came in zip(before, figure, strict=True)))
        self.buckets[bucket] = after
        if not any(after):
            del self.buckets[bucket]
