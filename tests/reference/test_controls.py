"""The log of controls: each record once, in order, at its own offset."""

from datetime import UTC, datetime

import pytest

from monitor.engine.reference.controls import Control, ControlsLog, Refusal
from topics.operations import EnforcementSwitched


def switch(mode: str) -> EnforcementSwitched:
    return EnforcementSwitched(
        schema_version=1,
        event_id="e",
        event_time=datetime(2026, 1, 1, tzinfo=UTC),
        mode=mode,  # type: ignore[arg-type]
        ordered_by="me",
    )


@pytest.fixture
def log() -> ControlsLog:
    """Records at offsets 2, 3 and 7."""
    log = ControlsLog()
    log.append(2, switch("alert_only"))
    log.append(3, Refusal("WRONG_HASH"))
    log.append(7, switch("enforce"))
    return log


def test_a_range_holds_the_records_from_its_start_up_to_before_its_end(log: ControlsLog) -> None:
    assert [control.offset for control in log.between(0, 8)] == [2, 3, 7]
    assert [control.offset for control in log.between(3, 7)] == [3]
    assert [control.offset for control in log.between(3, 8)] == [3, 7]
    assert log.between(4, 7) == []
    assert log.between(7, 7) == []


def test_ranges_that_meet_give_every_record_once(log: ControlsLog) -> None:
    for cut in range(9):
        assert log.between(0, cut) + log.between(cut, 8) == log.between(0, 8)


def test_a_refusal_keeps_its_place_and_its_reason(log: ControlsLog) -> None:
    assert log.between(3, 4) == [Control(3, Refusal("WRONG_HASH", ""))]


def test_a_range_beyond_what_is_loaded_is_refused(log: ControlsLog) -> None:
    with pytest.raises(LookupError, match="9 is beyond 8"):
        log.between(0, 9)


def test_an_offset_that_was_passed_is_refused(log: ControlsLog) -> None:
    with pytest.raises(ValueError, match="offset 7 was passed"):
        log.append(7, switch("enforce"))
    assert len(log.between(0, 8)) == 3


def test_skipping_reaches_further_but_never_goes_back(log: ControlsLog) -> None:
    log.skip_to(12)
    log.skip_to(1)
    assert log.next_offset == 12
    assert log.between(8, 12) == []
