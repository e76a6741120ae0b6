"""The Kafka key that belongs to a message, and the partition that belongs to a key."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from topics import fund_flow, operations, reference
from topics.fields import CustomerMessage, Message

_KEYS: Mapping[type[Message], Callable[[Any], str]] = {
    reference.Merchant: lambda m: f"merchant:{m.card_acceptor_id}",
    reference.PartyLink: lambda m: f"link:{m.party_id}:{m.linked_party_id}",
    reference.PartyAccount: lambda m: f"account:{m.account}",
    reference.ListedAccount: lambda m: f"listed:{m.account}",
    reference.CuratedDestination: lambda m: f"destination:{m.kind}:{m.identifier}",
    reference.Hub: lambda m: f"hub:{m.account}",
    reference.TrustEntry: lambda m: f"trust:{m.kind}:{m.identifier}",
    operations.RuleSetPublished: lambda _: "rule-set",
    operations.EnforcementSwitched: lambda _: "enforcement",
    operations.PartitionResumed: lambda m: f"resume:{m.partition}",
    fund_flow.Clear: lambda m: f"clear:{m.sender_partition}",
}


def entity_key(message: Message) -> bytes:
    """Key of `message`: the customer, the entity of `reference`, or what a control is about."""
    if isinstance(message, CustomerMessage):
        return message.customer_id.encode()
    return _KEYS[type(message)](message).encode()


_SEED, _MIX, _SHIFT, _WORD = 0x9747B28C, 0x5BD1E995, 24, 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """32-bit Murmur2 as Kafka's Java clients hash keys (org.apache.kafka.common.utils.Utils), unsigned."""
    mixed = _SEED ^ len(data)
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at : at + 4], "little") * _MIX & _WORD
        word = (word ^ word >> _SHIFT) * _MIX & _WORD
        mixed = mixed * _MIX & _WORD ^ word
    if whole < len(data):
        mixed = (mixed ^ int.from_bytes(data[whole:], "little")) * _MIX & _WORD
    mixed = (mixed ^ mixed >> 13) * _MIX & _WORD
    return mixed ^ mixed >> 15


@lru_cache(maxsize=4096)  # a payment asks for its payee more than once, and people pay the same payees again
def partition_of(key: bytes, partitions: int) -> int:
    """The partition a producer with Kafka's default partitioner puts `key` on."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions
