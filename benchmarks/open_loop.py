"""Sends at a rate that waits for nobody and notes how long each decision takes to come back."""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from confluent_kafka import Consumer, Producer, TopicPartition

from benchmarks.peers.merged import HEADER, MERGED
from benchmarks.workload import Load
from monitor.offline import Event
from topics import names

_DRAIN_S = 10.0


@dataclass(slots=True)
class Latencies:
    """Milliseconds from send to decision received. `lost`: decisions that had not come ten seconds after the end."""

    took: list[float] = field(default_factory=list)
    lost: int = 0

    def cuts(self) -> tuple[float, float, float]:
        """p50, p99 and p99.9."""
        cut = quantiles(self.took, n=1000)
        return cut[499], cut[989], cut[998]


class Sender:
    """Writes events where a subject reads them. `merged`: all into the one topic of the peers."""

    def __init__(self, bootstrap: str, prefix: str, *, merged: bool) -> None:
        self._prefix, self._merged = prefix, merged
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 0}
            | {"partitioner": "murmur2_random", "queue.buffering.max.messages": 1_000_000, "log_level": 3}
        )

    def send(self, event: Event) -> None:
        """Hand one to the broker's client."""
        merged = self._merged and event.topic not in names.GLOBAL_TOPICS
        topic = MERGED if merged else event.topic
        headers = [(HEADER, event.topic.encode())] if merged else None
        self._producer.produce(self._prefix + topic, event.value, event.key, headers=headers)
        self._producer.poll(0)

    def send_all(self, events: Iterable[Event]) -> None:
        """Hand over many and wait until the broker has them."""
        for event in events:
            self.send(event)
        self.flush()

    def flush(self) -> None:
        """Wait until the broker has what was sent."""
        self._producer.flush(60)


class Decisions:
    """Counts the decisions, and listens to them once started. `seen`: event id -> when it came, perf_counter."""

    def __init__(self, bootstrap: str, prefix: str, partitions: int) -> None:
        settings = {"bootstrap.servers": bootstrap, "group.id": f"{prefix}listener", "enable.auto.commit": False}
        self._consumer, self._asking = Consumer(settings), Consumer(settings)  # a client that polls answers slowly
        topic = prefix + names.DECISIONS
        self._places = [TopicPartition(topic, partition) for partition in range(partitions)]
        self.seen: dict[bytes, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def total(self) -> int:
        """How many there are on the broker."""
        return sum(self._asking.get_watermark_offsets(place, 10)[1] for place in self._places)

    def start(self) -> None:
        """Listen from here on."""
        for place in self._places:
            place.offset = self._consumer.get_watermark_offsets(place, 10)[1]
        self._consumer.assign(self._places)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._consumer.close()
        self._asking.close()

    def _listen(self) -> None:
        while not self._stop.is_set():
            message = self._consumer.poll(0.05)
            if message is not None and message.error() is None:
                headers = dict(message.headers() or ())
                event_id = headers.get("event_id")
                if isinstance(event_id, bytes):
                    self.seen.setdefault(event_id, time.perf_counter())


def run(sender: Sender, decisions: Decisions, loads: Sequence[Load], rate: float, into: Latencies) -> None:
    """Send all loads at `rate` a second, then wait for the last answers."""
    sent = send_at(sender, loads, rate)
    deadline = time.perf_counter() + _DRAIN_S
    while time.perf_counter() < deadline and not sent.keys() <= decisions.seen.keys():
        time.sleep(0.05)
    seen = decisions.seen
    took = [(seen[event_id] - at) * 1000 for event_id, at in sent.items() if event_id in seen]
    into.took += took
    into.lost += len(sent) - len(took)


def send_at(sender: Sender, loads: Iterable[Load], rate: float) -> dict[bytes, float]:
    """Send at a rate; when each event that will be decided was sent, perf_counter."""
    sent: dict[bytes, float] = {}
    begun = time.perf_counter()
    for number, load in enumerate(loads):
        while (early := begun + number / rate - time.perf_counter()) > 0:
            time.sleep(min(early, 0.001))
        if load.event_id is not None:
            sent[load.event_id] = time.perf_counter()
        sender.send(load.event)
    return sent
