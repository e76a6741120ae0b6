"""A view counts what it is shown, joins inputs with decisions, and knows what is in force."""

from io import StringIO

import msgspec
import pytest
from rich.console import Console

from monitor.live import lines
from monitor.live.delays import Delays
from monitor.live.figures import Rate, Recent, percentile
from monitor.live.screen import Screen
from monitor.live.seen import Seen
from monitor.live.view import View
from tests.demo.recorded_run import records
from topics import names
from topics.answers import Block, DeadLetter
from topics.catalogue import topic


def _view(*more: Seen) -> View:
    view = View(0.0)
    view.take([*records(), *more], 1.0)
    return view


def _example(name: str, number: int = 0) -> Seen:
    example = topic(name).valid[number]
    return Seen(name, 0, 0, 0, (example.key or "").encode(), example.value.encode())


def test_decisions_are_counted_by_action() -> None:
    decided = [msgspec.json.decode(seen.value or b"") for seen in records() if seen.topic == names.DECISIONS]
    view = _view()
    assert view.decisions.total == len(decided) == view.actions.total()
    assert view.actions["BLOCK"] == sum(decision["action"] == "BLOCK" for decision in decided) > 0


def test_the_order_in_which_input_and_decision_are_read_does_not_change_a_delay() -> None:
    forward, backward = _view(), View(0.0)
    backward.take(reversed(records()), 1.0)
    assert sorted(forward.recent_ms.samples(1.0)) == sorted(backward.recent_ms.samples(1.0)) != []


def test_an_input_without_a_decision_waits_until_it_is_given_up() -> None:
    delays = Delays()
    assert delays.ask("a", 1_000) is None
    assert delays.waiting(1_999, 1_000) == 0
    assert delays.waiting(2_000, 1_000) == 1
    assert delays.waiting(61_000, 1_000) == 0
    assert delays.answer("a", 1_012) == 12
    assert delays.waiting(2_000, 1_000) == 0


def test_a_block_is_in_force_from_armed_until_any_other_state_or_its_tombstone() -> None:
    armed = _example(names.BLOCKS)
    block = msgspec.json.decode(armed.value or b"", type=Block)
    assert block.status == "ARMED"
    view = View(0.0)
    view.take([armed], 0.0)
    assert list(view.blocks) == [block.block_id]
    view.take([armed._replace(value=msgspec.json.encode(msgspec.structs.replace(block, status="RELEASED")))], 0.0)
    assert view.blocks == {}
    view.take([armed, armed._replace(key=block.block_id.encode(), value=None)], 0.0)
    assert view.blocks == {}


def test_dead_letters_and_what_cannot_be_read_are_counted_and_never_stop_the_view() -> None:
    broken = Seen(names.DECISIONS, 0, 0, 0, b"k", b"{")
    view = _view(_example(names.DEAD_LETTERS), broken, Seen(names.LOANS, 0, 0, 0, b"k", b"\xff"))
    assert (view.dead_letter_count, view.unreadable) == (1, 1)
    assert isinstance(view.dead_letters[0], DeadLetter)


def test_rates_look_back_over_their_window_only() -> None:
    rate, recent = Rate(10.0, 0.0), Recent(10.0)
    for second in range(20):
        rate.add(float(second), 5)
        recent.add(float(second), second)
    assert rate.per_second(19.5) == 5.0
    assert rate.total == 100
    assert recent.samples(19.5) == list(range(10, 20))
    assert rate.per_second(60.0) == 0.0


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_the_smallest_sample_that_so_many_do_not_exceed(share: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == expected
    assert percentile([], share) is None


@pytest.mark.parametrize(("width", "height"), [(80, 24), (160, 50)])
def test_the_screen_fits_the_terminal_and_shows_alerts_in_words(width: int, height: int) -> None:
    console = Console(file=StringIO(), width=width, height=height, force_terminal=False)
    screen = Screen(_view(_example(names.DEAD_LETTERS)), "bank:9092")
    screen.now = 1.0
    shown = console.render_lines(screen, console.options.update(height=height), pad=False)
    text = ["".join(segment.text for segment in line) for line in shown]
    assert len(shown) <= height
    assert max(len(line) for line in text) <= width
    assert any("BLOCK FF01" in line for line in text)
    assert any("dead letter: " in line for line in text)


def test_lines_hold_every_figure_and_tell_alerts_and_dead_letters() -> None:
    view = _view()
    figures = lines.figures(view, 1.0)
    assert f"BLOCK {view.actions['BLOCK']}" in figures
    assert "p50 - " not in figures
    alert = next(alert for alert in view.alerts.values() if alert.reasons[0].code == "FF01")
    told = list(lines.news(alert))
    assert told[0].startswith("BLOCK FF01")
    assert "certain CNY 77,356.14" in told[1]
    assert " > " in told[2]
    letter = View(0.0).take([_example(names.DEAD_LETTERS)], 0.0)[0]
    assert next(iter(lines.news(letter))).startswith("dead letter ")
