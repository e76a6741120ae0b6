"""The accounts of one customer in ledger order, the loan money in them, and what it was used for.

>>> from monitor.engine.tracing.movements import Kind, Movement
>>> ledger = Ledger()
>>> draw = Movement("p1", "A", 1, 100_00, 100_00, True, Kind.DRAW, draw_id="D", loan_id="L")
>>> ledger.post(draw, clock=0).status.name
'APPLIED'
>>> spent = Movement("p2", "A", 2, 40_00, 60_00, False, Kind.OUTFLOW, bucket="SECURITIES")
>>> ledger.post(spent, clock=0).pairs["D"]
Pair(certain=6000, possible=6000, point=6000)
"""

from monitor.engine.tracing import preview
from monitor.engine.tracing.book import Entry
from monitor.engine.tracing.effects import ACCOUNT_LIMIT, CUT_HUB, REPEAT, Effects, Passed
from monitor.engine.tracing.intake import Intake
from monitor.engine.tracing.interval import Pair
from monitor.engine.tracing.limits import LIMITS, Limits
from monitor.engine.tracing.movements import CLOSED, LOAN_CURRENCY, Booked, Movement, Retire, Shut, Tag
from monitor.engine.tracing.passing import end_trail
from monitor.engine.tracing.posted import Pairs, Posted, Settled, Status, settled
from monitor.engine.tracing.sequence import Place
from monitor.engine.tracing.use import UseOfDraw, Uses
from rules.fact_values import Route

_NOTHING = Pairs()
MOST_TRANSFERS = 8


