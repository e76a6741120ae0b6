"""Loan money through all accounts of a bank at once, written from the definitions and nothing else; slow.

It reads the bank's messages when all are there, in any order. Postings pass in the order of each account, a credit from
another account only after the debit it comes from: nothing is ever unknown, so there are no waiting tails, no messages
between accounts, no decisions. What a streaming tracer comes to in the end must be the same to the last minor unit.
"""

from collections.abc import Iterable
from dataclasses import replace

from tests.fund_flow.bridges import Bridge, Bridges
from tests.fund_flow.figures import (
    ACCOUNT_CLOSED,
    CARD_DEBT,
    CLOSED,
    LOAN_CURRENCY,
    NONE,
    OTHER,
    OVERDRAFT,
    OWN,
    TRAIL_ENDED,
    UNION,
    UNKNOWN,
    Figure,
    Limits,
    Share,
    Span,
)
from tests.fund_flow.happenings import Book, Closing, Judgement, Leg, Message, Statement, read
from tests.fund_flow.order import Order
from tests.fund_flow.outcome import Draw, Passed
from tests.fund_flow.parcels import Parcel, exchanged, travelling, union_of
from tests.fund_flow.purse import Carried, Named, Purse


class OfflineTracer:
    """The whole bank. `judgement` says what only people know of a payment; everything is there once it is made."""

    def __init__(self, messages: Iterable[Message], judgement: Judgement, limits: Limits = Limits()) -> None:  # noqa: B008
        self.limits = limits
        self.book: Book = read(messages, judgement)
        self.bridges = Bridges()
        self.draws: dict[str, Draw] = {}
        self.purses: dict[str, Purse] = {}
        self.last: dict[str, int] = {}
        self.parcels: dict[str, Parcel] = {}  # on their way
        self.sent: dict[str, dict[str, Share]] = {}  # payment to another customer -> what it brings
        self.given_up: set[str] = set()
        self.passed: list[Passed] = []
        self._run()

    def _run(self) -> None:
        now = 0
        order = Order(self.book)
        while (happens := order.next()) is not None:
            now = max(now, happens.time)
            if isinstance(happens, Leg):
                self._leg(happens, now, lost=order.lost)
            elif isinstance(happens, Statement):
                self._statement(happens)
            else:
                self._close(happens)
        for purse in self.purses.values():
            purse.grow_older(now)
            self._collect(purse)

    # -- postings ----------------------------------------------------------------------------------

    def _leg(self, leg: Leg, now: int, *, lost: bool) -> None:
        purse = self._purse(leg)
        purse.grow_older(now)
        self._mind_the_gap(purse, leg)
        self._collect(purse)
        cut: frozenset[str] = frozenset()
        if not leg.credit:
            carried, cut = self._debit(purse, leg)
        elif leg.draw and not self.book.openings[leg.account].card:
            carried = self._draw(purse, leg)
        elif leg.other:
            carried = self._arrive(purse, leg, lost=lost)
        else:
            carried = self._from_outside(purse, leg)
        nameless = frozenset(draw for draw, bucket, _ in purse.ended if bucket == TRAIL_ENDED)
        self._collect(purse)
        self._note(purse, leg, carried, cut, nameless)

    def _purse(self, leg: Leg) -> Purse:
        """The account's, made when it is first seen. Without an opening its balance may hold any loan that runs."""
        if leg.account not in self.purses:
            opening = self.book.openings[leg.account]
            balance = opening.balance if opening.known else leg.balance_before
            self.last[leg.account] = opening.seq if opening.known else leg.seq - 1
            purse = Purse(self.limits, balance, CARD_DEBT if opening.card else OVERDRAFT, leg.currency)
            self.purses[leg.account] = purse
            if not opening.known and leg.seq > 1:
                self._suspect(purse, leg, balance)
        return self.purses[leg.account]

    def _suspect(self, purse: Purse, leg: Leg, balance: int) -> None:
        running = [d for _, d in sorted(self.draws.items()) if d.customer == leg.customer and not d.ended]
        if balance <= 0 or not running:
            return
        expires = leg.time + self.limits.horizon_ms
        shares = {d.draw: Share(Figure(0, balance), d.principal, 0, expires) for d in running}
        purse.balance = 0
        purse.points.lots.clear()
        purse.credit(balance, shares, Span(0, balance), None)

    def _mind_the_gap(self, purse: Purse, leg: Leg) -> None:
        """One posting that is missing is told by the balances; more, or a balance that is wrong, are not."""
        missing, self.last[leg.account] = leg.seq - self.last[leg.account] - 1, leg.seq
        difference = leg.balance_before - purse.total
        if missing == 1 and difference > 0:
            purse.credit(difference, {}, NONE, None)
        elif missing == 1 and difference < 0:
            self._book_all(UNKNOWN, purse.debit(-difference, None), leg.currency)
        elif missing > 1 or difference:
            purse.resync(leg.balance_before)

    def _draw(self, purse: Purse, leg: Leg) -> Carried:
        """A draw is loan money to the last unit."""
        draw = self.draws.setdefault(leg.draw, Draw(leg.draw, leg.loan, leg.customer))
        draw.principal += leg.amount
        exact = Figure(leg.amount, leg.amount, leg.amount)
        share = Share(exact, draw.principal, 0, leg.time + self.limits.horizon_ms)
        return _enter(purse, leg, {leg.draw: share}, Span(leg.amount, leg.amount))

    def _from_outside(self, purse: Purse, leg: Leg) -> Carried:
        """New money; or what a payment that had left gives back, if we still know that payment."""
        line = purse.story.find(leg.original, outgoing=True, amount=leg.amount) if leg.original else None
        virtual = self.bridges.cross(leg.customer, leg.bridge, leg.time, leg.amount) if leg.bridge else {}
        if line is None or not line.bucket:
            possible = sum(share.figure.possible for share in virtual.values())
            return _enter(purse, leg, virtual, Span(0, min(leg.amount, possible)))
        bucket, before = line.bucket, line.figures()
        carried = purse.take_back(line, leg.amount)
        after = line.figures()
        for name, was in before.items():
            now = after.get(name, Figure(0, 0))
            gone = Figure(was.certain - now.certain, was.possible - now.possible, carried.colours.get(name, 0))
            self._book(name, bucket, gone, -1, leg.currency)
        return carried

    def _arrive(self, purse: Purse, leg: Leg, *, lost: bool) -> Carried:
        """What the other account says it brings; nothing, when that account has no such debit."""
        if lost:
            self.given_up.add(leg.transfer)
        nothing = Parcel(leg.amount, leg.currency)
        parcel = self.parcels.pop(leg.transfer, nothing)
        if (parcel.amount, parcel.currency) != (leg.amount, leg.currency):
            self._end_trail(parcel.shares, parcel.currency)
            parcel = nothing
        line = purse.story.find(leg.original, outgoing=True, amount=leg.amount) if parcel.undo else None
        if line is not None and line.figures() == parcel.whole:
            return purse.take_back(line, leg.amount, parcel.colours)
        return _enter(purse, leg, parcel.shares, parcel.union)

    def _debit(self, purse: Purse, leg: Leg) -> tuple[Carried, frozenset[str]]:
        line = purse.story.find(leg.original, outgoing=False, amount=leg.amount) if leg.original else None
        if line is None or purse.story.spent_after(line):
            whole, carried = None, purse.debit(leg.amount, Named(leg.transfer, leg.time, leg.bucket))
        else:
            whole = line.figures()
            carried = purse.take_back(line, leg.amount)
        if leg.other:
            return carried, self._send(purse, leg, carried, whole)
        self._book_all(leg.bucket, carried, leg.currency)
        if leg.bridge and carried.union.high and not carried.undone:
            shares = travelling(purse, carried, 0)
            shares.pop(OTHER, None)
            self.bridges.left(leg.customer, Bridge(leg.bridge, leg.time, leg.amount, shares))
        return carried, frozenset()

    def _send(self, purse: Purse, leg: Leg, carried: Carried, whole: dict[str, Figure] | None) -> frozenset[str]:
        """Hand over what the payment carries; what went too far or is too small ends its trail here."""
        stranger = self._customer_of(leg.other) != leg.customer
        step = stranger and not leg.same_name
        shares = travelling(purse, carried, int(step))
        far = [name for name, share in shares.items() if whole is None and step and self._too_far(share)]
        cut = {name: shares.pop(name) for name in far}
        self._end_trail(cut, leg.currency)
        parcel = Parcel(leg.amount, leg.currency, shares, union_of(carried.union, shares, cut))
        if leg.other_amount:
            self._end_trail(shares, leg.currency)
            parcel = exchanged(leg, parcel)
        elif whole is not None:
            parcel = replace(parcel, undo=True, whole=whole, colours=carried.colours)
        if stranger and shares:
            self.sent[leg.transfer] = parcel.shares
        if leg.transfer in self.given_up:
            self._end_trail(parcel.shares, parcel.currency)
            return frozenset({*cut, *shares})
        self.parcels[leg.transfer] = parcel
        return frozenset(cut)

    def _customer_of(self, account: str) -> str:
        opening = self.book.openings.get(account)
        return opening.customer if opening else ""

    def _too_far(self, share: Share) -> bool:
        return share.figure.possible < self.limits.smallest_tag or share.hops > self.limits.hops

    # -- what has no number ------------------------------------------------------------------------

    def _statement(self, told: Statement) -> None:
        purse = self.purses.get(told.account)
        if purse is not None and self.last[told.account] == told.seq and purse.total != told.balance:
            purse.resync(told.balance)
            self._collect(purse)

    def _close(self, closing: Closing) -> None:
        if closing.account:
            purse = self.purses.get(closing.account)
            if purse is not None:
                purse.shut(ACCOUNT_CLOSED)
                self._collect(purse)
            return
        for draw in [d for d in self.draws.values() if d.loan == closing.loan and closing.draw in ("", d.draw)]:
            if not draw.ended:
                draw.ended = True
                self._retire(draw.draw)

    def _retire(self, draw: str) -> None:
        """The draw is settled: its money is nobody's loan any more, wherever it is."""
        for _, purse in sorted(self.purses.items()):
            if draw in purse.sources:
                purse.end(draw, CLOSED)
                purse.forget_what_is_gone()
                self._collect(purse)
        for transfer, parcel in self.parcels.items():
            if draw in parcel.shares:
                figure = parcel.shares[draw].figure
                self._book(draw, CLOSED, figure, currency=parcel.currency)
                left = {name: share for name, share in parcel.shares.items() if name != draw}
                union = Span(max(0, parcel.union.low - figure.possible), parcel.union.high - figure.certain)
                self.parcels[transfer] = replace(parcel, shares=left, union=union if left else NONE, undo=False)

    # -- books -------------------------------------------------------------------------------------

    def _book(self, draw: str, bucket: str, figure: Figure, sign: int = 1, currency: str = LOAN_CURRENCY) -> None:
        """Only what is in the currency of the loans: of the rest the trail ended where it was exchanged."""
        if draw not in (OTHER, UNION, OWN) and currency == LOAN_CURRENCY:
            self.draws[draw].book(bucket, figure, sign)

    def _book_all(self, bucket: str, carried: Carried, currency: str) -> None:
        for name, figure in carried.figures().items():
            self._book(name, bucket, figure, currency=currency)

    def _end_trail(self, shares: dict[str, Share], currency: str) -> None:
        for name, share in shares.items():
            self._book(name, TRAIL_ENDED, share.figure, currency=currency)

    def _collect(self, purse: Purse) -> None:
        """Enter what ended in an account."""
        for draw, bucket, figure in purse.ended:
            self._book(draw, bucket, figure, currency=purse.currency)
        purse.ended.clear()

    def _note(self, purse: Purse, leg: Leg, carried: Carried, cut: frozenset[str], nameless: frozenset[str]) -> None:
        held = {name: source.span for name, source in sorted(purse.sources.items())}
        points = {name: purse.points.of(name) for name in held if name != UNION}
        self.passed.append(
            Passed(
                leg.account,
                leg.seq,
                leg.transfer,
                carried.figures(),
                carried.union,
                carried.undone,
                cut,
                nameless,
                held,
                points,
                purse.total,
            )
        )


def _enter(purse: Purse, leg: Leg, shares: dict[str, Share], union: Span) -> Carried:
    purse.credit(leg.amount, shares, union, Named(leg.transfer, leg.time))
    spans = {name: Span(share.figure.certain, share.figure.possible) for name, share in shares.items()}
    colours = {name: share.figure.point for name, share in shares.items() if share.figure.point}
    return Carried({**spans, UNION: union} if shares else {}, colours)
