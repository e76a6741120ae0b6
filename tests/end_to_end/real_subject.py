"""The worker's own engine and a simulated bank as the subject of a crash proof.

python -m tests.edge.crash_proof --subject tests.end_to_end.real_subject:make
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from monitor.app import STATE_VERSION, engine_factory
from monitor.engine.globals import GlobalInputs
from monitor.settings import Settings
from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from monitor.simulator.kernel import Delivery
from rules.catalogue import packaged
from rules.rule_set import document_hash
from tests.edge.subject import Event, Subject
from topics import names
from topics.codec import encode
from topics.fields import Posting, Request
from topics.keys import entity_key
from topics.operations import RuleSetPublished

# Most of it is cards and transfers; `customers` and `loans` are what gives them a meaning. `dispositions` has none.
INPUTS = (names.CARD_TRANSACTIONS, names.TRANSFERS, names.LOANS, names.CUSTOMERS)
PLAN = Plan(customers=300, days=20, shares=Shares(episodes=0.03, look_alikes=0.03))
MARGIN_DAYS = 30  # refunds and late cases reach beyond a plan's days; introductions lie four months before them


def load(seed: int) -> Iterator[Event]:
    """One bank after the other, each with people of its own and with fraud, cash-out and misuse among them.

    The days lie just behind us, as a message may be half a year late but not early: equal bytes within one day (UTC).
    """
    start = datetime.now(UTC).date() - timedelta(days=PLAN.days + MARGIN_DAYS)
    for number in count():
        plan = replace(PLAN, seed=seed + number, start=start, run=f"bank-{number}")
        yield from map(_event, Bank(plan).stream())


def _event(delivery: Delivery) -> Event:
    message = delivery.message
    answered = message.event_id.encode() if isinstance(message, Request | Posting) else None
    return Event(delivery.topic, delivery.key, encode(message), answered)


def _everything_enforced() -> Event:
    document = packaged("enforce_all")
    message = RuleSetPublished(
        schema_version=1,
        event_id="rules-of-the-proof",
        event_time=datetime.now(UTC),
        document=document,
        document_hash=document_hash(document),
        published_by="proof",
    )
    return Event(names.CONTROLS, entity_key(message), encode(message), None)


def make() -> Subject:
    """One subject; what all engines of a process read is shared, as in the worker."""
    inputs = GlobalInputs()
    return Subject(
        inputs=INPUTS,
        outputs=names.OUTPUT_TOPICS,
        between=(names.FUND_FLOW,),
        engine_version=f"{STATE_VERSION}.0.0",
        engine_factory=engine_factory(Settings(), inputs, {}),
        load=load,
        sinks={names.REFERENCE: inputs.take, names.CONTROLS: inputs.take},
        broadcast=(_everything_enforced(),),
    )
