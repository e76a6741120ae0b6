"""A partition's anomaly model together with what it may not learn yet: score, decide, then learn."""

from collections.abc import Sequence

import msgspec

from monitor.engine.anomaly.features import Features
from monitor.engine.anomaly.model import AnomalyModel, DumpError, Score
from monitor.engine.anomaly.withheld import Withheld


class _Dump(msgspec.Struct, frozen=True, array_like=True):
    model: bytes
    withheld: bytes


class Detector:
    """For each event: `score`, decide, then `learn` what was not flagged and `withhold` what was.

    What is withheld is learned only when `explain` says it was innocent.
    """

    def __init__(self, model: AnomalyModel, withheld: Withheld | None = None) -> None:
        self._model = model
        self._withheld = Withheld() if withheld is None else withheld
        self._changed = True

    @property
    def version(self) -> str:
        """Version of the model, for the decision."""
        return self._model.version

    @property
    def waiting(self) -> int:
        """Events that wait for a verdict."""
        return len(self._withheld)

    def warming_up(self) -> bool:
        """Whether the model has not seen enough to give a quantile."""
        return self._model.missing > 0

    def score(self, features: Features) -> Score:
        """Score an event, once."""
        self._changed = True
        return self._model.score(features)

    def score_many(self, batch: Sequence[Features]) -> list[Score]:
        """Score events one after the other, nothing learned in between."""
        self._changed = True
        return self._model.score_many(batch)

    def learn(self, features: Features) -> None:
        """Take an event that was not flagged as ordinary."""
        self._changed = True
        self._model.learn(features)

    def withhold(self, event_id: bytes, features: Features, clock: int) -> None:
        """Keep a flagged event until it is explained. `clock`: batch clock, ms."""
        self._changed = True
        self._withheld.hold(event_id, features, clock)

    def explain(self, event_id: bytes, *, innocent: bool) -> bool:
        """Learn a withheld event when it was innocent, forget it when not; tells whether it was held."""
        features = self._withheld.release(event_id)
        if features is None:
            return False
        self._changed = True
        if innocent:
            self._model.learn(features)
        return True

    def expire(self, clock: int) -> int:
        """Forget what has waited too long for a verdict; returns how many. `clock`: batch clock, ms."""
        gone = self._withheld.expire(clock)
        self._changed = self._changed or gone > 0
        return gone

    def dump_if_changed(self) -> bytes | None:
        """Encode as `dump` does; None when nothing has changed since this was last asked, or since `load`."""
        changed, self._changed = self._changed, False
        return self.dump() if changed else None

    def dump(self) -> bytes:
        """Encode model and withheld events, canonical."""
        return msgspec.msgpack.encode(_Dump(self._model.dump(), self._withheld.dump()))

    def load(self, dump: bytes) -> None:
        """Go on from a dump. Raises DumpError; the detector must then not be used."""
        try:
            content = msgspec.msgpack.decode(dump, type=_Dump)
        except msgspec.MsgspecError as error:
            raise DumpError(f"not a dump of a detector: {error}") from error
        self._withheld.load(content.withheld)
        self._model.load(content.model)
        self._changed = False
