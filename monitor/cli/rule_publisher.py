"""Sends a rule set to the workers and gathers what each partition says of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from topics import names
from topics.answers import ControlAck
from topics.codec import decode, decode_answer, encode
from topics.instants import milliseconds
from topics.keys import entity_key
from topics.operations import RuleSetPublished


@dataclass(frozen=True, slots=True)
class Controls:
    """The way to the workers.

    `send(topic, key, value)` returns once the broker keeps the record. `acks(seconds)` gives the values that come to
    `control-acks` after this object was made, and ends after so many seconds. `partitions()`: how many will answer.
    """

    send: Callable[[str, bytes, bytes], None]
    acks: Callable[[float], Iterable[bytes]]
    partitions: Callable[[], int]


@dataclass(slots=True)
class Answers:
    """What the partitions said. `refused`: partition -> reason."""

    expected: int
    accepted: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every partition has answered."""
        return len(self.accepted) + len(self.refused) >= self.expected

    def add(self, ack: ControlAck, rule_set: str) -> None:
        """Note an answer about this rule set; those about other controls are passed over."""
        if ack.accepted and ack.rule_set == rule_set:
            self.accepted.add(ack.partition)
        elif not ack.accepted:
            self.refused[ack.partition] = ack.reason or "no reason given"


def rule_set_message(document: str, document_hash: str, by: str, now: datetime, event_id: str) -> RuleSetPublished:
    """Build the control message that brings a rule set into force."""
    return RuleSetPublished(
        schema_version=1,
        event_id=event_id,
        event_time=now,
        document=document,
        document_hash=document_hash,
        published_by=by,
    )


def publish(message: RuleSetPublished, send: Callable[[str, bytes, bytes], None]) -> None:
    """Send the message to `controls`. Refused: the workers would not take it, so it is not sent."""
    key, value = entity_key(message), encode(message)
    decode(names.CONTROLS, key, value, milliseconds(message.event_time))
    send(names.CONTROLS, key, value)


def gather(controls: Controls, rule_set: str, seconds: float) -> Answers:
    """Wait until every partition has answered, at most `seconds`."""
    answers = Answers(expected=controls.partitions())
    for value in controls.acks(seconds):
        answers.add(cast("ControlAck", decode_answer(names.CONTROL_ACKS, value)), rule_set)
        if answers.complete:
            break
    return answers
