"""What fund flow costs: payments with and without loan money, a tag sent, a tag applied; two partitions, one process.

Each kind of payment has a customer of its own, prepared alike. The kinds take turns, so that all see the same machine.
"""

from collections import Counter
from itertools import count
from statistics import median
from time import process_time_ns
from typing import Any, TypeVar

from benchmarks.table import Row, ratio_row
from monitor.engine.api import Batch, Output, Record
from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.globals import GlobalInputs
from monitor.engine.loan_money import between
from monitor.engine.shared import Shared
from monitor.engine.tracing.interval import Bounds
from monitor.engine.tracing.movements import Envelope, Share, Tag
from monitor.offline import new_engine, new_model
from rules import catalogue
from rules.rule_set import parse
from topics import customers, loans, names, transfers
from topics.codec import encode
from topics.fields import CustomerMessage
from topics.instants import instant
from topics.keys import partition_of

ROUNDS = 2_000
SENDS = 10  # tags that are timed together: one is too short for the clock
WARM_UP = 100  # rounds not counted: the memories of payments are full by then
START, STEP = 1_750_000_000_000, 1_000  # ms; each message comes a second after the one before
LOAN, AMOUNT = 10_000_000_00, 200_00  # minor units; nothing runs dry
HERE, THERE = 0, 1  # partitions of payers and receivers
STANDING = (names.USE_OF_PROCEEDS, names.HEADROOM)
M = TypeVar("M", bound=CustomerMessage)

_CLEAN_OUT, _CLEAN_ON = "payment without loan money, to another bank", "… to another customer"
_LOAN_OUT, _LOAN_ON = "payment with loan money, to another bank", "… to another customer, sends a tag"
_MADE, _CREDIT, _TAG = "a tag alone: built, encoded, queued", "credit that waits for its tag", "that tag, applied"
_KINDS = (_CLEAN_OUT, _CLEAN_ON, _LOAN_OUT, _LOAN_ON, _MADE, _CREDIT, _TAG)
_PEERS = {_CLEAN_ON: _CLEAN_OUT, _LOAN_OUT: _CLEAN_OUT, _LOAN_ON: _LOAN_OUT, _MADE: _LOAN_ON}
_PEERS |= {_CREDIT: _CLEAN_OUT, _TAG: _CREDIT}


class Kind:
    """One kind of message: what each cost, ns of processor, and the messages that were sent, by topic."""

    def __init__(self) -> None:
        self.costs: list[int] = []
        self.sent: Counter[str] = Counter()

    def saw(self, outputs: list[Output], cost: int) -> None:
        """Note one."""
        self.costs.append(cost)
        self.sent.update(output.topic for output in outputs)

    @property
    def cost(self) -> float:
        """Median, µs."""
        return median(self.costs) / 1_000

    def messages(self, *topics: str) -> float:
        """Messages on these topics for each one handled."""
        return sum(self.sent[topic] for topic in topics) / len(self.costs)


class Bank:
    """Two partitions. Customer n has account `n-1`, and is where the name belongs."""

    def __init__(self) -> None:
        rules, inputs = catalogue.load(), GlobalInputs()
        rule_set = parse(catalogue.packaged(), rules)
        self.engines = [new_engine(number, rules, rule_set, inputs, partitions=2) for number in (HERE, THERE)]
        self.clock, self.sequence = START, 0
        self.numbers = count(1)
        self.accounts: dict[str, tuple[int, int]] = {}  # customer -> last posting and balance

    def arrive(self, partition: int, *, borrows: bool) -> str:
        """A new customer with as much money, own or of a loan; -> the name."""
        name = next(name for name in map(str, self.numbers) if partition_of(name.encode(), 2) == partition)
        own = LOAN if borrows else 2 * LOAN
        self.accounts[name] = 0, own
        kind = {"account": f"{name}-1", "account_kind": "deposit", "currency": "CNY"}
        self.take(names.CUSTOMERS, self.make(customers.AccountOpened, name, balance=own, acct_seq=0, **kind))
        if borrows:
            self.take(names.LOANS, self.make(loans.LoanOpened, name, loan_id="l", credit_limit=LOAN, currency="CNY"))
            self.take(names.LOANS, self.post(loans.LoanDisbursed, name, LOAN, f"d{name}", draw_id=name, loan_id="l"))
        return name

    def make(self, kind: type[M], name: str, **fields: Any) -> M:
        """A message of now."""
        self.clock += STEP
        head: dict[str, Any] = {"schema_version": 1, "event_id": f"e{self.clock}", "event_time": instant(self.clock)}
        return kind(**head, customer_id=name, **fields)

    def post(self, kind: type[M], name: str, change: int, payment: str, **fields: Any) -> M:
        """A posting with the right number and balance; `change` in minor units, negative when it leaves."""
        seq, balance = self.accounts[name][0] + 1, self.accounts[name][1] + change
        self.accounts[name] = seq, balance
        head = {"account": f"{name}-1", "acct_seq": seq, "balance_after": balance, "payment_id": payment}
        return self.make(kind, name, **head, amount=abs(change), currency="CNY", **fields)

    def leg(self, name: str, change: int, payment: str, other: str | None) -> tuple[list[Output], int]:
        """One leg of a transfer, without `other` to an account of another bank; -> as `apply`."""
        where = {"counterparty_account": f"{other}-1" if other else "elsewhere-1", "counterparty_customer_id": other}
        where |= {"counterparty_agent": None if other else "OTHER", "posting_kind": "transfer"}
        where |= {"credit_debit": "DBIT" if change < 0 else "CRDT"}
        return self.take(names.TRANSFERS, self.post(transfers.TransferPosting, name, change, payment, **where))

    def take(self, topic: str, message: CustomerMessage) -> tuple[list[Output], int]:
        """Apply a message where its customer is; -> as `apply`."""
        return self.apply(topic, message.customer_id.encode(), encode(message))

    def apply(self, topic: str, key: bytes, value: bytes) -> tuple[list[Output], int]:
        """Apply a record in a batch of its own; -> what is sent, and what it cost, ns of processor.

        Nobody knows `through`: the words that clear are no part of this.
        """
        self.sequence += 1
        record = Record(topic, self.sequence, self.clock, key, value)
        batch = Batch(0, self.sequence, self.clock, 0, 0, (record,))
        engine = self.engines[partition_of(key, 2)]
        begun = process_time_ns()
        outputs = engine.apply(batch)
        cost = process_time_ns() - begun
        assert all(output.topic != names.DEAD_LETTERS for output in outputs), outputs
        return outputs, cost


