"""A simulated month, told to the streaming monitor and to the offline tracer; what each says at its end.

`python -m tests.fund_flow.month [--customers N] [--days N] [--seed S] [--partitions N]`: exit code 1 when they differ.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from monitor.engine.facts import destination_of
from monitor.engine.payment import Payment, payment_of
from monitor.engine.reference.view import ReferenceView
from monitor.offline import Answer, Event, OfflineMonitor
from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.kernel import Delivery
from tests.fund_flow.agreement import differences
from tests.fund_flow.figures import TRAIL_ENDED, UNKNOWN
from tests.fund_flow.findings import Findings
from tests.fund_flow.happenings import Judgement, Message
from tests.fund_flow.loan_ledgers import loan_ledgers
from tests.fund_flow.offline_system import findings_of
from tests.fund_flow.offline_tracer import OfflineTracer
from tests.fund_flow.points_held import unaccounted
from tests.fund_flow.stream_answers import Answers
from topics import names
from topics.customers import CustomerProfile
from topics.fields import Posting, Request

AFTER_MS = 10 * 60_000  # by then the last word has been given
LIVELY = Shares(episodes=0.2, look_alikes=0.1)


@dataclass
class Month:
    """All messages of a bank, in the order in which the broker takes them."""

    deliveries: list[Delivery] = field(default_factory=list)

    @classmethod
    def of(cls, plan: Plan) -> "Month":
        """Play a bank to its end."""
        return cls(list(Bank(plan).stream()))

    def events(self) -> Iterable[Event]:
        """As they lie on their topics."""
        encode = msgspec.json.Encoder().encode
        for delivery in self.deliveries:
            yield Event(delivery.topic, delivery.key, delivery.append_time, encode(delivery.message))

    def messages(self) -> list[Message]:
        """What is about customers, as anybody would read it."""
        return [json.loads(event.value or b"") for event in self.events() if event.topic not in names.GLOBAL_TOPICS]


class Knowledge:
    """What the bank knows of payments, from its own classes of use, links and hubs."""

    def __init__(self, month: Month, view: ReferenceView) -> None:
        self.view = view
        self.payments: dict[str, Payment] = {}
        self.parties: dict[str, str | None] = {}
        for delivery in month.deliveries:
            message = delivery.message
            if isinstance(message, Posting | Request):
                self.payments[message.event_id] = payment_of(message)
            elif isinstance(message, CustomerProfile):
                self.parties[message.customer_id] = message.party_id

    def judgement(self) -> Judgement:
        """As the offline tracer is told it."""
        accounts = {payment.account for payment in self.payments.values()}
        hubs = frozenset(account for account in accounts if self.view.hub(account))
        return Judgement(self.destination, hubs, self.bridge)

    def destination(self, message: Message) -> str:
        """The class of use; what goes to a hub of this bank is not unknown, its trail ended."""
        if message["type"] == "loan.repaid":
            return "REPAID"
        use = destination_of(self.payments[message["event_id"]], self.view).name
        return TRAIL_ENDED if use == UNKNOWN and message.get("counterparty_customer_id") else use

    def bridge(self, message: Message) -> str:
        """Which virtual edge it may be an end of."""
        payment = self.payments[message["event_id"]]
        if payment.cash:
            return "cash"
        if self._wallet(message):
            return "wallet"
        if payment.other_customer is not None or not payment.counterparty:
            return ""
        if payment.same_name:
            return "self"
        if destination_of(payment, self.view).name == "OTHER_LENDER":
            return "lender"
        return "household" if self._household(message, payment) else ""

    def _wallet(self, message: Message) -> bool:
        """A card loads stored value or is paid from it; a transfer names an account or bank listed as good as cash."""
        if message["type"] == "card.posting":
            return bool(message["merchant_category_code"] == "6540")
        sides = {"account": "counterparty_account", "agent": "counterparty_agent"}
        listed = {self.view.curated(kind, str(message.get(field) or "-")) for kind, field in sides.items()}
        return "CASH" in listed

    def _household(self, message: Message, payment: Payment) -> bool:
        own = self.parties.get(message["customer_id"])
        others = self.view.parties_of_account(payment.counterparty) if own else ()
        return any(self.view.relation(own or "", other) == "household" for other in others)


@dataclass(frozen=True)
class Compared:
    """What came of a month: both findings, and where they differ.

    `checked`: ledgers of use published on the way; `broken`: what was wrong with any of them by itself.
    `unaccounted`: loans whose money is not all in a place at the end.
    """

    stream: Findings
    tracer: OfflineTracer
    differences: list[str]
    checked: int
    broken: list[str]
    unaccounted: list[str]

    @property
    def wrong(self) -> list[str]:
        """All that must not be."""
        return [*self.differences, *self.broken, *self.unaccounted]


def compare(plan: Plan, partitions: int = 4) -> Compared:
    """Tell one month to both."""
    month = Month.of(plan)
    monitor = OfflineMonitor(partitions=partitions)
    answers = Answers()
    answers.take(_output(answer) for answer in monitor.play(month.events()))
    answers.take(_output(answer) for answer in monitor.wait_until(month.deliveries[-1].append_time + AFTER_MS))
    view = monitor.inputs.reference.view(monitor.inputs.reference.next_offset)
    messages = month.messages()
    tracer = OfflineTracer(messages, Knowledge(month, view).judgement())
    stream = answers.findings(messages)
    found = differences(stream, findings_of(tracer), loan_ledgers(tracer))
    return Compared(stream, tracer, found, answers.checked, answers.broken, unaccounted(stream, tracer))


def _output(answer: Answer) -> tuple[str, bytes | None]:
    return answer.output.topic, answer.output.value


def report(compared: Compared) -> str:
    """In words."""
    stream, tracer, found = compared.stream, compared.tracer, compared.wrong
    tags: dict[str, Any] = stream.sent
    lines = [
        f"{len(tracer.passed):,} postings on {len(tracer.purses):,} accounts; {len(tracer.draws):,} draws",
        f"{len(stream.uses):,} ledgers of use, {len(tags):,} payments between customers with loan money",
        f"{compared.checked:,} records of use looked at on the way",
        f"{len(found)} differences",
    ]
    return "".join(f"{line}\n" for line in [*lines, *found[:5]])


def main() -> int:
    """Read the command line, play, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.fund_flow.month", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--partitions", type=int, default=4)
    options = parser.parse_args()
    plan = Plan(seed=options.seed, customers=options.customers, days=options.days, shares=LIVELY)
    compared = compare(plan, options.partitions)
    sys.stdout.write(report(compared))
    return 1 if compared.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
