"""Random ledgers of a few accounts: draws, salaries, payments round and round, returns, closings, late messages."""

import random
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from monitor.engine.tracing.account import Account
from monitor.engine.tracing.book import Entry
from monitor.engine.tracing.effects import Effects
from monitor.engine.tracing.interval import ANY_LOAN, OTHER, OWN, named
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.movements import CLOSED, TRAIL_ENDED, Kind, Movement, Resync, Retire, Tag
from monitor.engine.tracing.passing import CLEAN, Op
from monitor.engine.tracing.sequence import Sequence
from monitor.engine.tracing.tags import Tags
from tests.tracing.bank import HeldLedger, SmallBank
from tests.tracing.truth import Truth

TIGHT = Limits(origins=2, hops=2, smallest_tag=4, lots=3, records=5, tail=5)
WIDE = Limits(origins=8, hops=9, smallest_tag=1, lots=40, records=99, tail=999)


class WatchedTags(Tags):
    """Tells the truth which tags are cut."""

    __slots__ = ("truth",)

    def __init__(self, limits: Limits, truth: Truth) -> None:
        super().__init__(limits)
        self.truth = truth

    def take(self, tag: Tag, effects: Effects, clock: int, offset: int) -> None:
        """A tag whose credit was given up is cut."""
        if tag.transfer in self.forced:
            self.truth.cut(tag.transfer, set(tag.shares), TRAIL_ENDED)
        super().take(tag, effects, clock, offset)

    def strip(self, retire: Retire, waiting: Collection[str], effects: Effects) -> None:
        """Tags that lost an origin are cut."""
        before = {transfer: early.tag for transfer, early in self.early.items()}
        super().strip(retire, waiting, effects)
        for transfer, tag in before.items():
            if self.early[transfer].tag is not tag:
                self.truth.cut(transfer, {retire.origin}, CLOSED)


class WatchedAccount(Account):
    """Tells the truth what passed, and has it look at what the account says then."""

    __slots__ = ("truth",)

    def __init__(self, name: str, limits: Limits, truth: Truth) -> None:
        super().__init__(name, limits)
        self.truth = truth
        self.tags = WatchedTags(limits, truth)

    def _pass(self, op: Op, effects: Effects, clock: int) -> None:
        tag = self.tags.early[op.transfer].tag if isinstance(op, Movement) and op.awaits_tag else CLEAN
        record = self.base.record(op.original) if self.base and isinstance(op, Movement) else None
        bucket = record.bucket if record else ""
        origins = set(named(self.base.sources if self.base else {})) | set(tag.shares) - {OTHER}
        origins |= {op.draw_id} if isinstance(op, Movement) and op.draw_id else set()
        super()._pass(op, effects, clock)
        if isinstance(op, Movement):
            self._tell(op, effects, tag, bucket)
            self._tell_cut(op, effects)
            for origin in sorted(origins - set(self.base.sources if self.base else {})):
                self.truth.ended(self.name, origin, OTHER, TRAIL_ENDED)
        elif isinstance(op, Retire) and op.origin in origins:
            self.truth.ended(self.name, op.origin, OWN, op.bucket)
        elif isinstance(op, Resync):
            self.truth.resynced(self.name, op.balance)
        self.truth.inspect(self)

    def _tell(self, op: Movement, effects: Effects, tag: Tag, bucket: str) -> None:
        one = effects.passed[-1]
        if not op.credit:
            self.truth.left(self.name, op, undone=one.undone)
            self.truth.checked(self.name, one)
        elif op.awaits_tag and tag is not CLEAN:
            self.truth.arrived(self.name, op, undone=one.undone)
        elif one.undone:
            self.truth.refunded(self.name, op, bucket)
        else:
            self.truth.came(self.name, op.transfer, op.draw_id or OWN, op.amount)

    def _tell_cut(self, op: Movement, effects: Effects) -> None:
        if op.credit or not op.peer_account:
            return
        tag = effects.outbox[-1].message
        sent = set(tag.shares) if isinstance(tag, Tag) else set()
        self.truth.cut(op.transfer, set(effects.passed[-1].pairs) - sent, TRAIL_ENDED)


class WatchedEntry(Entry):
    """Has every posting pass the base, clean or not, so that the truth hears of it."""

    __slots__ = ()

    def plain(self, movement: Movement) -> bool:
        """Never."""
        return False


