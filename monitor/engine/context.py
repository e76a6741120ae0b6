"""What handling one batch needs to know, and where it leaves what is to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.engine.anomaly.detector import Detector
from monitor.engine.api import Output, Record
from monitor.engine.reference.view import ReferenceView
from monitor.engine.shared import Shared
from rules.rule import Mode, Rule
from rules.rule_set import RuleSet
from topics import names
from topics.codec import encode
from topics.fields import Message
from topics.fund_flow import SentFrom
from topics.keys import entity_key

if TYPE_CHECKING:
    from monitor.engine.customer import Customer

ENGINE_VERSION = "6"


@dataclass(slots=True)
class Context:
    """One partition at one batch."""

    partition: int
    shared: Shared
    model: Detector
    catalogue: Mapping[str, Rule]
    rule_set: RuleSet
    view: ReferenceView
    counts: dict[tuple[str, ...], int]
    reply_topics: frozenset[str] = frozenset()
    partitions: int = 1
    clock: int = 0
    epoch: int = 0
    sequence: int = 0
    record: Record | None = None  # the one that is being applied
    told: int = 0  # messages of this batch to other partitions
    changed: dict[str, "Customer"] = field(default_factory=dict)
    by_event: dict[str, tuple[Rule, ...]] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.activate(self.rule_set)

    def count(self, *labels: str, by: int = 1) -> None:
        """Add to a running total; the labels are a metric's name and its label values."""
        self.counts[labels] = self.counts.get(labels, 0) + by

    def send(self, topic: str, key: str, message: Struct, headers: tuple[tuple[str, bytes], ...] = ()) -> None:
        """Queue one output."""
        self.outputs.append(Output(topic, key.encode(), encode(message), headers))

    def forget(self, topic: str, key: str) -> None:
        """Queue a tombstone on a compacted topic."""
        self.outputs.append(Output(topic, key.encode(), None))

    def tell(self, partition: int, message: Message) -> None:
        """Queue one message on `fund-flow` for a partition."""
        self.tell_encoded(partition, entity_key(message), encode(message))

    def tell_encoded(self, partition: int, key: bytes, value: bytes) -> None:
        """Queue one that is encoded already."""
        self.told += 1
        self.outputs.append(Output(names.FUND_FLOW, key, value, (), partition))

    def place(self) -> SentFrom:
        """Where in the journal the next message to another partition stands."""
        return SentFrom(self.epoch, self.sequence, self.told)

    def mark(self, customer: "Customer") -> None:
        """What is said of the customer's loans and accounts may have changed."""
        self.changed[customer.customer_id] = customer

    def activate(self, rule_set: RuleSet) -> None:
        """Put a rule set in force; a rule costs nothing for events it is not asked about, or when off."""
        self.rule_set = rule_set
        self.by_event = {}
        for code in sorted(self.catalogue):
            if rule_set.mode(code) is not Mode.OFF:
                for event in self.catalogue[code].events:
                    self.by_event[event] = (*self.by_event.get(event, ()), self.catalogue[code])
