"""Postings come in: in order into their account, ahead of a gap into its buffer, late into nothing."""

import msgspec

from monitor.engine.tracing.book import Entry
from monitor.engine.tracing.effects import GAP_INFERRED, LATE, OPENING_UNKNOWN, RESYNC, Effects
from monitor.engine.tracing.interval import Bounds, Pair
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.movements import UNKNOWN, Kind, Movement, Resync, Share
from monitor.engine.tracing.passing import draw_share
from monitor.engine.tracing.use import Uses


class Intake:
    """Puts the postings of one customer into ledger order and opens the ledgers of draws."""

    __slots__ = ("limits", "uses")

    def __init__(self, uses: Uses, limits: Limits) -> None:
        self.uses = uses
        self.limits = limits

    def take(self, entry: Entry, movement: Movement, clock: int, effects: Effects) -> None:
        """The next posting in order. A balance that does not add up means that unknown money moved before it."""
        before = movement.balance_after - movement.signed
        if before != entry.account.balance:
            self.resync(entry, before, clock, effects)
        entry.sequence.last = movement.acct_seq
        if movement.kind is Kind.DRAW:
            movement = self._draw(entry, movement)
        entry.account.append(movement, movement.balance_after, clock, effects)

    def take_parked(self, entry: Entry, clock: int, effects: Effects) -> None:
        """What was parked and is next now."""
        while (ready := entry.sequence.take_ready()) is not None:
            self.take(entry, ready, clock, effects)

    def _draw(self, entry: Entry, movement: Movement) -> Movement:
        """Open the draw's ledger; the cap is all that was ever drawn on it."""
        if not draw_share(movement, 0) or entry.account.card:
            return msgspec.structs.replace(movement, card=True)
        draw = movement.draw_id or ""
        use = self.uses.draw(draw, movement.loan_id or draw, movement.amount, movement.event_time, movement.account)
        return msgspec.structs.replace(movement, principal=max(movement.principal or 0, use.principal))

    @staticmethod
    def resync(entry: Entry, balance: int, clock: int, effects: Effects) -> None:
        """The ledger holds another balance: nothing is certain any more."""
        entry.resync = True
        effects.events.append(RESYNC)
        entry.account.append(Resync(balance), balance, clock, effects)

    def first_seen(self, entry: Entry, movement: Movement, effects: Effects) -> None:
        """An account nobody opened: its first posting says what it held. An early one may be out of order."""
        if entry.opened:
            return
        entry.account.card = entry.account.card or movement.card
        if movement.acct_seq == 1 or movement.acct_seq > self.limits.reorder + 1:
            self._open(entry, movement, effects)

    def _open(self, entry: Entry, first: Movement, effects: Effects) -> None:
        entry.opened = True
        entry.account.balance = balance = first.balance_after - first.signed
        if entry.sequence.skip_to(first.acct_seq):
            effects.events.append(OPENING_UNKNOWN)
            self._suspect(entry, balance, effects)

    def _suspect(self, entry: Entry, balance: int, effects: Effects) -> None:
        """Its balance may hold any of the loans that run now, up to their principal; later ones start clean."""
        running = self.uses.running()
        if balance <= 0 or not running:
            return
        shares = {
            use.draw: Share(0, balance, 0, use.principal, 0, use.drawn + self.limits.horizon_ms) for use in running
        }
        entry.account.base = machine = Machine(self.limits)
        entry.account.books(effects).book_ended(machine.credit(None, balance, shares, Bounds(0, balance)))
        for use in running:
            use.credited(entry.account.name)

    def close_overdue(self, entry: Entry, clock: int, effects: Effects) -> None:
        """Go on where a gap has been open too long, or too many wait behind it."""
        while entry.sequence.overdue(clock):
            self._close_gap(entry, clock, effects)
            self.take_parked(entry, clock, effects)

    def _close_gap(self, entry: Entry, clock: int, effects: Effects) -> None:
        """Go on without what is missing: one posting is told by the balances, more are not."""
        first = entry.sequence.parked[0].movement
        if not entry.opened:
            self._open(entry, first, effects)
            return
        before = first.balance_after - first.signed
        if entry.sequence.skip_to(first.acct_seq) > 1:
            self.resync(entry, before, clock, effects)
            return
        effects.events.append(GAP_INFERRED)
        self._infer(entry, before, clock, effects)

    @staticmethod
    def _infer(entry: Entry, before: int, clock: int, effects: Effects) -> None:
        """What is missing moved the difference of the balances, to or from where nobody knows."""
        missed = before - entry.account.balance
        if missed:
            credit = missed > 0
            kind = Kind.INFLOW if credit else Kind.OUTFLOW
            inferred = Movement("", entry.account.name, 0, before, abs(missed), credit, kind, UNKNOWN)
            entry.account.append(inferred, before, clock, effects)

    def late(self, entry: Entry, movement: Movement, effects: Effects) -> None:
        """Tracing goes on without it; what it would have brought is no longer followed."""
        entry.sequence.late(movement.acct_seq)
        effects.events.append(LATE)
        if movement.kind is Kind.DRAW and draw_share(movement, 0) and not entry.account.card:
            draw = self._draw(entry, movement).draw_id or ""
            effects.book(UNKNOWN, draw, Pair(0, movement.amount, movement.amount))
        if movement.awaits_tag:
            entry.account.tags.end(movement.transfer, entry.account.books(effects))
