"""A small client of the monitor: publish a request, wait for its decision, else apply the fail policy."""

import time

from confluent_kafka import Consumer, Producer, TopicPartition

from topics import names
from topics.answers import Decision
from topics.codec import decode_answer, encode
from topics.fail_policy import fail_policy
from topics.fields import Request


class Client:
    """One thread at a time. `prefix`: what the deployment puts before its topics."""

    def __init__(self, bootstrap: str, prefix: str = "") -> None:
        kafka = {"bootstrap.servers": bootstrap}
        self._prefix = prefix
        self._producer = Producer(kafka | {"partitioner": "murmur2_random", "enable.idempotence": True, "linger.ms": 0})
        self._consumer = Consumer(kafka | {"group.id": "unused", "enable.auto.commit": False})
        self._listen()

    def _listen(self) -> None:
        """Read decisions from where they end now; whoever restarts and must know earlier ones starts further back."""
        topic = self._prefix + names.DECISIONS
        places = [TopicPartition(topic, p) for p in self._consumer.list_topics(topic, 10).topics[topic].partitions]
        for place in places:
            place.offset = self._consumer.get_watermark_offsets(place, 10)[1]
        self._consumer.assign(places)

    def ask(self, topic: str, request: Request) -> Decision | str:
        """Return the decision, or "open" or "hold" when none came within `deadline_ms`."""
        self._producer.produce(self._prefix + topic, encode(request), request.customer_id.encode())
        self._producer.poll(0)
        deadline = time.monotonic() + (request.deadline_ms or 0) / 1000
        while (left := deadline - time.monotonic()) > 0:
            message = self._consumer.poll(left)
            if message is None or message.error() is not None or message.value() is None:
                continue
            decision = decode_answer(names.DECISIONS, message.value() or b"")
            if isinstance(decision, Decision) and decision.event_id == request.event_id:
                return decision
        return fail_policy(request)
