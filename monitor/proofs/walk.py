"""Runs accounts forward over their postings, each as far as somebody needs it, and follows loan money between them.

Where the walk begins, what is there counts as own money; so does what comes from where it does not look. That can only
lower what is certain: under every rule that keeps money whole, money that is not followed may be painted as own. What
is given back counts as any other money that comes: nothing is undone here, so that whoever checks has little to do.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from monitor.engine.tracing.interval import ANY_LOAN, NOTHING, RESERVED, Bounds
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.movements import Share
from monitor.proofs.books import Books, Order, is_credit, signed
from topics.fields import Posting
from topics.loans import LoanDisbursed
from topics.transfers import TransferPosting

WITHOUT_LIMITS: Final = Limits(origins=1 << 30, lots=1)
MOST_ACCOUNTS: Final = 64
MOST_POSTINGS: Final = 20_000
NO_END: Final = 1 << 60

Range = tuple[int, int]
Place = tuple[str, int]
Bounded = dict[str, Bounds]


class Moved(NamedTuple):
    """A posting that was walked over. `carries` and `holds`: by draw and for ANY_LOAN, where there can be any.

    `clean_before`: the account held no loan money. `draw`: the draw it paid out, if that counts. `comes_from`: the
    other leg, which said what came.
    """

    posting: Posting
    carries: Bounded
    holds: Bounded
    clean_before: bool
    draw: str | None = None
    comes_from: Place | None = None


class Brought(NamedTuple):
    """What a posting carried, and how that is known."""

    carries: Mapping[str, Bounds] = {}
    draw: str | None = None
    comes_from: Place | None = None


@dataclass(slots=True)
class Run:
    """One account on its way over postings `next` to `last`; up to `seen` they are known to follow each other."""

    machine: Machine
    next: int
    last: int
    seen: int
    busy: bool = False
    moved: dict[int, Moved] = field(default_factory=dict)


class Walk:
    """`at`: draws closed before it are no loan money. `ranges`: the only postings to walk over; else all there are.

    Without ranges it looks at `most` postings at most, those of the first account before those of others.
    """

    def __init__(
        self, books: Books, at: Order, ranges: Mapping[str, Range] | None = None, most: int = MOST_POSTINGS
    ) -> None:
        self.books, self.at, self.ranges, self.left = books, at, ranges, most
        self.runs: dict[str, Run] = {}
        self.moved: list[Moved] = []
        self.paid_out: dict[str, int] = {}
        self.used: set[Place] = set()

    def advance(self, account: str, upto: int) -> Run | None:
        """Walk an account to posting `upto` at least; None where that cannot be reached."""
        run = self.runs.get(account) or self._begin(account, upto)
        if run is None or run.busy or upto > run.last:
            return run if run is not None and upto < run.next else None
        run.busy = True
        while run.next <= upto and (run.next <= run.seen or self._may_go_on(account, run)):
            self._step(account, run)
        run.busy = False
        return run if upto < run.next else None

    def _begin(self, account: str, upto: int) -> Run | None:
        book = self.books.accounts.get(account)
        if book is None or upto not in book.postings or len(self.runs) >= MOST_ACCOUNTS:
            return None
        first, last = (self._back(account, upto), NO_END) if self.ranges is None else self.ranges.get(account, (1, 0))
        if not first <= upto <= last:
            return None
        opening = self.books.posting(account, first)
        machine = Machine(WITHOUT_LIMITS, opening.balance_after - signed(opening))
        seen = upto if self.ranges is None else last
        self.runs[account] = run = Run(machine, first, last, seen)
        return run

    def _back(self, account: str, number: int) -> int:
        """The first posting after the last break: a missing number, or a balance that does not follow."""
        while self.left > 0 and self.books.joins(account, number):
            self.left -= 1
            number -= 1
        return number

    def _may_go_on(self, account: str, run: Run) -> bool:
        """Whether the next posting, behind those looked at when the account was entered, can be walked over too."""
        self.left -= 1
        return self.left >= 0 and self.books.joins(account, run.next)

    # -- one posting ---------------------------------------------------------------------------------

    def _step(self, account: str, run: Run) -> None:
        posting = self.books.posting(account, run.next)
        clean = not any(source.high for source in run.machine.sources.values())
        if is_credit(posting):
            brought = self._credit(run, posting)
        else:
            brought = Brought(run.machine.debit(None, posting.amount).bounds)
        carries = {name: bounds for name, bounds in sorted(brought.carries.items()) if bounds.high}
        moved = Moved(posting, carries, holds(run.machine), clean, brought.draw, brought.comes_from)
        run.moved[run.next] = moved
        run.next += 1
        self.moved.append(moved)

    def _credit(self, run: Run, posting: Posting) -> Brought:
        if isinstance(posting, LoanDisbursed) and self._is_loan_money(posting):
            return self._draw(run, posting)
        leg = self._leg(posting)
        if leg is not None and leg.carries:
            return self._receive(run, posting, leg)
        run.machine.credit(None, posting.amount, {}, NOTHING)
        return Brought()

    def _is_loan_money(self, posting: LoanDisbursed) -> bool:
        return posting.draw_id not in RESERVED and self.books.counts(posting, self.at)

    def _draw(self, run: Run, posting: LoanDisbursed) -> Brought:
        draw, amount = posting.draw_id, posting.amount
        self.paid_out[draw] = self.paid_out.get(draw, 0) + amount
        carries = dict.fromkeys((draw, ANY_LOAN), Bounds(amount, amount))
        self._enter(run, posting, carries)
        return Brought(carries, draw=draw)

    def _receive(self, run: Run, posting: Posting, leg: Moved) -> Brought:
        """Money of an account that was walked over: it brings what that one says it sent."""
        place = (leg.posting.account, leg.posting.acct_seq)
        self.used.add(place)
        self._enter(run, posting, leg.carries)
        return Brought(leg.carries, comes_from=place)

    def _enter(self, run: Run, posting: Posting, carries: Bounded) -> None:
        shares = {name: Share(*bounds, 0, self.paid_out[name]) for name, bounds in carries.items() if name != ANY_LOAN}
        run.machine.credit(None, posting.amount, shares, carries[ANY_LOAN])

    # -- what belongs together -------------------------------------------------------------------------

    def _leg(self, credit: Posting) -> Moved | None:
        """The other leg of a credit, walked over; None where there is none to see, or another credit took it."""
        if not isinstance(credit, TransferPosting) or credit.counterparty_account is None:
            return None
        for place in self._debits(credit, credit.counterparty_account):
            run = self.advance(*place)
            if run is not None and place not in self.used:
                return run.moved.get(place[1])
        return None

    def _debits(self, credit: TransferPosting, sender: str) -> Iterator[Place]:
        book = self.books.accounts.get(sender)
        for number in book.by_payment.get(credit.payment_id, ()) if book else ():
            debit = self.books.posting(sender, number)
            if isinstance(debit, TransferPosting) and _two_legs(debit, credit):
                yield sender, number


def holds(machine: Machine) -> Bounded:
    """Loan money in the account, by draw and for ANY_LOAN, in name order."""
    return {name: Bounds(one.low, one.high) for name, one in sorted(machine.sources.items()) if one.high}


def _two_legs(debit: TransferPosting, credit: TransferPosting) -> bool:
    same = (debit.counterparty_account, debit.amount, debit.currency) == (
        credit.account,
        credit.amount,
        credit.currency,
    )
    return same and not is_credit(debit)
