"""One loan's money through all accounts it can have reached, under one method."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from monitor.trail.followed import Ending, Followed, Payment
from monitor.trail.lots import Lot, Lots, is_loan, total
from monitor.trail.methods import Method
from monitor.trail.movements import (
    ACCOUNT_CLOSED,
    CARD_DEBT,
    CLOSED,
    ON_THE_WAY,
    OVERDRAFT,
    OWN,
    UNKNOWN,
    UNSPENT,
    WITH_OTHERS,
    Movement,
    Settled,
    Shut,
    Statement,
    Step,
)
from monitor.trail.purse import Purse


@dataclass(slots=True)
class _Account:
    """A purse, its overdraft, and the credits since the last debit: transfer -> what was not taken back."""

    purse: Purse
    customer: str
    card: bool = False
    debt: int = 0
    untouched: dict[str, int] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        """As the ledger has it."""
        return self.purse.balance - self.debt


def follow(steps: Iterable[Step], loan: str, method: Method) -> Followed:
    """Follow the loan through `steps`, in ledger order, of all accounts its money can have reached."""
    follower = _Follower(loan, method)
    for step in steps:
        follower.take(step)
    return follower.result()


class _Follower:
    def __init__(self, loan: str, method: Method) -> None:
        self.loan, self.method = loan, method
        self.accounts: dict[str, _Account] = {}
        self.draws: dict[str, Movement] = {}
        self.payments: dict[str, Payment] = {}
        self.flight: defaultdict[str, list[Payment]] = defaultdict(list)
        self.endings: list[Ending] = []
        self.settled: set[str] = set()

    def take(self, step: Step) -> None:
        """Apply the next step in order."""
        if isinstance(step, Movement):
            self._movement(step)
        elif isinstance(step, Statement):
            self._correct(self._account(step), step.balance, step)
        elif isinstance(step, Shut):
            self._shut(step)
        elif step.loan == self.loan:
            self._settle(step)

    # -- postings ----------------------------------------------------------------------------------

    def _movement(self, movement: Movement) -> None:
        account = self._account(movement)
        account.card = account.card or movement.card
        self._correct(account, movement.balance_before, movement)
        if movement.credit:
            self._credit(account, movement)
        else:
            self._debit(account, movement)

    def _account(self, of: Movement | Statement) -> _Account:
        """The account; one that is first seen opens with the ledger's balance, none of which is the loan's."""
        found = self.accounts.get(of.account)
        if found is None:
            found = self.accounts[of.account] = _Account(self.method.purse(), of.customer)
            opening = of.balance_before if isinstance(of, Movement) else of.balance
            found.debt = max(0, -opening)
            found.purse.receive("", _own(max(0, opening)))
        return found

    def _correct(self, account: _Account, balance: int, because: Movement | Statement) -> None:
        """The ledger's word holds. What is missing left to nobody knows where; what is more is new money."""
        missing = account.balance - balance
        if missing > 0:
            self._end(UNKNOWN, account.customer, self._pay(account, missing), because)
        elif missing < 0:
            self._receive(account, "", _own(-missing), because)

    def _credit(self, account: _Account, movement: Movement) -> None:
        payment = self._arriving(movement)
        if payment is not None:
            self._arrive(account, payment, movement)
        elif movement.draw and movement.loan == self.loan and not movement.card:
            self.draws[movement.transfer] = movement
            part = Lot(0, movement.draw, movement.transfer, movement.amount)
            self._receive(account, movement.transfer, [part], movement)
        elif movement.original and self._left_by(movement):
            self._come_back(account, self._taken_back(account, movement), movement)
        else:
            self._receive(account, movement.transfer, _own(movement.amount), movement)

    def _arriving(self, movement: Movement) -> Payment | None:
        waiting = self.flight.get(movement.transfer) if movement.peer else None
        return waiting.pop(0) if waiting else None

    def _arrive(self, account: _Account, payment: Payment, movement: Movement) -> None:
        """What was on its way when its draw was settled ends here."""
        payment.arrived = True
        ended = [part for part in payment.parts if part.draw in self.settled]
        live = [part._replace(draw=OWN) if part in ended else part for part in payment.parts]
        if payment.undo:
            self._end(CLOSED, account.customer, ended, movement)
            self._come_back(account, live, movement)
        else:
            self._end(CLOSED, account.customer, [part._replace(came=movement.transfer) for part in ended], movement)
            self._receive(account, movement.transfer, live, movement)

    def _receive(self, account: _Account, transfer: str, parts: Lots, because: Movement | Statement) -> None:
        account.purse.receive(transfer, parts)
        if transfer:
            account.untouched[transfer] = total(parts)
        self._repay_overdraft(account, total(parts), because)

    def _come_back(self, account: _Account, parts: Lots, because: Movement) -> None:
        account.purse.restore(parts)
        self._repay_overdraft(account, total(parts), because)

    def _repay_overdraft(self, account: _Account, came: int, because: Movement | Statement) -> None:
        """An overdraft takes its part of what is there after an inflow."""
        due = min(account.debt, came)
        if due:
            account.debt -= due
            account.untouched.clear()
            bucket = CARD_DEBT if account.card else OVERDRAFT
            self._end(bucket, account.customer, account.purse.pay(due), because)

    def _debit(self, account: _Account, movement: Movement) -> None:
        undo = bool(movement.original) and movement.amount <= account.untouched.get(movement.original, 0)
        parts = self._take_out(account, movement) if undo else self._pay(account, movement.amount)
        payment = self.payments[movement.transfer] = Payment(movement, parts, parts, undo)
        if movement.peer:
            self.flight[movement.transfer].append(payment)

    def _pay(self, account: _Account, amount: int) -> Lots:
        """Take what is there; the rest is overdraft and never loan money."""
        usable = min(amount, account.purse.balance)
        account.untouched.clear()
        account.debt += amount - usable
        return [*(account.purse.pay(usable) if usable else []), *_own(amount - usable)]

    # -- money that goes back ----------------------------------------------------------------------

    def _take_out(self, account: _Account, movement: Movement) -> Lots:
        """Nothing was paid since the credit came: its money, and no other, goes back."""
        account.untouched[movement.original] -= movement.amount
        parts = self._taken_back(account, movement)
        account.purse.remove(movement.original, parts)
        return parts

    def _left_by(self, movement: Movement) -> bool:
        """Whether what it gives back had left this account for good, and was no less."""
        first = self.payments.get(movement.original)
        return first is not None and (
            not first.movement.peer
            and first.movement.account == movement.account
            and movement.amount <= total(first.parts)
        )

    def _taken_back(self, account: _Account, movement: Movement) -> Lots:
        """Shrink the payment that is given back; what it shrinks by. What was settled since has ended already."""
        first = self.payments.get(movement.original)
        if first is None:
            return _own(movement.amount)
        parts = account.purse.split(first.parts, movement.amount)
        live = [part for part in parts if part.draw not in self.settled]
        first.parts = _less(first.parts, live)
        return [*live, *_own(total(parts) - total(live))]

    # -- what has no number ------------------------------------------------------------------------

    def _shut(self, shut: Shut) -> None:
        account = self.accounts.pop(shut.account, None)
        if account is not None:
            self._end(ACCOUNT_CLOSED, account.customer, account.purse.loan_lots(), shut)

    def _settle(self, settled: Settled) -> None:
        draws = {draw.draw for draw in self.draws.values() if settled.draw in ("", draw.draw)}
        for draw in sorted(draws - self.settled):
            for name, account in sorted(self.accounts.items()):
                parts = account.purse.settle(draw)
                self._end(CLOSED, account.customer, parts, replace(settled, account=name))
        self.settled |= draws

    def _end(self, bucket: str, customer: str, parts: Iterable[Lot], because: Step) -> None:
        loan = tuple(filter(is_loan, parts))
        if loan:
            self.endings.append(Ending(bucket, because.account, customer, loan, because.when, because.event))

    # -- what came of it ---------------------------------------------------------------------------

    def result(self) -> Followed:
        """What was found once all steps are applied."""
        first = next(iter(self.draws.values()), None)
        borrower = first.customer if first else ""
        found = [*self.endings, *self._paid(), *self._held(borrower)]
        return Followed(
            method=self.method,
            loan=self.loan,
            borrower=borrower,
            currency=first.currency if first else "",
            principal=sum(draw.amount for draw in self.draws.values()),
            draws=self.draws,
            payments=self.payments,
            endings=tuple(ending for ending in found if ending.parts),
            customers={name: account.customer for name, account in self.accounts.items()},
        )

    def _paid(self) -> Iterable[Ending]:
        """What left by a payment, and what has not arrived."""
        for payment in self.payments.values():
            movement, loan = payment.movement, tuple(filter(is_loan, payment.parts))
            if loan and not payment.arrived:
                bucket = ON_THE_WAY if movement.peer else movement.bucket
                whose, at = (movement.account, movement.customer), (movement.when, movement.event)
                yield Ending(bucket, *whose, loan, *at, movement)

    def _held(self, borrower: str) -> Iterable[Ending]:
        for name, account in sorted(self.accounts.items()):
            bucket = UNSPENT if account.customer == borrower else WITH_OTHERS
            yield Ending(bucket, name, account.customer, tuple(account.purse.loan_lots()))


def _own(amount: int) -> Lots:
    return [Lot(0, OWN, "", amount)] if amount else []


def _less(parts: Lots, gone: Lots) -> Lots:
    """Take lots that came out of `parts` away from them."""
    left: Counter[tuple[int, str, str]] = Counter()
    for lot in gone:
        left[lot.age, lot.draw, lot.came] += lot.units
    kept = []
    for lot in parts:
        part = min(lot.units, left[lot.age, lot.draw, lot.came])
        left[lot.age, lot.draw, lot.came] -= part
        kept.append(lot._replace(units=lot.units - part))
    return [lot for lot in kept if lot.units]
