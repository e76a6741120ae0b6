"""The tests would notice: errors planted in the tracer are caught, one by one."""

import random

import pytest

from tests.mutation.__main__ import all_mutants
from tests.mutation.areas import AREAS, ROOT
from tests.mutation.mutants import Mutant
from tests.mutation.trial import survives, survives_quick_check
from tests.tracing.planted import PLANTED, TRACING, Planted

pytestmark = pytest.mark.unmeasured  # what runs in a child with an error in it says nothing of coverage
TRACING_AREA = AREAS["tracing"]
SAMPLE = 6


def as_mutant(planted: Planted) -> Mutant:
    """The module's text with the error in it."""
    path = ROOT / f"{TRACING.replace('.', '/')}/{planted.module}.py"
    source = path.read_text()
    assert planted.right in source, f"{planted.name}: the text moved on, plant it anew"
    return Mutant(f"{TRACING}.{planted.module}", 0, planted.name, source.replace(planted.right, planted.wrong))


@pytest.mark.parametrize("planted", PLANTED, ids=[planted.name for planted in PLANTED])
def test_a_planted_error_is_caught(planted: Planted) -> None:
    assert not survives_quick_check(as_mutant(planted), TRACING_AREA)


def test_the_right_text_is_not_taken_for_an_error() -> None:
    """Else every mutant would look caught."""
    path = ROOT / "monitor/engine/tracing/interval.py"
    assert survives_quick_check(Mutant(f"{TRACING}.interval", 0, "unchanged", path.read_text()), TRACING_AREA)


def test_a_sample_of_all_mutants_is_caught_or_explained() -> None:
    """All of them by `python -m tests.mutation tracing`."""
    explained = TRACING_AREA.explained()
    candidates = [mutant for mutant in all_mutants(TRACING_AREA) if mutant.name not in explained]
    for mutant in random.Random(20).sample(candidates, SAMPLE):
        assert not survives(mutant, TRACING_AREA), mutant.name


def test_every_explained_survivor_still_exists() -> None:
    assert TRACING_AREA.explained().keys() <= {mutant.name for mutant in all_mutants(TRACING_AREA)}