class Sender:
    """Sends one tag again and again, with nothing around it."""

    def __init__(self, receiver: str) -> None:
        rules, view = catalogue.load(), GlobalInputs().reference.view(0)
        rule_set = parse(catalogue.packaged(), rules)
        self.ctx = Context(HERE, Shared(), new_model(), rules, rule_set, view, {}, partitions=2, clock=START)
        share = Share(AMOUNT, AMOUNT, AMOUNT, LOAN, 1, START, "", ("payer-1",))
        tag = Tag("payment", AMOUNT, {"draw": share}, Bounds(AMOUNT, AMOUNT), currency="CNY")
        self.payer, self.envelope = Customer("payer"), Envelope("payer-1", f"{receiver}-1", tag, receiver)

    def send(self) -> tuple[list[Output], int]:
        """One of several; -> as `Bank.apply`. The batch clock stands still, as within a batch."""
        self.ctx.outputs = []
        begun = process_time_ns()
        for _ in range(SENDS):
            between.send(self.ctx, self.payer, self.envelope)
        cost = process_time_ns() - begun
        return self.ctx.outputs[:1], cost // SENDS


def measure() -> list[Row]:
    """Let the kinds take turns; -> medians, µs of processor, and messages of each."""
    bank = Bank()
    payers = {kind: bank.arrive(HERE, borrows=kind in (_LOAN_OUT, _LOAN_ON)) for kind in _KINDS[:4]}
    receiver = bank.arrive(THERE, borrows=False)
    sender = Sender(receiver)
    kinds, tags = {kind: Kind() for kind in _KINDS}, list[Output]()
    for number in range(WARM_UP + ROUNDS):
        if number == WARM_UP:
            kinds = {kind: Kind() for kind in _KINDS}
        for turn in range(len(payers)):
            kind = _KINDS[(turn + number) % len(payers)]
            payer, other = payers[kind], receiver if kind in (_CLEAN_ON, _LOAN_ON) else None
            outputs, cost = bank.leg(payer, -AMOUNT, f"{payer}-{number}", other)
            kinds[kind].saw(outputs, cost)
            tags.extend(output for output in outputs if output.topic == names.FUND_FLOW)
        kinds[_MADE].saw(*sender.send())
        tag = tags.pop()
        assert tag.value is not None
        kinds[_CREDIT].saw(*bank.leg(receiver, AMOUNT, f"{payers[_LOAN_ON]}-{number}", payers[_LOAN_ON]))
        kinds[_TAG].saw(*bank.apply(tag.topic, tag.key, tag.value))
    return [row for kind in _KINDS for row in _rows(kind, kinds)]


def _rows(kind: str, kinds: dict[str, Kind]) -> list[Row]:
    it, peer = kinds[kind], _PEERS.get(kind)
    cost = ratio_row(kind, it.cost, "µs", kinds[peer].cost, peer) if peer else Row(kind, it.cost, "µs")
    told = Row("   tags and bookings", it.messages(names.FUND_FLOW), "a message")
    return [cost, told, Row("   use of proceeds, headroom", it.messages(*STANDING), "a message")]
