"""What an anomaly model is: scores one event against all it has learned, and learns only when told to.

Score, decide, then learn: the caller hands `learn` what was not flagged; the rest waits in `withheld`.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from monitor.engine.anomaly.features import Features

DRIVERS_AT_MOST = 3


class DumpError(ValueError):
    """A dump that this model cannot continue from: damaged, or made by a model of another shape."""


class Score(NamedTuple):
    """How unusual an event is.

    `quantile`: share of the model's own past scores below this one, 0 to 1; None while it warms up.
    `drivers`: the features that make it unusual, strongest first; named for high quantiles only.
    `missing`: events the model still has to see before it gives a quantile.
    `raw`: the model's own figure, higher is more unusual; comparable within one model only.
    """

    quantile: float | None
    drivers: tuple[str, ...] = ()
    missing: int = 0
    raw: float = 0.0

    @property
    def warm_up(self) -> bool:
        """Whether the model has not seen enough yet."""
        return self.missing > 0


class AnomalyModel(Protocol):
    """One partition's model. Deterministic: equal calls in equal order give equal scores and equal dumps."""

    @property
    def version(self) -> str:
        """Everything that changes a score: algorithm, parameters, features, library."""
        ...

    @property
    def missing(self) -> int:
        """Events the model still has to see before it gives a quantile."""
        ...

    def score(self, features: Features) -> Score:
        """Score an event, once, and remember the score among the past ones; the features are not learned."""
        ...

    def score_many(self, batch: Sequence[Features]) -> list[Score]:
        """Score events one after the other, nothing learned in between; a model may do it faster than one by one."""
        ...

    def learn(self, features: Features) -> None:
        """Take an event as ordinary."""
        ...

    def dump(self) -> bytes:
        """Encode the whole state, canonical: equal states give equal bytes."""
        ...

    def load(self, dump: bytes) -> None:
        """Go on from a dump as if it had never been made. Raises DumpError; the model is then unchanged."""
        ...
