"""From records of the bank's topics to what happened, account by account. Needs all of them; in any order of topics."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from monitor.engine.facts import destination_of
from monitor.engine.payment import Payment, payment_of
from monitor.engine.reference.store import ReferenceStore
from monitor.trail.movements import REPAID, TRAIL_ENDED, UNKNOWN, Movement, Settled, Shut, Statement, Step
from topics import names
from topics.codec import decode
from topics.customers import AccountClosed, AccountOpened, AccountStatement
from topics.fields import Message, Posting
from topics.loans import LoanClosed, LoanDisbursed, LoanOpened, LoanRepaid
from topics.refusals import Refused

TOPICS: Final = (names.CARD_TRANSACTIONS, names.TRANSFERS, names.LOANS, names.CUSTOMERS, names.REFERENCE)
"""What is read. The order does not matter."""

_HUB: Final = "reference.hub"
_BACKWARD: Final = frozenset({"refund", "chargeback", "reversal", "return"})


class Record(NamedTuple):
    """A message as it lay on its topic, without prefix. `append_time` in ms."""

    topic: str
    key: bytes | None
    append_time: int
    value: bytes | None


@dataclass
class Loan:
    """A loan that a message named."""

    customer: str
    currency: str
    opened: bool = False
    draws: int = 0


@dataclass
class History:
    """Everything that happened. `refused`: messages that the monitor refuses, too, by reason."""

    steps: list[Step] = field(default_factory=list)
    loans: dict[str, Loan] = field(default_factory=dict)
    messages: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    repeats: int = 0


def read(records: Iterable[Record]) -> History:
    """Read records, of which only those of `TOPICS` count."""
    reader = _Reader()
    for record in records:
        if record.topic in TOPICS:
            reader.take(record)
    return reader.history()


class _Reader:
    def __init__(self) -> None:
        self.found = History()
        self.reference = ReferenceStore()
        self.hubs: set[str] = set()
        self.postings: dict[tuple[str, int], Posting] = {}
        self.owners: dict[str, str] = {}

    def take(self, record: Record) -> None:
        """Take one record; what the monitor refuses is refused here, too."""
        self.found.messages += 1
        try:
            message = decode(record.topic, record.key, record.value, record.append_time)
        except Refused as refused:
            self.found.refused[refused.reason] += 1
            return
        if record.topic == names.REFERENCE:
            self._refer(message)
        elif isinstance(message, Posting):
            self._post(message)
        else:
            self._note(message)

    def _refer(self, message: Any) -> None:
        """The newest word on each entry holds for the whole history."""
        if message.__struct_config__.tag == _HUB:
            (self.hubs.discard if message.withdrawn else self.hubs.add)(message.account)
        else:
            self.reference.append(self.reference.next_offset, message)

    def _post(self, posting: Posting) -> None:
        self.owners.setdefault(posting.account, posting.customer_id)
        known = self.postings.setdefault((posting.account, posting.acct_seq), posting)
        self.found.repeats += known is not posting
        if isinstance(posting, LoanDisbursed) and known is posting:
            loan = Loan(posting.customer_id, posting.currency)
            self.found.loans.setdefault(posting.loan_id, loan).draws += 1

    def _note(self, message: Message) -> None:
        if isinstance(message, AccountOpened | AccountStatement):
            self.owners.setdefault(message.account, message.customer_id)
            said = (message.account, message.customer_id, message.acct_seq, message.balance, message.event_time)
            self.found.steps.append(Statement(message.event_id, *said))
        elif isinstance(message, AccountClosed):
            self.found.steps.append(Shut(message.event_id, message.account, message.event_time))
        elif isinstance(message, LoanClosed):
            draw = message.draw_id or ""
            self.found.steps.append(Settled(message.event_id, message.loan_id, draw, message.event_time))
        elif isinstance(message, LoanOpened):
            loan = Loan(message.customer_id, message.currency)
            self.found.loans.setdefault(message.loan_id, loan).opened = True

    def history(self) -> History:
        """All of it."""
        view = self.reference.view(self.reference.next_offset)
        movements = [_movement(posting, self._peer(posting), view) for posting in self.postings.values()]
        self.found.steps.extend(_paired(movements))
        return self.found

    def _peer(self, posting: Posting) -> str:
        """The other account, where its money is followed: not through a hub, and not out of the bank."""
        account = getattr(posting, "counterparty_account", None)
        if not account or not self.hubs.isdisjoint((account, posting.account)):
            return ""
        own = self.owners.get(account) == posting.customer_id
        return account if own or getattr(posting, "counterparty_customer_id", None) else ""


def _movement(posting: Posting, peer: str, view: Any) -> Movement:
    payment = payment_of(posting)
    loan = posting if isinstance(posting, LoanDisbursed | LoanRepaid) else None
    return Movement(
        event=posting.event_id,
        payment=posting.payment_id,
        account=posting.account,
        customer=posting.customer_id,
        seq=posting.acct_seq,
        balance_after=posting.balance_after,
        amount=posting.amount,
        credit=not payment.outgoing,
        when=posting.event_time,
        currency=posting.currency,
        card=not payment.deposit,
        bucket=_bucket(payment, view) if payment.outgoing and not peer else "",
        peer=peer,
        payee=payment.counterparty,
        name=payment.name,
        original=_original(payment),
        loan=loan.loan_id if loan else "",
        draw=loan.draw_id if isinstance(loan, LoanDisbursed) else "",
    )


def _original(payment: Payment) -> str:
    """The payment that is given back; a technical reversal bears its id."""
    if payment.kind not in _BACKWARD:
        return ""
    return payment.original or (payment.message.payment_id if payment.kind == "reversal" else "")


def _bucket(payment: Payment, view: Any) -> str:
    """Where an outflow ends that is not followed: its class of use; in this bank but not followed, the trail ends."""
    if payment.kind == "repayment":
        return REPAID
    use = destination_of(payment, view).name
    return TRAIL_ENDED if use == UNKNOWN and payment.other_customer else use


def _paired(movements: list[Movement]) -> Iterator[Movement]:
    """Two legs that disagree, in amount or currency, are no way that money can be followed."""
    legs: defaultdict[tuple[str, str, str], list[Movement]] = defaultdict(list)
    for movement in movements:
        if movement.peer and movement.credit:
            legs[movement.transfer, movement.peer, movement.account].append(movement)
    for movement in movements:
        others = legs.get((movement.transfer, movement.account, movement.peer), [])
        differ = not movement.credit and others and all(_differ(movement, other) for other in others)
        yield replace(movement, peer="", bucket=TRAIL_ENDED) if differ else movement


def _differ(debit: Movement, credit: Movement) -> bool:
    return (debit.amount, debit.currency) != (credit.amount, credit.currency)
