"""What every anomaly model must hold."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from monitor.engine.anomaly.features import NAMES, TYPICAL, Features, Observation, extract
from monitor.engine.anomaly.model import DRIVERS_AT_MOST, AnomalyModel, DumpError, Score
from tests.anomaly.events import odd, ordinary
from tests.anomaly.models import MODELS

ROOT = Path(__file__).resolve().parents[2]
LONG_ENOUGH = 1_500


@pytest.fixture(params=sorted(MODELS))
def name(request: pytest.FixtureRequest) -> str:
    """Name of each model in turn."""
    return str(request.param)


@pytest.fixture
def model(name: str) -> AnomalyModel:
    """A model that has seen nothing."""
    return MODELS[name]()


@pytest.fixture
def trained(model: AnomalyModel) -> AnomalyModel:
    """A model well past its warm-up."""
    run(model, ordinary(LONG_ENOUGH))
    return model


def run(model: AnomalyModel, events: Iterable[Features]) -> list[Score]:
    """Score and learn each event."""
    scores = []
    for features in events:
        scores.append(model.score(features))
        model.learn(features)
    return scores


def test_scores_and_dumps_do_not_depend_on_the_hash_seed(name: str) -> None:
    def digest(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.anomaly.fingerprint", name]
        return subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    first, second = digest("1"), digest("2")
    assert len(first) == 128
    assert first == second


@pytest.mark.parametrize("seen", [0, 1, 37, 999, 1_000, 1_001, 1_777])
def test_a_loaded_model_goes_on_as_if_the_dump_had_never_been_made(name: str, seen: int) -> None:
    events = list(ordinary(seen + 1_300))
    kept, loaded = MODELS[name](), MODELS[name]()
    run(kept, events[:seen])
    loaded.load(kept.dump())
    assert loaded.dump() == kept.dump()
    assert run(loaded, events[seen:]) == run(kept, events[seen:])
    assert loaded.dump() == kept.dump()


def test_what_a_model_learned_before_loading_leaves_no_trace(name: str, trained: AnomalyModel) -> None:
    other = MODELS[name]()
    run(other, ordinary(300, seed=2))
    other.load(trained.dump())
    assert other.dump() == trained.dump()


def test_a_dump_is_at_most_100_kilobytes(trained: AnomalyModel) -> None:
    run(trained, ordinary(4_000, seed=3))
    assert len(trained.dump()) <= 100_000


@pytest.mark.parametrize("damage", [b"", b"\x00", b"not a dump"])
def test_a_damaged_dump_is_refused_and_changes_nothing(trained: AnomalyModel, damage: bytes) -> None:
    before = trained.dump()
    for broken in (damage, before[:-1], before + b"\x00"):
        with pytest.raises(DumpError):
            trained.load(broken)
    assert trained.dump() == before


def test_the_dump_of_another_model_is_refused() -> None:
    for name, factory in MODELS.items():
        for other, other_factory in MODELS.items():
            if name != other:
                with pytest.raises(DumpError):
                    factory().load(other_factory().dump())


def test_a_version_is_stated_and_differs_from_model_to_model() -> None:
    versions = [factory().version for factory in MODELS.values()]
    assert all(versions)
    assert len(set(versions)) == len(MODELS)


def test_warm_up_counts_down_one_event_at_a_time_and_only_then_comes_a_quantile(model: AnomalyModel) -> None:
    scores = run(model, ordinary(LONG_ENOUGH))
    needed = scores[0].missing
    assert 0 < needed < LONG_ENOUGH
    assert [score.missing for score in scores] == [max(0, needed - seen) for seen in range(LONG_ENOUGH)]
    assert all((score.quantile is None) == score.warm_up == (score.missing > 0) for score in scores)


def test_quantiles_lie_within_0_and_1_and_are_spread_evenly_on_stationary_events(model: AnomalyModel) -> None:
    quantiles = [score.quantile for score in run(model, ordinary(6_000)) if score.quantile is not None]
    shares = [sum(low / 10 <= q < (low + 1) / 10 or (low == 9 and q == 1) for q in quantiles) for low in range(10)]
    assert all(0 <= quantile <= 1 for quantile in quantiles)
    assert all(0.5 < share * 10 / len(quantiles) < 1.5 for share in shares)


def test_an_event_odd_in_several_ways_has_a_high_quantile(trained: AnomalyModel) -> None:
    score = trained.score(odd(first_time_payee=1.0, amount=0.97, amount_vs_p95=0.95, hour=0.95, share_of_balance=1.0))
    assert score.quantile is not None
    assert score.quantile >= 0.99


def test_drivers_are_planted_features_and_at_most_three(trained: AnomalyModel) -> None:
    planted = {"amount": 0.97, "amount_vs_p95": 0.97, "share_of_balance": 1.0}
    score = trained.score(odd(**planted))
    assert 1 <= len(score.drivers) <= DRIVERS_AT_MOST
    assert set(score.drivers) <= set(planted)


def test_an_ordinary_event_names_no_drivers(trained: AnomalyModel) -> None:
    assert trained.score(odd()).drivers == ()


def test_scoring_many_equals_scoring_one_after_the_other(name: str) -> None:
    together, one_by_one = MODELS[name](), MODELS[name]()
    for model in (together, one_by_one):
        run(model, ordinary(LONG_ENOUGH))
    batch = list(ordinary(200, seed=4))
    assert together.score_many(batch) == [one_by_one.score(features) for features in batch]
    assert together.dump() == one_by_one.dump()


def test_scoring_alone_teaches_nothing(trained: AnomalyModel) -> None:
    """However often it is scored, an odd event stays as odd as it was."""
    strange = odd(first_time_payee=1.0, amount_vs_p95=0.95)
    before = trained.score(strange).raw
    for _ in range(2_000):
        trained.score(strange)
    assert trained.score(strange).raw == before


def test_what_is_learned_again_and_again_becomes_ordinary(trained: AnomalyModel) -> None:
    strange = odd(first_time_payee=1.0, amount_vs_p95=0.95)
    before = trained.score(strange).raw
    run(trained, [strange] * 2_000)
    assert trained.score(strange).raw < before


def test_an_event_of_which_nothing_is_known_is_scored_all_the_same(trained: AnomalyModel) -> None:
    assert extract(Observation()) == tuple(TYPICAL)
    assert trained.score(extract(Observation())).quantile is not None


def test_the_names_of_features_are_all_different() -> None:
    assert len(set(NAMES)) == len(NAMES)
