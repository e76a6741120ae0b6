"""`monitor replay`: the same engine over a file of events, or over the journal of a running system; no worker."""

import json
from collections import Counter
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
    from collections.abc import Iterator

    from monitor.engine.api import Entry, Output
    from monitor.engine.engine import Engine
    from monitor.simulator.score import Scorecard

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
            self._add_decision(json.loads(output.value))
        elif output.topic == names.ALERTS:
            self.alerts.append(json.loads(output.value))

    def _add_decision(self, decision: dict[str, Any]) -> None:
        self.actions[decision["action"]] += 1
        self.codes.update((reason["code"], reason["action"]) for reason in decision["reasons"])
        if decision["reasons"]:
            self.decisions.append(decision)


def replay(
    context: typer.Context,
    events: Annotated[Path | None, typer.Argument(help="events.jsonl, or the folder it is in.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Rule set to decide by, TOML; else the packaged one.")] = None,
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
    document = _read(rules)
    tally = _of_journal(context, document, out) if journal else _of_file(_existing(events), document, out, proofs)
    _console.print(_summary(tally))
    if truth is not None:
        _console.print(_score(_existing(truth), tally))


def _read(rules: Path | None) -> str | None:
    return None if rules is None else _existing(rules).read_text(encoding="utf-8")


def _existing(path: Path | None) -> Path:
    if path is None or not path.exists():
        raise UserError(f"{path} is not there", "Name a file or a folder that is; `monitor simulate --out` makes one")
    return path


def _of_file(path: Path, document: str | None, out: Path | None, folder: Path | None) -> Tally:
    from monitor.offline import Event, OfflineMonitor  # noqa: PLC0415 - the model takes seconds to import
    from monitor.proofs.files import ReplayedProofs  # noqa: PLC0415
    from monitor.simulator.files import read_events  # noqa: PLC0415

    monitor, tally, proofs = OfflineMonitor(document), Tally(), ReplayedProofs(folder) if folder else None
    try:
        lines = list(read_events(path))
    except msgspec.DecodeError as error:
        raise UserError(str(error), "Each line is an event as `monitor simulate --out` writes it") from error
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
    meaning = "would be decided otherwise" if document else "do not give the outputs that were journalled"
    _console.print(f"{differ:,} batches {meaning}")
    if differ and not document:
        raise UserError("the replay does not match the journal", "What is in `decisions` stands; report this")
    return tally


class _sink:  # noqa: N801 - reads as a function
    """Writes answers as JSON Lines, or nowhere."""

    def __init__(self, path: Path | None) -> None:
        self._file = None if path is None else path.open("wb")

    def __enter__(self) -> Any:
        return self._write

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def _write(self, output: "Output") -> None:
        if self._file is not None:
            line = {"topic": output.topic, "key": output.key.decode(), "value": json.loads(output.value)}
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


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


def _score(path: Path, tally: Tally) -> Table:
    from monitor.simulator.files import read_truth  # noqa: PLC0415 - only with --truth
    from monitor.simulator.score import score  # noqa: PLC0415

    return _score_table(score(read_truth(path), tally.decisions, tally.alerts))


def _score_table(card: "Scorecard") -> Table:
    table = Table("code", "episodes", "found", "recall", "precision", "median delay", title="Against the truth")
    for code, row in sorted(card.codes.items()):
        delay = row.median_delay_ms
        table.add_row(
            code,
            str(row.episodes),
            str(row.found),
            _share(row.recall),
            _share(row.precision),
            "-" if delay is None else f"{delay:g} ms",
        )
    cost = card.innocent
    table.caption = f"innocent: {cost.payments} payments of {cost.people} people stopped or challenged"
    return table


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
