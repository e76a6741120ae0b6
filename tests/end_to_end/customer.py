"""A customer of the bank on a real Kafka: the engine tests' vocabulary, answered by a worker instead of an engine."""

import time
from typing import Any

from monitor.engine.api import Output
from monitor.offline import Answer
from tests.end_to_end.stand import Place, Stand
from tests.engine.scene import Scene, topic_of
from topics.codec import encode
from topics.fields import CustomerMessage, Message, Posting, Request
from topics.keys import entity_key


class LiveCustomer(Scene):
    """Event time is now, less `ago` ms; a request or posting waits for its decision, anything else for nothing."""

    def __init__(self, stand: Stand, customer_id: str) -> None:
        self.stand, self.customer_id, self.ago = stand, customer_id, 0
        self.sent: dict[str, tuple[str, bytes, bytes]] = {}
        self.places: list[Place] = []
        super().__init__()

    def __post_init__(self) -> None:
        """No engine here."""

    def make(self, kind: type[Any], /, **fields: Any) -> Any:
        """Build a message with the envelope filled in, ids unlike any other customer's."""
        self.now = time.time_ns() // 1_000_000 - self.ago
        named = {"event_id": f"{self.customer_id}-{self.count + 1}"}
        if issubclass(kind, CustomerMessage):
            named["customer_id"] = self.customer_id
        return super().make(kind, **(named | fields))

    def send(self, message: Message) -> list[Answer]:
        """Send it; -> the decision on it, where one is due."""
        self.send_only(message)
        if not isinstance(message, Request | Posting):
            return []
        heard = self.stand.decisions(message.event_id)[0]
        return [Answer(heard.partition, Output(heard.topic, heard.key, heard.value))]

    def send_only(self, message: Message) -> None:
        """Send it and wait for no answer."""
        record = topic_of(message), entity_key(message), encode(message)
        self.sent[message.event_id] = record
        self.places.append(self.stand.send(*record))

    def again(self, event_id: str) -> None:
        """Send the very same record once more."""
        self.places.append(self.stand.send(*self.sent[event_id]))
