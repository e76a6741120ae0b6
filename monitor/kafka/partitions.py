"""The partitions of a topic, and where each ends."""

import time
from typing import Final

from confluent_kafka import Consumer, KafkaException, TopicPartition

from monitor.errors import UserError

_ANSWER_S: Final = 10.0
_PATIENCE_S: Final = 30.0


def partitions(consumer: Consumer, topic: str) -> list[TopicPartition]:
    """All of a topic, by its full name, in order; none when it does not exist."""
    found = consumer.list_topics(topic, timeout=_ANSWER_S).topics[topic].partitions
    return [TopicPartition(topic, partition) for partition in sorted(found)]


def required(consumer: Consumer, topic: str) -> list[TopicPartition]:
    """The same of a topic that must be there. Raises UserError."""
    found = partitions(consumer, topic)
    if not found:
        raise UserError(f"topic {topic} does not exist", "Create it with: monitor topics apply.")
    return found


def end(consumer: Consumer, place: TopicPartition) -> int:
    """The next offset. A topic created just now has no leader for some moments: ask until it has one."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return int(consumer.get_watermark_offsets(place, timeout=_ANSWER_S)[1])
        except KafkaException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
