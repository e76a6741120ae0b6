"""What a customer costs, against the budget of each piece."""

from collections.abc import Iterable

import pytest

from tests.state.codec import encoded
from tests.state.profiles import Event, Memories, hostile, ordinary

ORDINARY = {"windows": 420, "payees": 160, "devices": 40, "merchants": 200, "amounts": 280, "ids": 1600}
HOSTILE = {"windows": 3_000, "payees": 10_000, "devices": 10_000, "merchants": 1_000, "amounts": 5_000, "ids": 30_000}


def sizes(events: Iterable[Event]) -> dict[str, int]:
    memories = Memories()
    for event in events:
        memories.take(event)
    return {name: len(encoded(getattr(memories, name))) for name in memories.__struct_fields__}


@pytest.mark.parametrize(
    ("events", "budget"),
    [
        pytest.param(ordinary(), ORDINARY, id="30 days of ordinary life"),
        pytest.param(ordinary(days=120), ORDINARY, id="120 days of ordinary life"),
        pytest.param(hostile(20_000), HOSTILE, id="20,000 payees and devices in three days"),
    ],
)
def test_every_piece_keeps_to_its_budget(events: Iterable[Event], budget: dict[str, int]) -> None:
    found = sizes(events)
    print(f"{found} together {sum(found.values())}")  # noqa: T201  figures for the reader, with pytest -s
    assert {name for name in found if found[name] > budget[name]} == set()
    assert sum(found.values()) < sum(budget.values()) < 64_000
