"""Whether Kafka answers at all, asked before a command waits for it."""

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from monitor.errors import UserError
from monitor.kafka.clients import librdkafka
from monitor.settings import Kafka

PATIENCE_S = 10.0


def check_reachable(kafka: Kafka) -> None:
    """Raise UserError when no broker answers within ten seconds."""
    admin = AdminClient({**librdkafka(kafka), "log_level": 0})
    try:
        admin.list_topics(timeout=PATIENCE_S)
    except KafkaException as error:
        raise UserError(
            f"Kafka at {kafka.bootstrap} does not answer: {error.args[0].str()}",
            "Check the address in `monitor config`, or start one with: monitor kafka up",
        ) from error
