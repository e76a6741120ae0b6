"""A partition's anomaly model together with what it may not learn yet: score, decide, then learn."""

import msgspec

from monitor.engine.anomaly.features import Features
from monitor.engine.anomaly.model import AnomalyModel, DumpError, Score
from monitor.engine.anomaly.withheld import Withheld


class _Dump(msgspec.Struct, frozen=True, array_like=True):
    model: bytes
    withheld: bytes


class Detector:
    """For each event call `score`, decide, then `settle`; nothing flagged is learned before a person explains it."""

    def __init__(self, model: AnomalyModel, withheld: Withheld | None = None) -> None:
        self._model = model
        self._withheld = Withheld() if withheld is None else withheld

    @property
    def version(self) -> str:
        """Version of the model, for the decision."""
        return self._model.version

    @property
    def withheld(self) -> int:
        """Events that wait for a verdict."""
        return len(self._withheld)

    def score(self, features: Features) -> Score:
        """Score an event, once."""
        return self._model.score(features)

    def settle(self, event_id: str, features: Features, *, flagged: bool, clock: int) -> None:
        """Learn a decided event, or withhold it when its decision was more than ALLOW. `clock`: batch clock, ms."""
        if flagged:
            self._withheld.hold(event_id, features, clock)
        else:
            self._model.learn(features)

    def judge(self, event_id: str, verdict: str) -> bool:
        """Apply an analyst's verdict on an event; tells whether the event was learned now."""
        features = self._withheld.judge(event_id, verdict)
        if features is not None:
            self._model.learn(features)
        return features is not None

    def expire(self, clock: int) -> int:
        """Forget what has waited too long for a verdict; returns how many."""
        return self._withheld.expire(clock)

    def dump(self) -> bytes:
        """Encode model and withheld events, canonical."""
        return msgspec.msgpack.encode(_Dump(self._model.dump(), self._withheld.dump()))

    def load(self, dump: bytes) -> None:
        """Go on from a dump. Raises DumpError; the detector must then not be used."""
        try:
            content = msgspec.msgpack.decode(dump, type=_Dump)
        except msgspec.MsgspecError as error:
            raise DumpError(f"not a dump of a detector: {error}") from error
        self._model.load(content.model)
        self._withheld.load(content.withheld)
