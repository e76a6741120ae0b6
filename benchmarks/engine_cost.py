"""Microseconds of processor an event costs the engine, offline, beside decoding and encoding alone."""

from collections.abc import Sequence
from statistics import quantiles
from time import process_time

from benchmarks.table import Row, ratio_row
from benchmarks.trivial import answer
from benchmarks.workload import Workload
from monitor.engine.anomaly.detector import Detector
from monitor.engine.anomaly.features import Features
from monitor.engine.anomaly.model import Score
from monitor.engine.customer import decode, encode
from monitor.engine.engine import CUSTOMER, Engine
from monitor.engine.globals import GlobalInputs
from monitor.offline import OfflineMonitor
from rules import catalogue
from rules.rule_set import parse

_WITH, _WITHOUT = "engine, all rules, with the model", "engine, all rules, without the model"
_FLOOR = "decode + encode alone"


class NoModel:
    """Scores nothing and learns nothing."""

    version, missing = "none", 1

    def score(self, _: Features) -> Score:
        """Say nothing."""
        return Score(None)

    def score_many(self, batch: Sequence[Features]) -> list[Score]:
        """Say nothing, often."""
        return [Score(None) for _ in batch]

    def learn(self, _: Features) -> None:
        """Forget at once."""

    def dump(self) -> bytes:
        """Nothing to keep."""
        return b""

    def load(self, _: bytes) -> None:
        """Nothing was kept."""


def measure(workload: Workload) -> list[Row]:
    """Play the workload three times."""
    whole = OfflineMonitor()
    rows = {_FLOOR: _floor(workload), _WITH: _played(whole, workload), _WITHOUT: _played(_plain(), workload)}
    costs = [ratio_row(what, us, "µs an event", rows[_FLOOR], _FLOOR) for what, us in rows.items()]
    return costs + _state(whole.engines[0])


def _plain() -> OfflineMonitor:
    monitor, rules, inputs = OfflineMonitor(), catalogue.load(), GlobalInputs()
    rule_set = parse(catalogue.packaged(), rules)
    engine = Engine(0, catalogue=rules, rule_set=rule_set, inputs=inputs, model=Detector(NoModel()))
    monitor.inputs, monitor.engines = inputs, [engine]
    return monitor


def _played(monitor: OfflineMonitor, workload: Workload) -> float:
    """One event a batch, as at low rates; timers included."""
    for _ in monitor.play(workload.reference):
        pass
    begun = process_time()
    for _ in monitor.play(load.event for load in workload.loads):
        pass
    return _each(begun, len(workload.loads))


def _floor(workload: Workload) -> float:
    begun = process_time()
    for load in workload.loads:
        event = load.event
        answer(event.topic, event.key, event.value, event.append_time)
    return _each(begun, len(workload.loads))


def _state(engine: Engine) -> list[Row]:
    """Bytes and encoding time of the customers the workload left behind."""
    values = [value for key, value in engine.state() if key.startswith(CUSTOMER) and value is not None]
    begun = process_time()
    customers = [decode(b"", value) for value in values]
    decoded = _each(begun, len(values))
    begun = process_time()
    for customer in customers:
        encode(customer)
    encoded = _each(begun, len(values))
    sizes = quantiles(map(len, values), n=20)
    return [
        Row("state of a customer, median", sizes[9], "bytes"),
        Row("state of a customer, 95th percentile", sizes[18], "bytes"),
        Row("encode a customer", encoded, "µs"),
        Row("decode a customer", decoded, "µs"),
    ]


def _each(begun: float, count: int) -> float:
    return (process_time() - begun) / count * 1e6
