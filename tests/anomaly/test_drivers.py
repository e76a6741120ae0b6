"""Which features drive a score, for raw scores that are known exactly."""

from monitor.engine.anomaly.drivers import DIFFERS, strongest
from monitor.engine.anomaly.features import Features

NAMES = ("a", "b", "c", "d")
TYPICAL = (0.0, 0.0, 0.0, 0.0)


def weighted(features: Features) -> float:
    a, b, c, d = features
    return 1 * a + 3 * b + 2 * c - 4 * d


def test_drivers_are_ranked_by_what_they_add_to_the_score() -> None:
    assert strongest(NAMES, (1.0, 1.0, 1.0, 0.0), TYPICAL, weighted, 3) == ("b", "c", "a")


def test_at_most_as_many_as_asked_for_are_named() -> None:
    assert strongest(NAMES, (1.0, 1.0, 1.0, 0.0), TYPICAL, weighted, 1) == ("b",)


def test_a_feature_that_lowers_the_score_or_is_typical_drives_nothing() -> None:
    assert strongest(NAMES, (1.0, 0.0, 0.0, 1.0), TYPICAL, weighted, 3) == ("a",)


def test_equal_drivers_keep_the_order_of_the_features() -> None:
    assert strongest(NAMES, (1.0, 0.0, 0.5, 0.0), TYPICAL, weighted, 3) == ("a", "c")


def test_two_features_that_matter_only_together_are_both_named() -> None:
    def both(features: Features) -> float:
        return features[0] * features[1]

    assert strongest(NAMES, (1.0, 1.0, 1.0, 0.0), TYPICAL, both, 3) == ("a", "b")


def test_either_of_two_features_that_each_suffice_is_named() -> None:
    def either(features: Features) -> float:
        return max(features[0], features[1])

    assert strongest(NAMES, (1.0, 1.0, 0.0, 0.0), TYPICAL, either, 3) == ("a", "b")


def test_features_close_to_typical_cost_no_scoring() -> None:
    asked: list[Features] = []

    def counting(features: Features) -> float:
        asked.append(features)
        return weighted(features)

    strongest(NAMES, (1.0, DIFFERS / 2, 0.0, 0.0), TYPICAL, counting, 3)
    assert len(asked) == 4
