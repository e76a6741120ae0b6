"""The toy engine as a subject: 400 customers on two topics."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from monitor.engine.api import Batch, Output
from tests.edge.subject import Event, Subject
from tests.edge.toy_engine import Controls, ToyEngine

INPUTS = ("cards", "transfers")
BOOM = b"boom"


def load(seed: int) -> Iterator[Event]:
    """Events of 400 customers, six in ten on the first topic."""
    random = Random(seed)
    number = 0
    while True:
        topic = INPUTS[random.random() >= 0.6]
        event_id = b"e%d" % number
        yield Event(topic, b"k%d" % random.randrange(400), event_id + b":" + random.randbytes(100), event_id)
        number += 1


def make() -> Subject:
    """One subject; its controls are shared by the engines of a process, as the real reference data are."""
    controls = Controls()
    return Subject(
        inputs=INPUTS,
        outputs=("decisions", "alerts"),
        engine_version="1.0.0",
        engine_factory=lambda partition: ToyEngine(partition, controls, pad=200),
        load=load,
        sinks={"controls": controls.sink},
        broadcast=(Event("controls", b"rules", b"rule set 1", None),),
    )


class FragileEngine(ToyEngine):
    """Has a bug that one customer meets, after part of the batch was applied."""

    def apply(self, batch: Batch) -> list[Output]:
        """Fail behind the work."""
        outputs = super().apply(batch)
        if any(record.key == BOOM for record in batch.records):
            raise ZeroDivisionError("a bug")
        return outputs


def make_fragile() -> Subject:
    """The same with that bug."""
    controls = Controls()
    return replace(
        make(),
        engine_factory=lambda partition: FragileEngine(partition, controls, pad=200),
        sinks={"controls": controls.sink},
    )
