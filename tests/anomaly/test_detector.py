"""Score, decide, then learn; what is flagged is learned only when somebody explains it. For every model."""

from collections.abc import Callable

import pytest

from monitor.engine.anomaly.detector import Detector
from monitor.engine.anomaly.features import Features
from monitor.engine.anomaly.model import DumpError
from monitor.engine.anomaly.withheld import Withheld
from tests.anomaly.events import odd, ordinary
from tests.anomaly.models import MODELS

STRANGE = odd(first_time_payee=1.0, amount_vs_p95=1.0)


@pytest.fixture(params=sorted(MODELS))
def detector(request: pytest.FixtureRequest) -> Detector:
    """A trained detector over each model in turn."""
    return trained(request.param)


def trained(name: str) -> Detector:
    detector = Detector(MODELS[name]())
    for features in ordinary(1_300):
        detector.score(features)
        detector.learn(features)
    return detector


def learned(detector: Detector, twin: Detector, features: Features) -> bool:
    """Tell whether the detector is where its twin is after learning once more."""
    twin.learn(features)
    return detector.dump() == twin.dump()


def test_a_withheld_event_is_not_learned(detector: Detector) -> None:
    before = detector.score(STRANGE).raw
    for number in range(3_000):
        detector.withhold(b"%d" % number, STRANGE, number)
    assert detector.score(STRANGE).raw == before
    assert detector.waiting == 2_048


@pytest.mark.parametrize("name", sorted(MODELS))
def test_an_innocent_event_is_learned_once_and_a_guilty_one_never(name: str) -> None:
    explained, twin = trained(name), trained(name)
    explained.withhold(b"innocent", STRANGE, 0)
    explained.withhold(b"guilty", STRANGE, 0)
    assert explained.explain(b"guilty", innocent=False) is True
    assert explained.explain(b"innocent", innocent=True) is True
    assert explained.explain(b"innocent", innocent=True) is False
    assert explained.waiting == 0
    assert learned(explained, twin, STRANGE)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_an_event_that_nobody_held_or_that_expired_teaches_nothing(name: str) -> None:
    detector, twin = trained(name), trained(name)
    detector.withhold(b"late", STRANGE, 0)
    assert detector.expire(10**15) == 1
    assert detector.explain(b"late", innocent=True) is False
    assert detector.explain(b"unknown", innocent=True) is False
    assert detector.dump() == twin.dump()


def test_a_loaded_detector_knows_what_waits(detector: Detector) -> None:
    detector.withhold(b"e", STRANGE, 7)
    name = next(name for name in sorted(MODELS) if MODELS[name]().version == detector.version)
    loaded = Detector(MODELS[name](), Withheld())
    loaded.load(detector.dump())
    assert loaded.dump() == detector.dump()
    assert loaded.explain(b"e", innocent=True)
    assert detector.explain(b"e", innocent=True)
    assert loaded.dump() == detector.dump()
    assert loaded.score(STRANGE) == detector.score(STRANGE)
    batch = list(ordinary(20, seed=5))
    assert loaded.score_many(batch) == detector.score_many(batch)


CHANGES: dict[str, Callable[[Detector], object]] = {
    "a score": lambda detector: detector.score(STRANGE),
    "scores": lambda detector: detector.score_many([STRANGE]),
    "a lesson": lambda detector: detector.learn(STRANGE),
    "an event that waits": lambda detector: detector.withhold(b"new", STRANGE, 7),
    "a verdict": lambda detector: detector.explain(b"held", innocent=False),
    "the end of a wait": lambda detector: detector.expire(10**15),
}
NO_CHANGES: dict[str, Callable[[Detector], object]] = {
    "nothing": lambda _: None,
    "a verdict on what nobody held": lambda detector: detector.explain(b"unknown", innocent=True),
    "a wait that goes on": lambda detector: detector.expire(8),
    "a dump": lambda detector: detector.dump(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changes_the_dump_is_told(detector: Detector, change: Callable[[Detector], object]) -> None:
    detector.withhold(b"held", STRANGE, 7)
    before = detector.dump_if_changed()
    change(detector)
    assert before != detector.dump_if_changed() == detector.dump()


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES)
def test_what_does_not_change_the_dump_is_not(detector: Detector, change: Callable[[Detector], object]) -> None:
    detector.withhold(b"held", STRANGE, 7)
    before = detector.dump_if_changed()
    assert before == detector.dump()
    change(detector)
    assert detector.dump_if_changed() is None
    assert detector.dump() == before


def test_a_loaded_detector_has_not_changed(detector: Detector) -> None:
    detector.load(detector.dump())
    assert detector.dump_if_changed() is None


@pytest.mark.parametrize("damage", [b"", b"\x92\xc4\x00\xc4\x00", b"\x00"])
def test_a_damaged_dump_is_refused(detector: Detector, damage: bytes) -> None:
    with pytest.raises(DumpError):
        detector.load(damage)
