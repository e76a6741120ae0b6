"""`monitor replay`: the same engine over a file of events, or over the journal of a running system; no worker."""

import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from monitor.cli.session import session_of
from monitor.errors import UserError
from topics import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from monitor.engine.api import Entry, Output
    from monitor.engine.engine import Engine
    from monitor.simulator.score import Scorecard
    from monitor.simulator.truth import Truth

_console = Console(soft_wrap=True)


@dataclass(slots=True)
class Tally:
    """What a replay came to."""

    actions: Counter[str] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    alerts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, output: "Output") -> None:
        """Count one output; alerts, and decisions with a reason, are kept for the score."""
        self.topics[output.topic] += 1
        if output.topic == names.DECISIONS:
            self._add_decision(json.loads(output.value or b""))
        elif output.topic == names.ALERTS:
            self.alerts.append(json.loads(output.value or b""))

    def _add_decision(self, decision: dict[str, Any]) -> None:
        self.actions[decision["action"]] += 1
        self.codes.update((reason["code"], reason["action"]) for reason in decision["reasons"])
        if decision["reasons"]:
            self.decisions.append(decision)


def replay(
    context: typer.Context,
    events: Annotated[Path | None, typer.Argument(help="events.jsonl, or the folder it is in.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Rule set to decide by: TOML, or a packaged one by name.")] = None,
    truth: Annotated[Path | None, typer.Option(help="truth.jsonl or its folder: recall, precision, delay.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write every answer here, JSON Lines.")] = None,
    journal: Annotated[bool, typer.Option("--journal", help="Replay the journal on Kafka instead of a file.")] = False,
    proofs: Annotated[
        Path | None, typer.Option(help="Of a file: write the proof of each block of a tracing rule into this folder.")
    ] = None,
) -> None:
    """Decide history again. Same events and rule set, same decisions."""
    if journal == (events is not None):
        raise UserError("name a file of events, or --journal, one of both", "Example: monitor replay bank/")
    if journal and proofs is not None:
        raise UserError("--proofs is for a file of events", "Beside a running system proofs come from: monitor prove")
    document, planted = _document(rules), _planted(truth)
    tally = _of_journal(context, document, out) if events is None else _of_file(events, document, out, proofs)
    _console.print(_summary(tally))
    if planted is not None:
        _console.print(_score(planted, tally))


def _document(file: Path | None) -> str | None:
    from monitor.cli.rule_documents import known_rules, parsed, read_document  # noqa: PLC0415 - keeps --help quick

    if file is None:
        return None
    document = read_document(file)
    parsed(document, known_rules())  # said now, not in the middle of a replay
    return document


def _planted(path: Path | None) -> "list[Truth] | None":
    from monitor.simulator.files import read_truth  # noqa: PLC0415 - only with --truth

    if path is None:
        return None
    with _read_in("a planted case"):
        return read_truth(path)


@contextmanager
def _read_in(each_line: str) -> "Iterator[None]":
    """Say in one line what is wrong with a file of lines."""
    try:
        yield
    except OSError as error:
        raise UserError(
            f"cannot read {error.filename}: {error.strerror}",
            "Name a file or a folder that is there; `monitor simulate --out` makes one",
        ) from error
    except msgspec.DecodeError as error:
        raise UserError(str(error), f"Each line is {each_line} as `monitor simulate --out` writes it") from error


def _of_file(path: Path, document: str | None, out: Path | None, folder: Path | None) -> Tally:
    from monitor.offline import Event, OfflineMonitor  # noqa: PLC0415 - the model takes seconds to import
    from monitor.proofs.files import ReplayedProofs  # noqa: PLC0415
    from monitor.simulator.files import read_events  # noqa: PLC0415

    monitor, tally, proofs = OfflineMonitor(document), Tally(), ReplayedProofs(folder) if folder else None
    with _read_in("an event"):
        lines = list(read_events(path))
    with _sink(out) as write:
        for line in track(lines, "replaying", console=_console):
            event = Event(*line)
            if proofs:
                proofs.event(event)
            for answer in monitor.play([event]):
                tally.add(answer.output)
                write(answer.output)
                if proofs:
                    proofs.answer(answer.output)
    _console.print(f"{len(lines):,} events, state {_digest(monitor.engines)}")
    if proofs:
        _console.print(str(proofs))
    return tally


