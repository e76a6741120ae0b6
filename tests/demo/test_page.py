"""What the demo shows is readable on a small and on a wide terminal."""

from io import StringIO

from rich.console import Console

from monitor.demo import page, summary
from monitor.demo.chronicle import Chronicle, Row
from monitor.demo.findings import findings
from tests.demo.recorded_run import chronicle, steps, story_ids, truth

_TITLES = {"fraud": "The call", "capital-flow": "The renovation", "cash-out": "The shop"}


def _rows(run: Chronicle) -> list[Row]:
    for step in steps():
        run.tell(step, 0.0)
    return list(run.ready(60.0))


def _shown(width: int) -> str:
    console, run = Console(file=StringIO(), width=width, force_terminal=False), chronicle()
    rows = _rows(run)
    for row in rows:
        console.print(page.row(row, rows[0].at, run, width))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_step_waits_for_its_verdicts_but_not_for_ever() -> None:
    run, step = chronicle(), next(step for step in steps() if step.event_ids)
    run.decisions.clear()
    run.tell(step, 10.0)
    assert list(run.ready(10.7)) == []
    assert [row.text for row in run.ready(12.6)] == [step.text]


def test_every_step_stands_beside_what_was_decided_on_its_events() -> None:
    rows = _rows(chronicle())
    assert [row.text for row in rows] == [step.text for step in steps()]
    order = next(row for row in rows if "orders" in row.text and row.case == "capital-flow")
    assert [verdict.decision.action for verdict in order.verdicts] == ["BLOCK"]
    assert order.alerts[0].path


def test_the_rows_fit_80_and_160_columns() -> None:
    for width in (80, 160):
        text = _shown(width)
        assert max(map(len, text.splitlines())) <= width
        assert "FF01" in text
        assert "ms after the event" in text
        assert "the money has moved; blocked from here on: merchant, next draw" in text


def test_names_stand_where_tokens_were() -> None:
    run = chronicle()
    row = next(row for row in _rows(run) if row.case == "fraud" and row.alerts)
    token = row.alerts[0].subject
    assert run.names[token] in run.named(f"to {token}")
    assert run.named("between CNY 12,345,678.00") == "between CNY 12,345,678.00"


def test_the_summary_says_when_each_case_was_found_and_what_it_was_worth() -> None:
    found = findings(truth(), story_ids(), chronicle(), 0)
    text = "\n".join(line.plain for line in summary.summary(found, _TITLES))
    assert text.count("that was the first event that could prove it") == 5
    assert "stopped CNY 95,000.00; lost CNY 0.00" in text
    assert "2 asked to confirm, 0 held for a call, 0 blocked; 2 people were troubled" in text
    assert text.endswith("Every story was found.")


def test_the_summary_names_what_was_missed() -> None:
    found = findings(truth(), story_ids(), chronicle(without="CO01"), 0)
    text = "\n".join(line.plain for line in summary.summary(found, _TITLES))
    assert "CO01 NOT FOUND in 6 events" in text
    assert "Every story" not in text
    assert f"Missed: {found.missed[0]}" in text
