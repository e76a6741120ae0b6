"""Every anomaly model there is. The contract suite runs over all of them: a new model is one line here."""

from collections.abc import Callable

from monitor.engine.anomaly.half_space_trees import HalfSpaceTreesModel, Settings
from monitor.engine.anomaly.model import AnomalyModel

MODELS: dict[str, Callable[[], AnomalyModel]] = {
    "half_space_trees": HalfSpaceTreesModel,
    "half_space_trees_small": lambda: HalfSpaceTreesModel(
        Settings(trees=3, height=4, window=50, remembered=100, ranked_from=20)
    ),
}
