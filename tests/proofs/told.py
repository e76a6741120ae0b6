"""A bank that tells what moved: movements as messages on topics, and decisions that block one of them."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from monitor.engine.tracing.movements import Kind, Movement
from monitor.live.seen import Seen
from monitor.proofs.books import Books
from topics import answers, names
from topics.codec import encode
from topics.fields import CustomerMessage, Message
from topics.instants import instant
from topics.keys import entity_key
from topics.loans import LoanClosed, LoanDisbursed
from topics.transfers import TransferPosting

START = int(datetime(2026, 3, 2, 2, 0, tzinfo=UTC).timestamp() * 1000)
KINDS = {Kind.REFUND: "refund", Kind.RETURN: "return", Kind.REVERSAL: "reversal"}


class Told:
    """Books with everything that was told so far. Each account is a customer of its own unless `owners` says whose."""

    def __init__(self, owners: dict[str, str] | None = None) -> None:
        self.books = Books()
        self.owners = owners or {}
        self.offsets: Counter[str] = Counter()
        self.now = START

    def tell(self, topic: str, message: Message) -> Seen:
        """Put a message on its topic, a millisecond after the one before."""
        seen = self.record(topic, entity_key(message), encode(message))
        self.books.take(seen)
        return seen

    def record(self, topic: str, key: bytes, value: bytes) -> Seen:
        """A record at the end of a topic."""
        self.now += 1
        self.offsets[topic] += 1
        return Seen(topic, 0, self.offsets[topic] - 1, self.now, key, value)

    def owner(self, account: str) -> str:
        """Whose account it is."""
        return self.owners.get(account, f"customer-{account}")

    def movement(self, movement: Movement) -> Seen:
        """Tell a movement of the tracing tests as core banking would."""
        if movement.kind is Kind.DRAW:
            loan = movement.draw_id or ""
            posting = self.posting(LoanDisbursed, movement, draw_id=loan, loan_id=f"loan-{loan}")
            return self.tell(names.LOANS, posting)
        other = getattr(movement, "peer_account", None) or getattr(movement, "own_counterparty_account", None)
        posting = self.posting(
            TransferPosting,
            movement,
            posting_kind=KINDS.get(movement.kind, "transfer"),
            credit_debit="CRDT" if movement.credit else "DBIT",
            counterparty_account=other or "elsewhere",
            counterparty_customer_id=self.owner(other) if other else None,
            original_payment_id=movement.original_payment_id,
        )
        return self.tell(names.TRANSFERS, posting)

    def posting(self, kind: Any, movement: Movement, **fields: Any) -> Any:
        """The message of a movement."""
        return kind(
            schema_version=1,
            event_id=f"{movement.account}/{movement.acct_seq}",
            event_time=instant(self.now),
            customer_id=self.owner(movement.account),
            payment_id=movement.payment_id,
            account=movement.account,
            acct_seq=movement.acct_seq,
            balance_after=movement.balance_after,
            amount=movement.amount,
            currency="CNY",
            **fields,
        )

    def close(self, customer: str, draw: str) -> Seen:
        """Tell that a draw is settled."""
        closed = LoanClosed(
            schema_version=1,
            event_id=f"close-{draw}",
            event_time=instant(self.now),
            customer_id=customer,
            loan_id=f"loan-{draw}",
            draw_id=draw,
        )
        return self.tell(names.LOANS, closed)

    def blocked(self, about: CustomerMessage, certain: int = 0, **fields: Any) -> Seen:
        """A record of `decisions` in which both tracing rules block this event; they saw `certain` of loan money."""
        found = decision(about, certain, **fields)
        return self.record(names.DECISIONS, found.customer_id.encode(), encode(found))


def decision(about: Any, certain: int = 0, **fields: Any) -> answers.Decision:
    """A decision that blocks. `codes`: FF01, others by "code whose"; `basis`: what it counted."""
    reasons = [_reason(code, about.event_id, certain) for code in fields.pop("codes", ("FF01", "FF02 OTHERS_LOAN"))]
    if (basis := fields.pop("basis", None)) is not None:
        fields["fund_flow"] = answers.FundFlow(
            certain=0, possible=0, point=0, destination_class="X", confidence=1.0, provisional=False, basis=basis
        )
    base: dict[str, Any] = {
        "schema_version": 1,
        "event_id": about.event_id,
        "payment_id": about.payment_id,
        "customer_id": about.customer_id,
        "action": "BLOCK",
        "enforcement_point": "TRANSFER",
        "fail_policy": None,
        "too_late": True,
        "degraded": [],
        "budget_exceeded": [],
        "reasons": reasons,
        "shadow": [],
        "fund_flow": None,
        "anomaly": None,
        "block_ids": [],
        "until": None,
        "lifted_by": None,
        "rule_set": "",
        "engine_version": "",
        "model_version": "",
        "position": answers.Position(partition=0, epoch=0, sequence=0),
        "batch_clock": instant(START),
    }
    return answers.Decision(**(base | fields))


def _reason(code: str, event_id: str, certain: int) -> answers.Reason:
    name, _, whose = code.partition(" ")
    figures: dict[str, int | float | str | bool] = {"certain": certain}
    figures |= {"whose": whose} if whose else {}
    return answers.Reason(
        code=name,
        action="BLOCK",
        customer_text=answers.CustomerText(zh="", en=""),
        analyst_text="",
        figures=figures,
        margin=0.0,
        event_ids=[event_id],
    )
