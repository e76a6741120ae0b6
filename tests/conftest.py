"""Fixtures every test may use: one real broker for the whole session, names of its own for each test."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from monitor.kafka.local import LocalKafka

_SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_numbers = count(1)


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