def _of_journal(context: typer.Context, document: str | None, out: Path | None) -> Tally:
    from monitor.journal_replay import replay_journal  # noqa: PLC0415 - the model takes seconds to import

    tally, batches, records, differ = Tally(), 0, 0, 0
    engines: dict[int, Engine] = {}
    with Progress(console=_console, transient=True) as progress, _sink(out) as write:
        task = progress.add_task("replaying", total=None)
        for partition, step, engine in replay_journal(session_of(context).settings, document):
            engines[partition] = engine
            batches, records, differ = batches + 1, records + len(step.batch.records), differ + (not step.matches)
            progress.update(task, advance=1, description=f"partition {partition}")
            for output in step.outputs:
                tally.add(output)
                write(output)
    _console.print(f"{batches:,} batches, {records:,} events, state {_digest(list(engines.values()))}")
    if document:
        _console.print("decided by the rule set given; a replay without --rules says what was decided")
        return tally
    _console.print(f"{differ:,} batches do not give the outputs that were journalled")
    if differ:
        raise UserError("the replay does not match the journal", "What is in `decisions` stands; report this")
    return tally


@contextmanager
def _sink(path: Path | None) -> "Iterator[Callable[[Output], None]]":
    """Open a file for answers as JSON Lines; None takes them nowhere."""
    if path is None:
        yield lambda _: None
        return
    with _written_to(path):
        file = path.open("wb")

    def write(output: "Output") -> None:
        line = {"topic": output.topic, "key": output.key.decode(), "value": json.loads(output.value or b"null")}
        with _written_to(path):
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    try:
        yield write
    finally:
        with _written_to(path):
            file.close()


@contextmanager
def _written_to(path: Path) -> "Iterator[None]":
    try:
        yield
    except OSError as error:
        raise UserError(f"cannot write to {path}: {error.strerror}", "Name a file that is yours to write") from error


def _digest(engines: "list[Engine]") -> str:
    """One short name for the state of all partitions."""
    digest = blake2b(digest_size=8)
    for key, value in _entries(engines):
        digest.update(b"%d:%b%d:%b" % (len(key), key, len(value or b""), value or b""))
    return digest.hexdigest()


def _entries(engines: "list[Engine]") -> "Iterator[Entry]":
    for engine in engines:
        yield from engine.state()


def _summary(tally: Tally) -> Table:
    table = Table("what", "count", title="Answers")
    for action, count in sorted(tally.actions.items()):
        table.add_row(f"decisions {action}", f"{count:,}")
    for (code, action), count in sorted(tally.codes.items()):
        table.add_row(f"reason {code} {action}", f"{count:,}")
    for topic in (names.ALERTS, names.BLOCKS, names.DEAD_LETTERS):
        table.add_row(topic, f"{tally.topics[topic]:,}")
    return table


def _score(planted: "list[Truth]", tally: Tally) -> Table:
    from monitor.simulator.score import score  # noqa: PLC0415 - only with --truth

    return _score_table(score(planted, tally.decisions, tally.alerts))


def _score_table(card: "Scorecard") -> Table:
    titles = ("code", "episodes", "found", "recall", "precision", "block precision", "median delay")
    table = Table(*titles, title="Against the truth")
    for code, row in sorted(card.codes.items()):
        delay = row.median_delay_ms
        table.add_row(
            code,
            str(row.episodes),
            str(row.found),
            _share(row.recall),
            _share(row.precision),
            _share(row.block_precision),
            "-" if delay is None else f"{delay:g} ms",
        )
    cost = card.innocent
    table.caption = f"innocent: {cost.payments} payments of {cost.people} people stopped or challenged"
    return table


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
