"""The rows of `docs/bad-input.toml` whose outcome takes a day, on a real Kafka: the next worker's clock is ahead."""

import time
from functools import partial

import pytest

from tests.bad_input import rows
from tests.end_to_end.stand import Stand
from tests.end_to_end.test_bad_input import own
from tests.engine.scene import DAY, HOUR
from tests.infrastructure.waiting import until
from topics import names

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
CASES = [(row, number) for row in rows() if row.outcome == "dead letter in a day" for number in range(len(row.record))]


def test_what_makes_no_sense_for_a_day_is_a_dead_letter_with_its_coordinates(stand: Stand) -> None:
    now_ms = time.time_ns() // 1_000_000
    stand.worker()
    stand.send_all([own(row, n, tried) for row, n in CASES for tried in row.preparation(now_ms)])
    stand.until_applied()
    places = stand.send_all([own(row, n, row.records(now_ms)[n]) for row, n in CASES])
    stand.until_applied()
    assert stand.on(names.DEAD_LETTERS) == []

    stand.stop()
    tomorrow = stand.worker("tests.end_to_end.ahead", AHEAD_MS=str(DAY + HOUR))
    for (row, _), place in zip(CASES, places, strict=True):
        (letter,) = stand.answers(names.DEAD_LETTERS, **place._asdict())
        assert letter.reason == row.reason
        counted = partial(tomorrow.metric, "monitor_dead_letters_total", topic=place.topic, reason=str(row.reason))
        until(counted, "it is counted")
    assert len(stand.on(names.DEAD_LETTERS)) == len(CASES) > 0
    assert tomorrow.get("/readyz") == (200, "ready\n")
    stand.stop()
