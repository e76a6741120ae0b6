"""What a monitor said of a history: the form in which every system under test answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from tests.fund_flow.figures import NONE, Figure, Span
from tests.fund_flow.happenings import Message


@dataclass(frozen=True)
class Said:
    """What was said of one posting. `figures` by draw (and OTHER), None where nothing is final; `union` of any loan.

    `early`: what could be said when it was posted, if that was not final; by draw and ANY_LOAN.
    `undone`: it took an earlier payment back. `cut`: draws that are followed no further on this payment.
    `nameless`: draws that joined OTHER with it. `held`, `points`, `balance`: what the account holds then; None where
    the system does not say.
    """

    figures: dict[str, Figure] | None = None
    union: Span = NONE
    early: dict[str, Span] | None = None
    undone: bool = False
    cut: frozenset[str] = frozenset()
    nameless: frozenset[str] = frozenset()
    held: dict[str, Span] | None = None
    points: dict[str, int] | None = None
    balance: int | None = None


@dataclass(frozen=True)
class Use:
    """What became of some draws: `buckets` as booked; what the borrower's accounts, and all accounts, hold of them.

    `ended`: draws whose money is loan money no more, if that is known.
    """

    draws: tuple[str, ...]
    principal: int
    buckets: dict[str, Figure]
    at_home: Figure
    held: Figure
    ended: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True)
class Findings:
    """All of it. `postings`: (account, acct_seq) -> what was said; `uses`: draw or loan -> its ledger at the end.

    `sent`: payment to another customer -> what it was said to bring, by draw (and OTHER).
    """

    postings: dict[tuple[str, int], Said]
    uses: dict[str, Use]
    sent: dict[str, dict[str, Figure]] = field(default_factory=dict)


def total(figures: Iterable[Figure]) -> Figure:
    """Sum of figures."""
    return Figure(*map(sum, zip(Figure(0, 0), *figures, strict=True)))


class Monitored(Protocol):
    """A system that follows loan money. It is told bank messages in the order in which they reach it."""

    def tell(self, message: Message) -> None:
        """Let a bank message arrive."""
        ...

    def settle(self) -> None:
        """Let everything arrive that is still on its way, and everything come due that waits for that."""
        ...

    def findings(self) -> Findings:
        """What it said; only after `settle`."""
        ...
