"""What a person gets wrong is answered in one line that says what to do, with an exit code other than zero."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from monitor.cli.main import run
from monitor.edge.refusal import Refusal
from topics import names

NOBODY = "127.0.0.1:1"


class Mistake(NamedTuple):
    """A command line, words its one line must hold, and what lies in the folder: files, and folders (None)."""

    line: str
    says: tuple[str, ...]
    files: Mapping[str, bytes | None] = MappingProxyType({})


NO_EVENTS: Mapping[str, bytes | None] = {"bank": None, "bank/events.jsonl": b""}
UNKNOWN_RULE: Mapping[str, bytes | None] = {"rules.toml": b"[rules.ZZ99]\nmode = 'alert'\n"}
NOT_UTF_8_EVENT = b'{"topic":"\xff","key":"","append_time":1,"value":{}}\n'

MISTAKES = {
    "worker, no Kafka": Mistake(f"--bootstrap {NOBODY} worker", (NOBODY, "does not answer", "monitor kafka up")),
    "worker, log level": Mistake("worker --loglevel loud", ("'loud'", "debug", "warning")),
    "rules, unknown rule": Mistake(
        "replay bank --rules rules.toml", ("unknown rule", "ZZ99", "take it out"), {**NO_EVENTS, **UNKNOWN_RULE}
    ),
    "rules, journal": Mistake(
        f"--bootstrap {NOBODY} replay --journal --rules rules.toml", ("unknown rule", "ZZ99"), UNKNOWN_RULE
    ),
    "rules, no TOML": Mistake("replay bank --rules rules.toml", ("not TOML", "mend"), {"rules.toml": b"[["}),
    "rules, no UTF-8": Mistake(
        "replay bank --rules rules.toml", ("rules.toml is not UTF-8", "Save it"), {"rules.toml": b"\xff\xfe"}
    ),
    "rules, a folder": Mistake("replay bank --rules rules.toml", ("cannot read rules.toml",), {"rules.toml": None}),
    "rules, missing": Mistake("replay bank --rules rules.toml", ("cannot read rules.toml", "Name a file")),
    "events, missing": Mistake("replay bank", ("cannot read bank: No such file", "monitor simulate --out")),
    "events, empty folder": Mistake("replay bank", ("cannot read bank/events.jsonl",), {"bank": None}),
    "events, no event": Mistake("replay events", ("events, line 1: ",), {"events": b'{"topic": "transfers"}\n'}),
    "events, no UTF-8": Mistake(
        "replay events", ("events, line 1: ", "Each line is an event"), {"events": NOT_UTF_8_EVENT}
    ),
    "truth, missing": Mistake("replay bank --truth truth", ("cannot read truth: No such file",), NO_EVENTS),
    "truth, empty folder": Mistake(
        "replay bank --truth truth",
        ("cannot read truth/truth.jsonl", "monitor simulate --out"),
        {**NO_EVENTS, "truth": None},
    ),
    "truth, no case": Mistake(
        "replay bank --truth truth",
        ("truth, line 1: ", "Each line is a planted case"),
        {**NO_EVENTS, "truth": b'{"episode_id": 1}\n'},
    ),
    "answers, a folder": Mistake(
        "replay bank --out out",
        ("cannot write to out: Is a directory", "Name a file that is yours to write"),
        {**NO_EVENTS, "out": None},
    ),
    "answers, no folder": Mistake("replay bank --out out/answers", ("cannot write to out/answers",), NO_EVENTS),
    "journal, no Kafka": Mistake(f"--bootstrap {NOBODY} replay --journal", (NOBODY, "does not answer")),
}

MISTAKES |= {
    f"kafka {command} --name {name or 'empty'}": Mistake(f"kafka {command} --name={name}", ("small letters", "hyphens"))
    for command in ("up", "down", "status", "wipe")
    for name in ("..", "../..", "/tmp", "a/b", ".", "Bank", "")
}


def _lay_out(files: Mapping[str, bytes | None], folder: Path) -> None:
    for name, content in files.items():
        if content is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(content)


@pytest.fixture(autouse=True)
def _empty_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MONITOR_CONFIG", raising=False)
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("monitor.kafka.reachable.PATIENCE_S", 0.2)
    monkeypatch.chdir(tmp_path)


def _complaint(line: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert run(line) > 0
    complaint = capsys.readouterr().err
    assert complaint.startswith("monitor: ")
    assert complaint.count("\n") == 1
    assert "unexpected" not in complaint
    return complaint


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_answered_in_one_line(
    mistake: Mistake, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _lay_out(mistake.files, tmp_path)
    complaint = _complaint(mistake.line.split(), capsys)
    assert [words for words in mistake.says if words not in complaint] == []


def test_a_partition_that_cannot_be_replayed_is_named_with_where_to_look(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Truncated:
        def steps(self, partition: int, *_: object, **__: object) -> Iterator[Any]:
            raise Refusal("JOURNAL_TRUNCATED", partition, "the journal starts at 7, a replay needs it from 0")

    @contextmanager
    def opened(*_: object) -> Iterator[Truncated]:
        yield Truncated()

    for check in ("check_reachable", "check_cluster"):
        monkeypatch.setattr(f"monitor.journal_replay.{check}", lambda _: None)
    monkeypatch.setattr("monitor.journal_replay.open_replay", opened)
    complaint = _complaint(["replay", "--journal"], capsys)
    assert "JOURNAL_TRUNCATED: partition 0: the journal starts at 7" in complaint
    assert "docs/adr/0003-journal.md" in complaint


@pytest.mark.kafka
@pytest.mark.parametrize("command", ["worker", "replay --journal"])
def test_missing_topics_are_named_with_the_command_that_creates_them(
    command: str, kafka_bootstrap: str, topic_prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--bootstrap", kafka_bootstrap, "--set", f"kafka.topic_prefix={topic_prefix}", "--set", "http.port=0"]
    complaint = _complaint([*flags, *command.split()], capsys)
    assert f"topic {names.JOURNAL} is missing" in complaint
    assert "monitor topics apply" in complaint
