"""The Kafka key that belongs to a message."""

from collections.abc import Callable, Mapping
from typing import Any

from topics import operations, reference
from topics.fields import CustomerMessage, Message

_KEYS: Mapping[type[Message], Callable[[Any], str]] = {
    reference.Merchant: lambda m: f"merchant:{m.card_acceptor_id}",
    reference.PartyLink: lambda m: f"link:{m.party_id}:{m.linked_party_id}",
    reference.PartyAccount: lambda m: f"account:{m.account}",
    reference.ListedAccount: lambda m: f"listed:{m.account}",
    reference.CuratedDestination: lambda m: f"destination:{m.kind}:{m.identifier}",
    reference.TrustEntry: lambda m: f"trust:{m.kind}:{m.identifier}",
    operations.RuleSetPublished: lambda _: "rule-set",
    operations.EnforcementSwitched: lambda _: "enforcement",
    operations.PartitionResumed: lambda m: f"resume:{m.partition}",
}


def entity_key(message: Message) -> bytes:
    """Key of `message`: the customer, the entity of `reference`, or what a control is about."""
    if isinstance(message, CustomerMessage):
        return message.customer_id.encode()
    return _KEYS[type(message)](message).encode()
