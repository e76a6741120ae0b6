"""Half-space trees (Tan, Ting and Liu, IJCAI 2011) as built by river: how empty the place is an event falls in."""

from collections.abc import Sequence
from dataclasses import dataclass

import river

from monitor.engine.anomaly.drivers import strongest
from monitor.engine.anomaly.features import NAMES, TYPICAL, Features
from monitor.engine.anomaly.forest_dump import MASS_LIMIT, Shape, decode, encode
from monitor.engine.anomaly.half_spaces import HalfSpaces
from monitor.engine.anomaly.model import DRIVERS_AT_MOST, Score
from monitor.engine.anomaly.past_scores import PastScores
from monitor.engine.anomaly.river_splits import draw_splits

EVERY, RATE = 16, 0.02
"""Of every 16th event, this weight goes into the running mean that stands for a typical event."""

GRADED, RARE = 1.0, 0.5
"""Upper limit of a feature, and its weight when river draws what to split on.

A feature that is nearly always 0 is told apart by any one split; the room goes to those that come in all sizes.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Shape of the forest. `window`: events learned before the trees are first, and each time again, relied on.

    `remembered`: past scores kept for the quantile. `ranked_from`: scores needed before a quantile is given.
    `explained_from`: quantile from which drivers are named, since naming them costs up to 34 scorings.
    """

    trees: int = 10
    height: int = 8
    window: int = 1_000
    seed: int = 9
    remembered: int = 4_096
    ranked_from: int = 200
    explained_from: float = 0.99


DEFAULT = Settings()


class HalfSpaceTreesModel:
    """An `AnomalyModel` over named features within 0..1."""

    def __init__(self, settings: Settings = DEFAULT, names: Sequence[str] = NAMES, typical: Features = TYPICAL) -> None:
        if not 1 < settings.window <= MASS_LIMIT:
            raise ValueError(f"a window has 2 to {MASS_LIMIT} events, not {settings.window}")
        self._settings = settings
        uppers = tuple(GRADED if usual else RARE for usual in typical)
        self._shape = Shape(settings.trees, settings.height, settings.window, settings.seed, tuple(names), uppers)
        self._forest = HalfSpaces(self._shape, draw_splits(self._shape))
        self._typical = typical
        self._past = PastScores(settings.remembered)
        self._version = _version(self._shape)

    @property
    def version(self) -> str:
        """Algorithm, shape, number of features, and library."""
        return self._version

    def score(self, features: Features) -> Score:
        """Score an event; see `AnomalyModel`."""
        missing = self.missing
        if self._forest.first_window:
            return Score(None, missing=missing)
        raw = self._forest.score(features)
        quantile = None if missing else self._past.rank(raw)
        self._past.add(raw)
        return Score(quantile, self._drivers(features, quantile), missing, raw)

    def score_many(self, batch: Sequence[Features]) -> list[Score]:
        """Score events one after the other, nothing learned in between."""
        return [self.score(features) for features in batch]

    def learn(self, features: Features) -> None:
        """Take an event as ordinary."""
        self._forest.learn(features)
        if self._forest.counter % EVERY == 0:
            moved = zip(self._typical, features, strict=True)
            self._typical = tuple(typical + RATE * (value - typical) for typical, value in moved)

    def dump(self) -> bytes:
        """Encode the whole state; about 66 kB with the default settings."""
        return encode(self._shape, self._forest.dump(), self._typical, self._past.dump())

    def load(self, dump: bytes) -> None:
        """Go on from a dump. Raises DumpError; the model is then unchanged."""
        content = decode(dump, self._shape)
        past = PastScores.load(self._settings.remembered, content.past)
        self._forest, self._typical, self._past = (
            HalfSpaces.from_dump(content.forest, self._shape),
            content.typical,
            past,
        )

    @property
    def missing(self) -> int:
        """Events to learn before the first window is full, then scores to remember before one can be ranked."""
        to_learn = self._settings.window - self._forest.counter if self._forest.first_window else 0
        return to_learn + max(0, self._settings.ranked_from - len(self._past))

    def _drivers(self, features: Features, quantile: float | None) -> tuple[str, ...]:
        if quantile is None or quantile < self._settings.explained_from:
            return ()
        return strongest(self._shape.names, features, self._typical, self._forest.score, DRIVERS_AT_MOST)


def _version(shape: Shape) -> str:
    numbers = f"{shape.trees}x{shape.height}-w{shape.window}-s{shape.seed}-f{len(shape.names)}"
    return f"half-space-trees-1/{numbers}/river-{river.__version__}"
