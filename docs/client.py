"""A client of the monitor: publish, wait, obey. Without an answer a block in force decides, else the fail policy."""

import time
from datetime import UTC, datetime

from confluent_kafka import Consumer, Producer, TopicPartition

from topics import answers, block_scope, codec, fail_policy, names
from topics.fields import Request


class Client:
    """One thread at a time. `prefix`: what the deployment puts before its topics."""

    def __init__(self, bootstrap: str, prefix: str = "") -> None:
        kafka, self._prefix, self._blocks = {"bootstrap.servers": bootstrap}, prefix, dict[str, answers.Block]()
        self._producer = Producer(kafka | {"partitioner": "murmur2_random", "enable.idempotence": True, "linger.ms": 0})
        self._consumer = Consumer(kafka | {"group.id": "unused", "enable.auto.commit": False})
        blocks, ends = self._places(names.BLOCKS, 0), self._places(names.BLOCKS, 1)
        self._consumer.assign(blocks + self._places(names.DECISIONS, 1))
        behind = [(block, end.offset) for block, end in zip(blocks, ends, strict=True) if block.offset < end.offset]
        while any(self._consumer.position([block])[0].offset < end for block, end in behind):
            self._hear(0.1)

    def _places(self, name: str, end: int) -> list[TopicPartition]:
        """Give where each partition of a topic begins (0) or ends (1)."""
        topic, bounds = self._prefix + name, self._consumer.get_watermark_offsets
        partitions = self._consumer.list_topics(topic, 10).topics[topic].partitions
        return [TopicPartition(topic, p, bounds(TopicPartition(topic, p), 10)[end]) for p in partitions]

    def ask(self, topic: str, request: Request) -> answers.Decision | answers.Block | answers.FailAction:
        """Return what to obey: the decision, or when `deadline_ms` is over a block that hits, else "open" or "hold"."""
        self._producer.produce(self._prefix + topic, codec.encode(request), request.customer_id.encode())
        deadline = time.monotonic() + (request.deadline_ms or 0) / 1000
        while (left := deadline - time.monotonic()) > 0:
            answer = self._hear(left)
            if isinstance(answer, answers.Decision) and answer.event_id == request.event_id:
                return answer
        hits = [block for block in self._blocks.values() if block_scope.hits(block, request, datetime.now(UTC))]
        return min(hits, key=lambda block: block.action, default=fail_policy.fail_policy(request))  # BLOCK before HOLD

    def _hear(self, seconds: float) -> object:
        message = self._consumer.poll(seconds)
        if message is None or message.error() is not None or message.value() is None:
            return None
        answer = codec.decode_answer((message.topic() or "").removeprefix(self._prefix), message.value() or b"")
        if isinstance(answer, answers.Block):
            self._blocks[answer.block_id] = answer
        return answer
