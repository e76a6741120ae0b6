"""One prefix on the broker for each module of tests, so that a worker is started once and not once a test."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.end_to_end.stand import Stand


@pytest.fixture(scope="module")
def stand(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """Topics of the module's own; whatever runs on them is stopped at the end, and its log shown if a test failed."""
    made = Stand(kafka_bootstrap, f"e2e-{uuid4().hex[:12]}-", tmp_path_factory.mktemp("worker"))
    try:
        yield made
    finally:
        made.close()
