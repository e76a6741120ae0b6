"""Runs accounts forward over their postings, each as far as somebody needs it, and follows loan money between them.

Loan money is that of the draws one claim is about, together. Where the walk begins, what is there counts as other
money; so does what comes from where it does not look. That can only lower what is certain: under every rule that keeps
money whole, money that is not followed may be painted as other. What is given back counts as any other money that
comes: nothing is undone here, so that whoever checks has little to do.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from monitor.engine.tracing.interval import NOTHING, Bounds
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.movements import Share
from monitor.proofs.books import Books, Place, is_credit, signed
from topics.fields import Posting
from topics.loans import LoanDisbursed
from topics.transfers import TransferPosting

WITHOUT_LIMITS: Final = Limits(origins=1, lots=1)
FOLLOWED: Final = "followed"  # the only source of the machines: all draws together
MOST_ACCOUNTS: Final = 1_000
MOST_DEPTH: Final = 64  # accounts one behind the other, each entered to see what it sent
MOST_POSTINGS: Final = 20_000


class Brought(NamedTuple):
    """What a posting carries, at least, minor units. `draw`: it paid out; `comes_from`: the other leg, that says so."""

    carries: int = 0
    draw: str | None = None
    comes_from: Place | None = None


class Moved(NamedTuple):
    """A posting that was walked over. `before` and `holds`: loan money in the account before and after it, at least."""

    posting: Posting
    brought: Brought
    before: int
    holds: int

    @property
    def place(self) -> Place:
        """Where it is."""
        return self.posting.account, self.posting.acct_seq


@dataclass(slots=True)
class Run:
    """One account on its way from posting `next` on; up to `seen` they are known to follow each other."""

    machine: Machine
    next: int
    seen: int
    busy: bool = False
    moved: dict[int, Moved] = field(default_factory=dict)


class Walk:
    """`follows`: whether a draw's money is loan money here. `most`: postings looked at, the first account's first."""

    def __init__(self, books: Books, follows: Callable[[LoanDisbursed], bool], most: int = MOST_POSTINGS) -> None:
        self.books, self.follows, self.left = books, follows, most
        self.runs: dict[str, Run] = {}
        self.moved: list[Moved] = []
        self.used: set[Place] = set()
        self.depth = 0

    def advance(self, account: str, upto: int) -> Run | None:
        """Walk an account to posting `upto` at least; None where that cannot be reached."""
        run = self.runs.get(account) or self._begin(account, upto)
        if run is None or run.busy:
            return run if run is not None and upto in run.moved else None
        run.busy = True
        self.depth += 1
        while run.next <= upto and (run.next <= run.seen or self._may_go_on(account, run)):
            self._step(account, run)
        run.busy = False
        self.depth -= 1
        return run if upto in run.moved else None

    def _begin(self, account: str, upto: int) -> Run | None:
        book = self.books.accounts.get(account)
        if book is None or upto not in book.postings or len(self.runs) >= MOST_ACCOUNTS or self.depth >= MOST_DEPTH:
            return None
        first = self._back(account, upto)
        opening = self.books.posting(account, first)
        machine = Machine(WITHOUT_LIMITS, opening.balance_after - signed(opening))
        self.runs[account] = run = Run(machine, first, upto)
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
        posting, before = self.books.posting(account, run.next), held(run.machine)
        brought = self._credit(run, posting) if is_credit(posting) else Brought(debit(run.machine, posting.amount))
        moved = Moved(posting, brought, before, held(run.machine))
        run.moved[run.next] = moved
        run.next += 1
        self.moved.append(moved)

    def _credit(self, run: Run, posting: Posting) -> Brought:
        brought = self._brought(posting)
        if brought.comes_from is not None:
            self.used.add(brought.comes_from)
        shares = {FOLLOWED: Share(brought.carries, posting.amount, 0)} if brought.carries else {}
        run.machine.credit(None, posting.amount, shares, Bounds(brought.carries, posting.amount if shares else 0))
        return brought

    def _brought(self, posting: Posting) -> Brought:
        if isinstance(posting, LoanDisbursed) and self.follows(posting):
            return Brought(posting.amount, draw=posting.draw_id)
        leg = self._leg(posting)
        return Brought(leg.brought.carries, comes_from=leg.place) if leg and leg.brought.carries else Brought()

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

    # -- what is needed of it --------------------------------------------------------------------------

    def needed(self, places: Iterable[Place]) -> list[Moved]:
        """The postings that show what these carry, in order: each account from where it held no loan money."""
        ranges: dict[str, tuple[int, int]] = {}
        wanted = deque(places)
        while wanted:
            name, upto = wanted.popleft()
            before = ranges.get(name, (upto + 1, upto))
            first, last = ranges[name] = min(before[0], self._clean_start(name, upto)), max(before[1], upto)
            new = (self.runs[name].moved[one] for one in range(first, last + 1) if not before[0] <= one <= before[1])
            wanted.extend(moved.brought.comes_from for moved in new if moved.brought.comes_from)
        return [one for one in self.moved if _within(one.place, ranges)]

    def _clean_start(self, account: str, number: int) -> int:
        """The last posting up to `number` before which the account held no loan money for sure."""
        moved = self.runs[account].moved
        while moved[number].before:
            number -= 1
        return number


def debit(machine: Machine, amount: int) -> int:
    """Let money leave; -> at least so much of it is loan money."""
    return machine.debit(None, amount).bounds.get(FOLLOWED, NOTHING).low


def held(machine: Machine) -> int:
    """At least so much loan money is there."""
    return machine.sources[FOLLOWED].low if FOLLOWED in machine.sources else 0


def _within(place: Place, ranges: dict[str, tuple[int, int]]) -> bool:
    first, last = ranges.get(place[0], (1, 0))
    return first <= place[1] <= last


def _two_legs(debit: TransferPosting, credit: TransferPosting) -> bool:
    same = (debit.counterparty_account, debit.amount, debit.currency) == (
        credit.account,
        credit.amount,
        credit.currency,
    )
    return same and not is_credit(debit)