class WatchedLedger(HeldLedger):
    """A ledger whose accounts are watched."""

    __slots__ = ("truth",)

    def __init__(self, limits: Limits, truth: Truth) -> None:
        super().__init__(limits)
        self.truth = truth

    def _entry(self, account: str) -> Entry | None:
        if account not in self.entries:
            self.entries[account] = WatchedEntry(
                WatchedAccount(account, self.limits, self.truth), Sequence(self.limits)
            )
        return self.entries[account]


@dataclass
class Payment:
    """A payment that may still be given back; `left` is what was not."""

    transfer: str
    payer: str
    payee: str | None
    left: int


Arrival = Movement | tuple[str, int | str]  # a posting, ("statement", balance) or ("close", draw)


class History:
    """Plays `steps` random steps; arrivals and messages come in a random interleaving, in order per account or pair.

    `calm`: no overdrafts, closings or resyncs, whose outcome may depend on when messages come.
    """

    def __init__(
        self, rng: random.Random, ledger: HeldLedger, *, steps: int = 40, calm: bool = False, repeat: float = 0.0
    ) -> None:
        self.rng, self.ledger, self.calm, self.repeat = rng, ledger, calm, repeat
        self.truth = ledger.truth if isinstance(ledger, WatchedLedger) else None
        self.names = "ABCDE"[: rng.randint(2, 5)]
        self.loans = {f"L{n}": rng.choice(self.names) for n in range(1, rng.randint(1, 4) + 1)}
        self.left = {loan: rng.randint(1, 60) for loan in self.loans}
        self.principals = dict(self.left)
        self.bank = SmallBank(ledger.limits, self.principals, ledger)
        self.arrivals: defaultdict[str, list[Arrival]] = defaultdict(list)
        self.log: list[tuple[str, Arrival]] = []
        self.paid: list[Payment] = []
        self.closed: set[str] = set()
        self.count = 0
        for _ in range(steps):
            self._step()
        self.drain()

    def drawn(self) -> dict[str, int]:
        """What was drawn of each loan."""
        return {loan: principal - self.left[loan] for loan, principal in self.principals.items()}

    # -- what happens --------------------------------------------------------------------------------

    def _arrives(self, account: str, arrival: Arrival) -> None:
        self.arrivals[account].append(arrival)
        self.log.append((account, arrival))

    def _move(self, account: str, kind: Kind, amount: int, payment: str, *, credit: bool, **more: Any) -> None:
        self._arrives(account, self.bank.movement(account, kind, amount, payment, credit=credit, **more))

    def _payment_id(self) -> str:
        self.count += 1
        return f"t{self.count}"

    def _step(self) -> None:
        account, pick = self.rng.choice(self.names), self.rng.random()
        if pick < 0.12:
            self._move(account, Kind.INFLOW, self.rng.randint(1, 40), self._payment_id(), credit=True)
        elif pick < 0.24:
            self._disburse()
        elif pick < 0.72:
            self._spend(account)
        elif pick < 0.84:
            self._give_back()
        elif not self.calm:
            self._trouble(account, pick)
        for _ in range(self.rng.choice([0, 1, 2, 4])):
            self.go_on()

    def _disburse(self) -> None:
        open_loans = [loan for loan in self.loans if self.left[loan] and loan not in self.closed]
        if open_loans:
            loan = self.rng.choice(open_loans)
            part = self.rng.choice([self.left[loan], self.rng.randint(1, self.left[loan])])
            self.left[loan] -= part
            more = {"draw_id": loan, "loan_id": loan, "principal": self.principals[loan]}
            self._move(self.loans[loan], Kind.DRAW, part, self._payment_id(), credit=True, **more)

    def _spend(self, account: str) -> None:
        have = self.bank.balances[account]
        over = not self.calm and self.rng.random() < 0.04
        if have <= 0 and not over:
            return
        amount = self.rng.choice([max(1, have), self.rng.randint(1, max(1, have))])
        amount += self.rng.randint(1, 20) if over else 0
        payee = self.rng.choice([name for name in self.names if name != account] + [None])
        payment, same = self._payment_id(), self.rng.random() < 0.2
        bucket = self.rng.choice(["CONSUMPTION", "SECURITIES", "REPAID"])
        more = {"peer_account": payee, "bucket": bucket, "same_name": same}
        self._move(account, Kind.OUTFLOW, amount, payment, credit=False, **more)
        if payee:
            self._move(payee, Kind.INFLOW, amount, payment, credit=True, peer_account=account)
        self.paid.append(Payment(payment, account, payee, amount))

    def _give_back(self) -> None:
        if not self.paid:
            return
        payment = self.rng.choice(self.paid[-8:])
        most = min(payment.left, self.bank.balances[payment.payee]) if payment.payee else payment.left
        if most < 1:
            return
        amount, back = self.rng.choice([most, self.rng.randint(1, most)]), self._payment_id()
        payment.left -= amount
        more: dict[str, Any] = {"original_payment_id": payment.transfer}
        if not payment.payee:
            self._move(payment.payer, Kind.REFUND, amount, back, credit=True, **more)
            return
        payer = {"peer_account": payment.payer, **more}
        self._move(payment.payee, Kind.RETURN, amount, back, credit=False, **payer)
        more["peer_account"] = payment.payee
        self._move(payment.payer, Kind.RETURN, amount, back, credit=True, **more)

    def _trouble(self, account: str, pick: float) -> None:
        if pick < 0.87:
            loan = self.rng.choice(sorted(self.loans))
            if loan not in self.closed:
                self.closed.add(loan)
                self._arrives(self.loans[loan], ("close", loan))
        elif pick < 0.88:
            balance = self.rng.choice([0, self.rng.randint(0, 60), self.rng.randint(-9, 60)])
            self.bank.balances[account] = balance
            self._arrives(account, ("statement", balance))
        elif pick < 0.90 and self.truth is not None:
            self.truth.closed_behind_other(account)

    # -- in which order it comes -----------------------------------------------------------------------

    def go_on(self) -> None:
        """The next posting of an account, or the next message of a pair."""
        ready = sorted(name for name in self.arrivals if self.arrivals[name])
        choices: list[str | tuple[str, str]] = [*ready, *self.ledger.waiting()]
        if not choices:
            return
        choice = self.rng.choice(choices)
        if isinstance(choice, tuple):
            self.bank.note(self.ledger.hand_over(choice, repeat=self.rng.random() < self.repeat))
        else:
            self._post(choice, self.arrivals[choice].pop(0))

    def _post(self, account: str, arrival: Arrival) -> None:
        if isinstance(arrival, Movement):
            if self.truth is not None and not arrival.credit:
                preview = self.ledger.preview(account, arrival.amount)
                said = {**preview.pairs, ANY_LOAN: preview.union}
                self.truth.decided(arrival, said)
            self.bank.post(arrival)
        elif arrival[0] == "close":
            self.ledger.close_draw(str(arrival[1]), 0)
        else:
            entry = self.ledger.entries.get(account)
            self.ledger.open_account(account)
            self.ledger.statement(account, entry.sequence.last if entry else 0, int(arrival[1]), 0)

    def drain(self) -> None:
        """Until nothing is on its way."""
        while any(self.arrivals.values()) or self.ledger.waiting():
            self.go_on()


def play(seed: str, *, tight: bool | None = None) -> tuple[Truth, History]:
    """A watched history, checked to its end."""
    rng = random.Random(seed)
    truth = Truth(rng)
    limits = TIGHT if (rng.random() < 0.5 if tight is None else tight) else WIDE
    history = History(rng, WatchedLedger(limits, truth))
    truth.ledgers(history.ledger, history.drawn())
    for entry in history.ledger.entries.values():
        truth.expect(not entry.account.tail, "stuck", entry.account.name)
        left = set(entry.account.base.sources if entry.account.base else {}) & history.closed
        truth.expect(not left, "stale after closing", entry.account.name, left)
    return truth, history


def soundness(seed: str, outflows: int) -> tuple[Counter[str], list[str]]:
    """Play histories until so many outflows were checked; figures, and the first violations."""
    stats: Counter[str] = Counter()
    violations: list[str] = []
    number = 0
    while stats["outflows"] < outflows and not violations:
        truth, _ = play(f"{seed}-{number}")
        stats.update(truth.stats)
        stats["histories"] += 1
        violations.extend(f"history {seed}-{number}: {what}" for what in truth.violations)
        number += 1
    return stats, violations
