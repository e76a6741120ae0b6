"""Whether Kafka answers at all and lets us in, asked before a command waits for it."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from monitor.errors import UserError
from monitor.kafka.clients import librdkafka
from monitor.settings import Kafka

PATIENCE_S = 10.0
_LOOK_S = 1.0
# The client goes on trying after either, so it never tells whoever waits for an answer.
_KEPT_OUT = {KafkaError._AUTHENTICATION, KafkaError._SSL}  # noqa: SLF001 - the client's public constants
# Where in the client it was noticed, and after how long: no news for a person.
_PLACE = re.compile(r"^(\[.*?\]: )?\S+/\S+: |[?.]?( \(after .*\))?$")


def check_reachable(kafka: Kafka) -> None:
    """Raise UserError when no broker answers within ten seconds, or as soon as one keeps us out."""
    errors: list[KafkaError] = []
    admin = AdminClient({**librdkafka(kafka), "log_level": 0, "error_cb": errors.append})
    deadline = time.monotonic() + PATIENCE_S
    while not _answers(admin):
        admin.poll(0)  # hands over what went wrong
        _raise_if_kept_out(kafka, errors)
        if time.monotonic() > deadline:
            raise UserError(
                f"Kafka at {kafka.bootstrap} does not answer: {_last(errors)}",
                "Check the address and kafka.security in `monitor config`, or start one with: monitor kafka up",
            )


@contextmanager
def answering(kafka: Kafka) -> Iterator[None]:
    """See that Kafka answers; should it stop, say so in one line. Raises UserError for either."""
    check_reachable(kafka)
    try:
        yield
    except KafkaException as error:
        raise UserError(
            f"Kafka at {kafka.bootstrap} does not answer: {error.args[0].str()}", "Start one with: monitor kafka up."
        ) from error


def _answers(admin: AdminClient) -> bool:
    try:
        admin.list_topics(timeout=_LOOK_S)
    except KafkaException:
        return False
    return True


def _raise_if_kept_out(kafka: Kafka, errors: list[KafkaError]) -> None:
    refused = next((error for error in errors if error.code() in _KEPT_OUT), None)
    if refused is not None:
        raise UserError(
            f"Kafka at {kafka.bootstrap} keeps us out: {_said(refused)}", "See kafka.security in `monitor config`"
        )


def _last(errors: list[KafkaError]) -> str:
    """What was said last; that none of the brokers answers goes without saying."""
    told = [e for e in errors if e.code() != KafkaError._ALL_BROKERS_DOWN]  # noqa: SLF001 - as above
    return _said(told[-1]) if told else "it ends every connection without a word"


def _said(error: KafkaError) -> str:
    return _PLACE.sub("", error.str())