class Ledger:
    """One customer. Everything it needs to know comes as a posting or a call, with the batch clock (ms)."""

    __slots__ = ("changed", "entries", "homes", "intake", "limits", "uses")

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self.entries: dict[str, Entry] = {}
        self.uses = Uses(limits)
        self.homes: dict[str, str] = {}  # origins of other borrowers that are or were here: whose they are
        self.changed = False  # anything but plain movements since somebody looked; not part of the state
        self.intake = Intake(self.uses, limits)

    # -- postings ------------------------------------------------------------------------------------

    def open_account(self, account: str, *, card: bool = False, balance: int = 0, seq: int = 0) -> None:
        """An account is known with its balance after posting `seq`; money that is there is own money."""
        entry = self._entry(account)
        if entry is None or entry.opened:
            return
        entry.opened = True
        entry.account.card, entry.account.balance, entry.sequence.last = card, balance, seq

    def post(self, movement: Movement, clock: int) -> Posted:
        """Take a posting. `clock` is the batch clock, ms."""
        entry = self.entries.get(movement.account)
        if entry is not None and entry.plain(movement):
            entry.sequence.last = movement.acct_seq
            entry.account.balance = movement.balance_after
            return Posted(Status.APPLIED, _NOTHING, Settled((Passed(movement, {}, _NOTHING.union),)))
        entry = entry or self._entry(movement.account)
        if entry is None:
            return Posted(Status.APPLIED, _NOTHING, Settled(events=(ACCOUNT_LIMIT,)))
        return self._post(entry, movement, clock)

    def _post(self, entry: Entry, movement: Movement, clock: int) -> Posted:
        effects = Effects()
        entry.account.foreign = movement.currency != LOAN_CURRENCY
        self.intake.first_seen(entry, movement, effects)
        place = entry.sequence.place(movement.acct_seq)
        if place is Place.REPEAT:
            return Posted(Status.REPEAT, _NOTHING, Settled(events=(REPEAT,)))
        if place is Place.LATE:
            self.intake.late(entry, movement, effects)
            return Posted(Status.LATE, _NOTHING, self._finish(effects, clock))
        waits = place is Place.AHEAD or bool(entry.account.tail)
        pairs = preview.of_posting(entry, movement, gap=place is Place.AHEAD) if waits else None
        if place is Place.AHEAD:
            entry.sequence.park(movement, clock)
            self.intake.close_overdue(entry, clock, effects)
        else:
            self.intake.take(entry, movement, clock, effects)
            self.intake.take_parked(entry, clock, effects)
        done = self._finish(effects, clock)
        status = Status.APPLIED if movement.acct_seq <= entry.sequence.last else Status.PARKED
        carries = done.carried_by(movement) or pairs or preview.of_posting(entry, movement, gap=False)
        return Posted(status, carries, done)

    # -- messages of other customers' accounts -----------------------------------------------------

    def receive(self, account: str, message: Tag | Retire, clock: int, offset: int = -1) -> Settled:
        """Take a message another customer's account sent. `offset`: where it stood on its topic."""
        entry = self._entry(account)
        if entry is None:
            return self.turn_away(message, clock, full=True) if isinstance(message, Tag) else Settled()
        effects = Effects()
        self._note_homes(message)
        entry.account.receive(message, effects, clock, offset)
        return self._finish(effects, clock)

    def turn_away(self, tag: Tag, clock: int, *, full: bool = False) -> Settled:
        """No trail is followed into this account: a crowd's; or (`full`) one too many."""
        effects = Effects(events=[ACCOUNT_LIMIT] if full else [])
        self._note_homes(tag)
        end_trail(tag, effects, "" if full else CUT_HUB)
        return self._finish(effects, clock)

    def _note_homes(self, message: Tag | Retire) -> None:
        if isinstance(message, Tag):
            self.homes |= {origin: share.home for origin, share in message.shares.items() if share.home}

    def clear(self, account: str, transfer: str, clock: int) -> Settled | None:
        """A credit that waited for its tag brings nothing; None when it does not wait (any more)."""
        effects, entry = Effects(), self.entries.get(account)
        if entry is None or not entry.account.clear(transfer, effects, clock):
            return None
        return self._finish(effects, clock)

    def book(self, entry: Booked, *, named: bool = False) -> bool:
        """Loan money of this customer ended in somebody else's account; -> whether the draw is kept here."""
        self.changed = True
        return self.uses.book(entry, elsewhere=True, named=named)

    def awaits(self, account: str, transfer: str) -> bool:
        """Whether a credit waits for its tag, or may once its turn comes."""
        entry = self.entries.get(account)
        return entry is not None and (bool(entry.sequence.parked) or entry.account.awaits(transfer))

    def parked(self, account: str) -> bool:
        """Whether postings of the account wait for one that is missing: the turn of those has not come."""
        entry = self.entries.get(account)
        return entry is not None and bool(entry.sequence.parked)

    def holding_back(self) -> list[str]:
        """Payments to other customers whose content is not known yet, by name."""
        return sorted(
            movement.transfer
            for entry in self.entries.values()
            for movement in (*(one.movement for one in entry.sequence.parked), *entry.account.waiting())
            if not movement.credit and movement.peer_customer
        )

    # -- decisions -----------------------------------------------------------------------------------

    def basis(self, account: str) -> tuple[int, list[str]]:
        """What the figures of an account rest on: its last posting, and the transfers that brought loan money."""
        entry = self.entries.get(account)
        if entry is None:
            return 0, []
        records = entry.account.base.records if entry.account.base else []
        brought = [one.name for one in records if one.name and one.loan_possible]
        return entry.sequence.last, brought[-MOST_TRANSFERS:]

    def route(self, account: str, draw: str) -> Route | None:
        """The way an origin took to the account."""
        entry = self.entries.get(account)
        source = entry.account.base.sources.get(draw) if entry is not None and entry.account.base is not None else None
        return None if source is None else Route(source.hops, source.via)

    def preview(self, account: str, amount: int, reserved: int = 0) -> Pairs:
        """What a payment of `amount` would carry now. `reserved`: open requests on the account, which may come first.

        The smallest certain and the largest possible of the readings with and without them.
        """
        entry = self.entries.get(account)
        if entry is None or entry.clean:
            return _NOTHING
        return preview.of_payment(entry, amount, reserved)

    # -- loans, accounts, time -------------------------------------------------------------------------

    def close_draw(self, draw_id: str, clock: int) -> Settled:
        """The draw is settled: its money is no longer loan money anywhere. The ledger keeps what it was used for."""
        effects = Effects()
        use = self.uses.by_draw.get(draw_id)
        if use is not None and not use.ended:
            use.ended = clock
            for account in sorted(use.accounts):
                self.entries[account].account.receive(Retire(draw_id, CLOSED), effects, clock)
        return self._finish(effects, clock)

    def draws_of(self, loan_id: str) -> list[str]:
        """The loan's draws that run, by name."""
        return [use.draw for use in self.uses.running() if use.loan == loan_id]

    def close_account(self, account: str, clock: int) -> Settled:
        """The account is closed: loan money that is in it ends there."""
        effects = Effects()
        entry = self.entries.get(account)
        if entry is not None and not entry.closed:
            entry.closed = True
            entry.account.append(Shut(), 0, clock, effects)
        return self._finish(effects, clock)

    def statement(self, account: str, seq: int, balance: int, clock: int) -> Settled:
        """The ledger's balance after posting `seq`. It settles a resync when that is where we are."""
        effects = Effects()
        entry = self.entries.get(account)
        if entry is not None and entry.opened and entry.sequence.last == seq:
            if entry.account.balance != balance:
                self.intake.resync(entry, balance, clock, effects)
            entry.resync = False
        return self._finish(effects, clock)

    def has_account(self, account: str) -> bool:
        """Whether it is this customer's account."""
        return account in self.entries

    def balance(self, account: str) -> int | None:
        """The ledger's balance with all postings in order applied; None for an account not known."""
        entry = self.entries.get(account)
        return None if entry is None else entry.account.balance

    def resync(self, account: str) -> bool:
        """Whether the account disagreed with the ledger and no statement settled it: it alerts at most."""
        entry = self.entries.get(account)
        return entry is not None and entry.resync

    def expire(self, clock: int) -> Settled:
        """Do what is due: gaps, credits and tags that waited too long, records, horizons."""
        effects = Effects()
        for account in sorted(self.entries):
            self.intake.close_overdue(self.entries[account], clock, effects)
            self.entries[account].account.expire(effects, clock)
        done = self._finish(effects, clock)
        self.uses.expire(clock)
        return done

    def next_timer(self) -> int | None:
        """Batch clock at which `expire` has something to do, ms."""
        due = self.uses.deadlines()
        for entry in self.entries.values():
            if not entry.resting:
                due.extend(entry.account.deadlines())
                gap = entry.sequence.deadline()
                due.extend([] if gap is None else [gap])
        return min(due, default=None)

    def use_of_proceeds(self, draw_id: str) -> UseOfDraw | None:
        """What the draw's money was used for, and what the customer's accounts still hold of it."""
        use = self.uses.by_draw.get(draw_id)
        if use is None:
            return None
        held = [entry.account.holds(draw_id) for entry in self.entries.values()]
        low, high, point = (sum(column) for column in zip(*held, strict=True)) if held else (0, 0, 0)
        return use.reading(Pair(low, min(high, use.principal), point))

    def use_of_loan(self, loan_id: str) -> list[UseOfDraw]:
        """The same of all its draws, by name; those ended long ago come first, as one without a name."""
        folded = self.uses.folded.get(loan_id)
        draws = sorted(use.draw for use in self.uses.by_draw.values() if use.loan == loan_id)
        readings = [folded.reading(Pair(0, 0))] if folded is not None else []
        return readings + [reading for draw in draws if (reading := self.use_of_proceeds(draw)) is not None]

    # -- accounts talk to each other -----------------------------------------------------------------

    def _finish(self, effects: Effects, clock: int) -> Settled:
        """Deliver what own accounts told each other, in order, enter what was booked, hand on what is for others."""
        self.changed = True
        self._deliver(effects, clock)
        abroad = []
        for entry in effects.booked:
            home = self.homes.get(entry.draw)
            if not self.uses.book(entry) and home is not None:
                abroad.append((home, entry))
        self._forget_homes()
        return settled(effects, abroad)

    def _deliver(self, effects: Effects, clock: int) -> None:
        while effects.outbox:
            envelope = effects.outbox.pop(0)
            if envelope.customer:
                effects.others.append(envelope)
                continue
            entry = self._entry(envelope.receiver)
            if entry is not None:
                entry.account.receive(envelope.message, effects, clock)
            elif isinstance(envelope.message, Tag):
                effects.events.append(ACCOUNT_LIMIT)
                end_trail(envelope.message, effects)

    def _forget_homes(self) -> None:
        """Of origins that no account here knows any more nobody needs to be told."""
        if len(self.homes) > self.limits.homes:
            known = set().union(*(entry.account.origins() for entry in self.entries.values()))
            self.homes = {origin: home for origin, home in self.homes.items() if origin in known}

    def _entry(self, account: str) -> Entry | None:
        """The account's entry, new if need be; None when there are too many and none is closed."""
        entry = self.entries.get(account)
        if entry is None and (len(self.entries) < self.limits.accounts or self._forget_closed()):
            entry = self.entries[account] = Entry.unseen(account, self.limits)
        return entry

    def _forget_closed(self) -> bool:
        for account in sorted(self.entries):
            if self.entries[account].closed and self.entries[account].clean:
                del self.entries[account]
                return True
        return False
