"""`monitor rules`, as people type it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner, Result

from monitor.cli.rule_publisher import Controls
from monitor.cli.rules import app
from monitor.errors import UserError
from rules.catalogue import CatalogueError, load, packaged
from rules.rule_set import document_hash, parse
from topics.answers import ControlAck
from topics.codec import decode, encode
from topics.instants import instant, milliseconds
from topics.operations import RuleSetPublished
from topics.refusals import Reason

SOUND = packaged("enforce_all")
HASH = document_hash(SOUND)


class Workers:
    """Stands for Kafka and the workers: keeps what is sent and has answers ready."""

    def __init__(self, answers: Iterable[ControlAck] = (), partitions: int = 2) -> None:
        self.sent: list[tuple[str, bytes, bytes]] = []
        self.waited: list[float] = []
        self.closed = False
        self._answers = list(answers)
        self._partitions = partitions

    @contextmanager
    def connect(self) -> Iterator[Controls]:
        """Open the way to them."""
        yield Controls(
            send=lambda topic, key, value: self.sent.append((topic, key, value)),
            acks=self._acks,
            partitions=lambda: self._partitions,
        )
        self.closed = True

    def _acks(self, seconds: float) -> Iterator[bytes]:
        self.waited.append(seconds)
        yield from map(encode, self._answers)


def ack(partition: int, *, accepted: bool = True, rule_set: str = HASH, reason: str | None = None) -> ControlAck:
    return ControlAck(
        schema_version=1,
        partition=partition,
        controls_offset=1,
        accepted=accepted,
        reason=reason,
        rule_set=rule_set,
        enforcement="enforce",
        batch_clock=instant(0),
    )


def run(*words: str, workers: Workers | None = None) -> Result:
    """Run a command in a terminal of 200 columns."""
    context: dict[str, Any] = {"controls": (workers or Workers()).connect}
    return CliRunner().invoke(app, words, obj=context, env={"COLUMNS": "200"})


def complaint(result: Result) -> str:
    """The one line that the command line prints when it gives up."""
    assert isinstance(result.exception, UserError), result
    line = str(result.exception)
    assert "\n" not in line
    return line


@pytest.fixture
def sound(tmp_path: Path) -> str:
    return written(tmp_path, SOUND)


def written(folder: Path, document: str) -> str:
    path = folder / "my-rules.toml"
    path.write_text(document, encoding="utf-8")
    return str(path)


def test_list_shows_each_rule_with_its_mode_and_budget(sound: str) -> None:
    result = run("list", sound)
    lines = {line[:4]: line for line in result.stdout.splitlines()}
    rules = load()
    modes = parse(SOUND, rules).mode
    for code, rule in rules.items():
        assert rule.title in lines[code]
        assert f" {modes(code).name.lower()} " in lines[code]
    assert "0.50% an hour" in lines["FF01"]
    assert "not needed" in lines["FR09"]
    assert result.exit_code == 0


def test_list_without_a_file_shows_the_packaged_rule_set() -> None:
    rules = load()
    modes = Counter(parse(packaged(), rules).mode(code).name.lower() for code in rules)
    shown = run("list").stdout
    assert {mode: shown.count(f" {mode} ") for mode in modes} == modes


@pytest.mark.parametrize("code", list(load()))
def test_show_prints_the_whole_card(code: str) -> None:
    result, rule = run("show", code.lower()), load()[code]
    shown = " ".join(result.stdout.replace("│", " ").split())
    assert result.exit_code == 0
    for text in (rule.title, rule.remedy, " ".join(rule.rationale.split())):
        assert text in shown
    for name in (*rule.defaults, *(example.name for example in rule.examples)):
        assert name in shown
    assert rule.customer.en.split("{")[0] in shown
    assert rule.customer.zh[:3] in shown
    assert "{" not in shown


def test_show_names_the_rules_there_are_when_asked_for_another() -> None:
    result = run("show", "XX01")
    assert complaint(result) == "there is no rule XX01. Use one of " + ", ".join(load())


def test_check_accepts_a_sound_rule_set_and_tells_its_hash(sound: str) -> None:
    result = run("check", sound)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"my-rules.toml is sound: {len(load())} rules, ")
    assert f"hash {HASH}\n" in result.stdout


def test_check_without_a_file_checks_the_packaged_rule_set() -> None:
    assert run("check").stdout.startswith("the packaged rule set default is sound")


def test_check_points_at_rules_that_are_off_and_at_examples_that_change(tmp_path: Path) -> None:
    file = written(tmp_path, "[rules.FF01]\nmode = 'alert'\nparameters.block_confidence = 0.98")
    lines = run("check", file).stdout.splitlines()
    assert "note: FR09 is off" in lines
    assert "note, with these parameters: FF01, loan money to a broker: expected BLOCK, got ALERT" in lines


@pytest.mark.parametrize("command", [["list"], ["check"], ["publish", "--by", "Li Wei"]])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[rules.FF01]\nmode = 'enforce'", "FF01: to enforce it needs a budget; add e.g. `budget = 0.001`"),
        (b"\xff", "is not UTF-8. Save it as UTF-8"),
        (None, "No such file or directory. Name a file that is yours to read"),
    ],
)
def test_a_bad_file_is_one_line_that_says_what_to_do(
    tmp_path: Path, command: list[str], content: bytes | None, message: str
) -> None:
    path, workers = tmp_path / "bad.toml", Workers()
    if content is not None:
        path.write_bytes(content)
    result = run(*command, str(path), workers=workers)
    assert complaint(result).endswith(message)
    assert workers.sent == []


def test_check_names_an_example_that_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.cli.rules.surprises", lambda rule, *_: [f"{rule.code} is wrong"])
    result = run("check")
    assert complaint(result) == f"{len(load())} examples go wrong. Mend the rule or the example"
    assert "FF01 is wrong" in result.stderr


def test_publish_sends_the_document_as_it_is_with_its_hash_and_who_sent_it(sound: str) -> None:
    workers = Workers()
    result = run("publish", sound, "--by", "Li Wei", workers=workers)
    assert (result.exit_code, result.stdout) == (0, f"published my-rules.toml, hash {HASH}\n")
    [(topic, key, value)] = workers.sent
    message = decode(topic, key, value, _sent_at(value))
    assert isinstance(message, RuleSetPublished)
    assert (message.document, message.document_hash, message.published_by) == (SOUND, HASH, "Li Wei")
    assert topic == "controls"
    assert workers.closed
    assert workers.waited == []


def _sent_at(value: bytes) -> int:
    """Append time that suits the message, which carries the time of the test."""
    return milliseconds(msgspec.json.decode(value, type=RuleSetPublished).event_time)


def test_publish_takes_a_packaged_rule_set_by_its_name() -> None:
    workers = Workers()
    result = run("publish", "enforce_all", "--by", "Li Wei", workers=workers)
    assert result.stdout == f"published the packaged rule set enforce_all, hash {HASH}\n"
    assert len(workers.sent) == 1


def test_a_file_named_like_a_packaged_rule_set_is_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "default").write_text("[rules.FF01]\nmode = 'shadow'", encoding="utf-8")
    assert "shadow" in run("list", "default").stdout


def test_publish_does_not_send_what_the_workers_would_refuse(sound: str) -> None:
    workers = Workers()
    result = run("publish", sound, "--by", "L" * 65, workers=workers)
    assert complaint(result).startswith(f"the workers would refuse it: {Reason.INVALID_VALUE}")
    assert workers.sent == []


def test_publish_waits_for_the_word_of_every_partition(sound: str) -> None:
    workers = Workers([ack(0), ack(0), ack(1, rule_set="older"), ack(1)])
    result = run("publish", sound, "--by", "Li Wei", "--wait", "5", workers=workers)
    assert result.exit_code == 0
    assert result.stdout.endswith("in force in all 2 partitions\n")
    assert workers.waited == [5]


def test_publish_says_how_many_partitions_are_silent(sound: str) -> None:
    workers = Workers([ack(0), ack(1, rule_set="older")])
    result = run("publish", sound, "--by", "Li Wei", "--wait", "5", workers=workers)
    assert complaint(result).startswith("1 of 2 partitions have it in force. See whether all workers run")


def test_publish_names_the_partitions_that_refuse(sound: str) -> None:
    workers = Workers([ack(0), ack(1, accepted=False, reason="UNKNOWN_RULE", rule_set="older")])
    result = run("publish", sound, "--by", "Li Wei", "--wait", "5", workers=workers)
    assert complaint(result).startswith("what was in force stays in force there")
    assert result.stderr.startswith("partition 1 refused it: UNKNOWN_RULE\n")


@pytest.mark.parametrize("command", ["list", "show", "check", "publish"])
def test_help_has_an_example(command: str) -> None:
    assert f"Example: monitor rules {command} " in run(command, "--help").stdout


def test_a_rule_file_without_a_rule_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise CatalogueError("rules/aa01_x.py has no RULE")

    monkeypatch.setattr("rules.catalogue.load", broken)
    assert complaint(run("check")) == "rules/aa01_x.py has no RULE"
