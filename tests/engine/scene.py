"""A small bank for engine tests: says what happens in one line, and reads the answers as structs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from monitor.engine.anomaly.detector import Detector
from monitor.engine.engine import Engine
from monitor.offline import Answer, Event, OfflineMonitor, new_engine
from rules.catalogue import load, packaged
from rules.rule import Rule
from rules.rule_set import document_hash, parse
from topics import answers, cards, customers, loans, names, operations, reference, transfers
from topics.codec import decode_answer, encode
from topics.fields import Message
from topics.keys import entity_key

START = int(datetime(2026, 3, 2, 2, 0, tzinfo=UTC).timestamp() * 1000)
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
CUSTOMER = "customer-1"
ACCOUNT = "account-1"

_TOPICS: dict[str, str] = {
    cards.__name__: names.CARD_TRANSACTIONS,
    transfers.__name__: names.TRANSFERS,
    loans.__name__: names.LOANS,
    customers.__name__: names.CUSTOMERS,
    reference.__name__: names.REFERENCE,
}


@dataclass
class Scene:
    """One partition, a clock that only moves when told, and every answer so far."""

    document: str = field(default_factory=lambda: packaged("enforce_all"))
    rules: Mapping[str, Rule] = field(default_factory=load)
    reply_topics: frozenset[str] = frozenset()
    now: int = START
    count: int = 0
    outputs: list[Answer] = field(default_factory=list)
    balances: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.monitor = OfflineMonitor(packaged())
        self.renew()

    @property
    def engine(self) -> Engine:
        """The one partition's engine."""
        return self.monitor.engines[0]

    def renew(self) -> None:
        """Put a fresh engine, with nothing in its memory, in the place of the one there is."""
        rule_set = parse(self.document, self.rules)
        self.monitor.engines[0] = new_engine(0, self.rules, rule_set, self.monitor.inputs, self.reply_topics)

    def restart(self) -> None:
        """Go on in a fresh engine from a snapshot of this one."""
        entries = list(self.engine.state())
        self.renew()
        self.engine.restore(entries)

    @property
    def model(self) -> Detector:
        """The partition's model."""
        return self.engine._ctx.model

    def encoded(self) -> bytes | None:
        """The customer's state."""
        return dict(self.engine.state()).get(b"c" + CUSTOMER.encode())

    # -- sending -------------------------------------------------------------------------------------

    def send(self, message: Message) -> list[Answer]:
        """Let a message arrive now."""
        return self.raw(topic_of(message), entity_key(message), encode(message))

    def raw(self, topic: str, key: bytes | None, value: bytes | None) -> list[Answer]:
        """Let any bytes arrive now."""
        new = list(self.monitor.play([Event(topic, key, self.now, value)]))
        self.outputs += new
        return new

    def late(self, message: Message, by_ms: int) -> answers.Decision:
        """Let a request arrive now that the worker takes up later; -> the decision."""
        event = Event(topic_of(message), entity_key(message), self.now, encode(message))
        self.now += by_ms
        return self.decision(list(self.monitor._apply(0, self.now, (self.monitor._record(event, 0),))))

    def wait(self, ms: int) -> list[Answer]:
        """Let time pass; timers go off."""
        self.now += ms
        new = list(self.monitor.wait_until(self.now + 1))
        self.outputs += new
        return new

    def tick(self) -> list[Answer]:
        """Apply a batch without records."""
        new = list(self.monitor.tick(self.now))
        self.outputs += new
        return new

    def resume(self) -> None:
        """Order a paused partition to go on."""
        self.send(self.make(operations.PartitionResumed, partition=0, ordered_by="sre-1"))
        self.tick()

    def make(self, kind: type[Any], /, **fields: Any) -> Any:
        """Build a message with the envelope filled in."""
        self.count += 1
        envelope: dict[str, Any] = {
            "schema_version": 1,
            "event_id": f"event-{self.count}",
            "event_time": datetime.fromtimestamp(self.now / 1000, UTC),
        }
        if "customer_id" in kind.__struct_fields__:
            envelope["customer_id"] = CUSTOMER
        return kind(**(envelope | fields))

    # -- what a bank does ------------------------------------------------------------------------------

    def open(self, balance: int = 0, account: str = ACCOUNT, **fields: Any) -> None:
        """Open a deposit account."""
        self.balances[account] = (balance, 0)
        opened = {"account": account, "account_kind": "deposit", "currency": "CNY", "acct_seq": 0, "balance": balance}
        self.send(self.make(customers.AccountOpened, **(opened | fields)))

    def with_past(self) -> Self:
        """Give the customer a phone of weeks and a payment of weeks ago, so that new and large mean something."""
        ago = datetime.fromtimestamp((self.now - 40 * DAY) / 1000, UTC)
        self.balances["past-account"] = (1_000_00, 0)
        self.send(self.make(customers.DeviceBound, device_id="old-phone", event_time=ago))
        to = {"counterparty_account": "past-payee", "event_time": ago}
        self.post(transfers.TransferPosting, -100_00, "past-account", **to)
        self.outputs.clear()
        return self

    def loan(self, loan_id: str = "loan-1", limit: int = 200_000_00) -> None:
        """Grant a line."""
        self.send(self.make(loans.LoanOpened, loan_id=loan_id, credit_limit=limit, currency="CNY"))

    def draw(self, amount: int, draw_id: str = "draw-1", loan_id: str = "loan-1", account: str = ACCOUNT) -> Any:
        """Pay out a draw; -> the decision."""
        where = {"loan_id": loan_id, "draw_id": draw_id, "payment_id": f"pay-{draw_id}"}
        return self.post(loans.LoanDisbursed, amount, account=account, **where)

    def post(self, kind: type[Any], change: int, account: str = ACCOUNT, **fields: Any) -> Any:
        """Post a movement with the next number and the right balance; -> the decision."""
        message = self.posting(kind, change, account, **fields)
        return self.decision(self.send(message))

    def posting(self, kind: type[Any], change: int, account: str = ACCOUNT, **fields: Any) -> Any:
        """Build the next posting of an account; `change` is signed."""
        balance, seq = self.balances.get(account, (0, 0))
        self.balances[account] = (balance + change, seq + 1)
        base: dict[str, Any] = {
            "account": account,
            "acct_seq": seq + 1,
            "balance_after": balance + change,
            "amount": abs(change),
            "currency": "CNY",
            "payment_id": f"pay-{self.count + 1}",
        }
        if "credit_debit" in kind.__struct_fields__:
            base["credit_debit"] = "CRDT" if change > 0 else "DBIT"
        if kind is transfers.TransferPosting:
            base["posting_kind"] = "transfer"
        return self.make(kind, **(base | fields))

    def request(self, amount: int, to: str = "payee-1", account: str = ACCOUNT, **fields: Any) -> Any:
        """Build a transfer request."""
        base = {
            "payment_id": f"pay-{self.count + 1}",
            "amount": amount,
            "currency": "CNY",
            "debtor_account": account,
            "creditor_account": to,
            "creditor_agent": "OTHERBANK",
        }
        return self.make(transfers.TransferRequest, **(base | fields))

    def ask(self, amount: int, to: str = "payee-1", **fields: Any) -> answers.Decision:
        """Ask for a transfer; -> the decision."""
        return self.decision(self.send(self.request(amount, to, **fields)))

    def invest(self, amount: int, **fields: Any) -> answers.Decision:
        """Ask to move money to a broker."""
        return self.ask(amount, "broker-1", **({"product_code": "SECURITIES_TRANSFER"} | fields))

    def ask_draw(self, amount: int, **fields: Any) -> answers.Decision:
        """Ask for a draw; -> the decision."""
        base = {
            "payment_id": f"pay-{self.count + 1}",
            "amount": amount,
            "currency": "CNY",
            "loan_id": "loan-1",
            "draw_id": f"draw-{self.count + 1}",
            "disbursement_account": ACCOUNT,
        }
        return self.decision(self.send(self.make(loans.DrawRequest, **(base | fields))))

    def outcome(self, payment_id: str, outcome: str) -> list[Answer]:
        """Tell how a transfer request ended."""
        return self.send(self.make(transfers.TransferOutcome, payment_id=payment_id, outcome=outcome))

    def swipe(self, amount: int, at: str = "shop-1", **fields: Any) -> answers.Decision:
        """Ask for a card payment; -> the decision."""
        base = {
            "payment_id": f"pay-{self.count + 1}",
            "amount": amount,
            "currency": "CNY",
            "mti": "0100",
            "pan_token": "card-1",
            "account": ACCOUNT,
            "account_kind": "deposit",
            "processing_code": "00",
            "merchant_category_code": "5411",
            "card_acceptor_id": at,
        }
        return self.decision(self.send(self.make(cards.CardAuthorization, **(base | fields))))

    def list_account(self, account: str = "listed-1") -> None:
        """Put an account on an official list."""
        self.send(self.make(reference.ListedAccount, account=account, list_name="police-2026"))

    def trust(self, account: str) -> None:
        """Put a payee's account on the trust list."""
        self.send(self.make(reference.TrustEntry, kind="account", identifier=account))

    def verdict(self, kind: str, subject: str, verdict: str, **fields: Any) -> list[Answer]:
        """Tell what an analyst found."""
        base = {"subject_kind": kind, "subject_id": subject, "verdict": verdict, "analyst": "analyst-1"}
        return self.send(self.make(operations.Disposition, **(base | fields)))

    def kill_switch(self, mode: str) -> None:
        """Order alert_only or enforce; it holds from the next batch on."""
        self.send(self.make(operations.EnforcementSwitched, mode=mode, ordered_by="sre-1"))

    def publish(self, document: str) -> None:
        """Publish a rule set; it holds from the next batch on."""
        digest = document_hash(document)
        self.send(
            self.make(operations.RuleSetPublished, document=document, document_hash=digest, published_by="risk-1")
        )

    # -- reading ---------------------------------------------------------------------------------------

    def decision(self, new: list[Answer]) -> answers.Decision:
        """The one decision among new answers."""
        found: answers.Decision
        (found,) = self.read(names.DECISIONS, new)
        return found

    def read(self, topic: str, new: list[Answer] | None = None) -> list[Any]:
        """Answers of one topic, decoded; all so far unless `new` is given."""
        chosen = self.outputs if new is None else new
        return [decode_answer(topic, a.output.value) for a in chosen if a.output.topic == topic and a.output.value]


def topic_of(message: Message) -> str:
    """The topic a message belongs on."""
    if isinstance(message, operations.Disposition):
        return names.DISPOSITIONS
    return _TOPICS.get(type(message).__module__, names.CONTROLS)


def codes(decision: answers.Decision) -> list[str]:
    """Reason codes in order."""
    return [reason.code for reason in decision.reasons]
