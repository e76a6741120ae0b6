"""Fixtures every test may use: one real broker for the whole session, names of its own for each test."""

import os
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from monitor.kafka.local import LocalKafka

_TESTS = Path(__file__).resolve().parent
_SHARED_DATA = _TESTS.parents[1] / "shared" / "data"
_MEASURED = {_TESTS / name for name in ("anomaly", "engine", "reference", "rules", "state", "topics", "tracing")}
"""Whose tests count for coverage: those of the pure packages themselves. Measuring costs half of a test's time."""
_LONG_FIRST = (
    "end_to_end/test_crash_proof.py",
    "edge/test_on_kafka.py",
    "engine/test_state_size.py",
    "cli/test_demo_on_kafka.py",
    "proofs/test_month.py",
    "end_to_end/test_secured.py",
    "mutation/test_rules.py",
    "edge/test_crash_equivalence.py",
    "tracing/test_planted.py",
    "end_to_end/test_bad_input.py",
)
"""Files that take half a minute or more; what computes stands beside what waits for Kafka."""
_numbers = count(1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker waits for the other at the end."""
    place = {_TESTS / name: number for number, name in enumerate(_LONG_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Measure no coverage over a test that does not count for it, its fixtures included.

    Not by pytest-cov's `pause`: under xdist a second collector lies below the one it stops, and goes on.
    """
    if item.path.parent in _MEASURED and item.get_closest_marker("unmeasured") is None:
        yield
        return
    here, of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    yield
    sys.settrace(here)
    threading.settrace(of_threads)


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run one Apache Kafka for the session and give its address, unless MONITOR_TEST_BOOTSTRAP names another."""
    given = os.environ.get("MONITOR_TEST_BOOTSTRAP")
    if given:
        yield given
        return
    broker = LocalKafka(tmp_path_factory.mktemp("kafka"))
    try:
        yield broker.start()
    finally:
        broker.stop()


@pytest.fixture
def topic_prefix() -> str:
    """Make a prefix for topics, groups and transactional ids that no other test uses, also on a broker that is kept."""
    return f"t{os.getpid()}-{next(_numbers)}-"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Find the folder of the public data sets beside the repository."""
    if not _SHARED_DATA.is_dir() and os.environ.get("CI") != "true":
        pytest.skip(f"the public data sets are not at {_SHARED_DATA}")
    return _SHARED_DATA
