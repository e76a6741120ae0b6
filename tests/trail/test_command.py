"""`monitor loan`, as people type it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from monitor.cli.loan import loan
from monitor.errors import UserError
from monitor.trail.proceeds import TOPIC
from monitor.trail.reading import Record
from tests.trail.bank import Bank
from tests.trail.scenes import K, through_friends

app = typer.Typer()
app.command()(loan)
ANYTHING = {"certain": 0, "possible": 100 * K, "point": 60 * K}
PROCEEDS = {
    "schema_version": 1,
    "loan_id": "loan-1",
    "unspent": {"certain": 1 * K, "possible": 30 * K, "point": 22 * K},
    "with_others": ANYTHING,
    "classes": {"SECURITIES": {"certain": 44 * K, "possible": 61 * K, "point": 53 * K}},
    "batch_clock": "2026-03-02T02:00:00.000Z",
}


def run(*words: str, records: list[Record] | None = None) -> str:
    """What the command prints on a terminal of 160 columns."""

    @contextmanager
    def history() -> Iterator[list[Record]]:
        yield through_friends().records if records is None else records

    result = CliRunner().invoke(app, words, obj={"history": history}, env={"COLUMNS": "160"})
    if isinstance(result.exception, UserError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def line(records: list[Record]) -> str:
    """As an events file has them."""
    return "".join(
        json.dumps(
            {
                "topic": r.topic,
                "key": (r.key or b"").decode(),
                "append_time": r.append_time,
                "value": json.loads(r.value or b"null"),
            }
        )
        + "\n"
        for r in records
    )


def test_ledger_ways_and_tree_are_printed() -> None:
    """Each amount with the payment that proves it."""
    shown = run("loan-1")
    assert "Loan loan-1 of c-1: CNY 100,000.00 in 1 draw" in shown
    assert "CNY 40,000.00 to Holder of d-1 (d-1), payment p15 (2026-03-02 01:16+00:00)" in shown
    assert "└── CNY 40,000.00 SECURITIES: 明湖证券" in shown
    rows = {words[0]: words[-1] for row in shown.splitlines() if (words := row.split())}
    assert (rows["SECURITIES"], rows["UNSPENT"], rows["in"]) == ("53,000.00", "22,500.00", "100,000.00")


def test_all_methods_stand_beside_each_other() -> None:
    """Poison is marked: it adds up to more than was lent."""
    head = next(row for row in run("loan-1", "--method", "all").splitlines() if row.startswith("bucket"))
    assert head.split() == ["bucket", "meaning", "fifo", "lifo", "haircut", "libr", "taint-first", "poison"]
    assert "100,500.00 *" in run("loan-1", "--method", "all")


def test_the_monitor_s_own_record_stands_beside_a_method() -> None:
    """The newest; without one the table says so."""
    older = Record(TOPIC, b"loan-1", 0, json.dumps({**PROCEEDS, "unspent": ANYTHING}).encode())
    newest = Record(TOPIC, b"loan-1", 0, json.dumps(PROCEEDS).encode())
    other = Record(TOPIC, b"loan-2", 0, b"not read")
    shown = run("loan-1", records=[*through_friends().records, older, newest, other])
    row = next(row for row in shown.splitlines() if row.startswith("SECURITIES"))
    assert row.split()[-4:] == ["53,000.00", "44,000.00", "61,000.00", "53,000.00"]
    assert "own record (certain, possible, point) of this loan is not among" in run("loan-1")


def test_a_large_loan_is_cut_and_says_so() -> None:
    """Two of eleven ways."""
    shown = run("loan-1", "--most", "2")
    assert "3. CNY" not in shown
    assert "9 smaller ways are not shown: CNY 50,000.00, 50.0% of the loan. More with --most." in shown


def test_refused_messages_are_counted_by_reason() -> None:
    """The monitor does not count them either."""
    bad = Record("transfers", b"c-1", 0, b"{}")
    assert "Not counted, as the monitor refuses them, too: 1 messages (" in run(
        "loan-1", records=[*through_friends().records, bad]
    )


def test_files_are_read_and_a_picture_is_written(tmp_path: Path) -> None:
    """Answers beside the events are used."""
    (tmp_path / "events.jsonl").write_text(line(through_friends().records))
    answer = {"topic": TOPIC, "key": "loan-1", "value": PROCEEDS}
    (tmp_path / "answers.jsonl").write_text(json.dumps(answer) + "\n")
    picture = tmp_path / "loan.svg"
    shown = run("loan-1", "--from", str(tmp_path), "--svg", str(picture))
    assert f"picture in {picture}" in shown
    assert "44,000.00" in shown
    assert picture.read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["loan-9"], "no message names loan loan-9. Money was drawn on loan-1"),
        (["loan-1", "--from", "/nowhere"], "/nowhere is not there"),
        (["loan-1", "--svg", "/nowhere/loan.svg"], "cannot write /nowhere/loan.svg"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(words: list[str], says: str) -> None:
    """And nothing else is printed."""
    with pytest.raises(UserError) as caught:
        run(*words)
    assert str(caught.value).startswith(says)
    assert caught.value.remedy


def test_a_line_that_is_none_is_named(tmp_path: Path) -> None:
    """By file and number."""
    (tmp_path / "events.jsonl").write_text(line(through_friends().records[:2]) + "{broken\n")
    with pytest.raises(UserError, match=r"events.jsonl, line 3: .*Each line is a message"):
        run("loan-1", "--from", str(tmp_path))


def test_a_folder_without_events_is_named(tmp_path: Path) -> None:
    """Nothing is guessed."""
    with pytest.raises(UserError, match=r"cannot read .*events\.jsonl"):
        run("loan-1", "--from", str(tmp_path))


def test_a_loan_without_a_draw_has_no_money_to_follow() -> None:
    """It was granted."""
    bank = Bank({"a": "c-1"})
    bank.draw("a", K)
    with pytest.raises(UserError, match="nothing was drawn on loan loan-1 yet"):
        run("loan-1", records=bank.records[:1])
