"""The journal applied again: recovery, `monitor replay --journal`, backtest, audit and the proof use this one loop."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from typing import NamedTuple

from monitor.edge.cut import Place
from monitor.edge.entries import RULE_SET_BYTES, Applied, Claim, JournalEntry, Marker, decode_journal, digest
from monitor.edge.merge import merge
from monitor.edge.refusal import Refusal
from monitor.edge.seams import LogReader
from monitor.edge.snapshot_load import load_snapshot
from monitor.edge.versions import check_engine, check_rule_set
from monitor.engine.api import Batch, Output, PartitionEngine, Record

Take = Callable[[str, int], list[Record]]
BROADCAST_PATIENCE_SECONDS = 10.0


class Step(NamedTuple):
    """One journalled batch, applied again. `matches`: its outputs have the digest that was journalled."""

    offset: int
    entry: Applied
    batch: Batch
    outputs: list[Output]
    matches: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What a replay accepts. `known`: next offsets of reference and controls that the sinks have not got."""

    engine_version: str
    known: Callable[[], tuple[int, int]]
    accept_foreign: bool = False


def read_journal(
    reader: LogReader, topic: str, partition: int, start: int, end: int
) -> Iterator[tuple[int, JournalEntry]]:
    """Offset and entry of each journal record in [start, end)."""
    for record in reader.read(topic, partition, start, end):
        yield record.offset, decode_journal(record.value, partition, record.offset)


def valid(
    entries: Iterable[tuple[int, JournalEntry]], partition: int, epoch: int, sequence: int
) -> Iterator[tuple[int, Applied]]:
    """The batches that count: those whose epoch is the offset of the last claim before them.

    What a superseded owner wrote after that is void; of two with one sequence the first counts, as its owner found out
    when it read the gap before its own. `epoch`, `sequence`: before the first entry.
    """
    for offset, entry in entries:
        if isinstance(entry, Claim):
            epoch = offset
        elif entry.epoch == epoch and entry.sequence > sequence:  # else void, or the repeat of one that counted
            sequence += 1
            if entry.sequence != sequence:
                raise Refusal(
                    "JOURNAL_GAP", partition, f"offset {offset} has sequence {entry.sequence}, expected {sequence}"
                )
            yield offset, entry


def steps(
    batches: Iterable[tuple[int, Applied]],
    *,
    partition: int,
    engine: PartitionEngine,
    positions: dict[str, int],
    take: Take,
    rules: Rules,
) -> Iterator[Step]:
    """Apply each batch to `engine`; `positions` moves along."""
    for offset, entry in batches:
        if not rules.accept_foreign:
            check_engine(partition, f"journal offset {offset}", entry.engine_version, rules.engine_version)
        await_broadcast(partition, entry, rules.known)
        batch = _batch(partition, offset, entry, positions, take)
        outputs = engine.apply(batch)
        if not rules.accept_foreign:
            check_rule_set(partition, offset, entry.rule_set, engine.rule_set()[:RULE_SET_BYTES])
        yield Step(offset, entry, batch, outputs, digest(outputs) == entry.digest)


def _batch(partition: int, offset: int, entry: Applied, positions: dict[str, int], take: Take) -> Batch:
    by_topic = {}
    for topic, (start, last) in entry.ranges.items():
        if positions.get(topic, start) != start:
            raise Refusal(
                "JOURNAL_GAP", partition, f"offset {offset} continues {topic} at {start}, expected {positions[topic]}"
            )
        by_topic[topic] = take(topic, last)
        positions[topic] = last + 1
    records = tuple(merge(by_topic, entry.count + 1))
    if len(records) != entry.count:
        raise Refusal(
            "INPUT_MISSING", partition, f"journal offset {offset} names {entry.count} records, found {len(records)}"
        )
    return Batch(
        entry.epoch,
        entry.sequence,
        entry.clock,
        entry.reference_offset,
        entry.controls_offset,
        records,
        entry.through,
    )


def await_broadcast(partition: int, needed: Applied | Marker, known: Callable[[], tuple[int, int]]) -> None:
    """Another owner may have read further than this process has: wait, but not for what no longer exists."""
    deadline = monotonic() + BROADCAST_PATIENCE_SECONDS
    while True:
        reference, controls = known()
        if reference >= needed.reference_offset and controls >= needed.controls_offset:
            return
        if monotonic() > deadline:
            raise Refusal(
                "BROADCAST_MISSING",
                partition,
                f"reference {needed.reference_offset}, controls {needed.controls_offset} were in force; "
                f"the topics end at {reference}, {controls}",
            )
        sleep(0.01)


def place_after(place: Place, entry: Applied) -> Place:
    """Where the partition stands after a replayed batch."""
    return Place(
        epoch=place.epoch,
        sequence=entry.sequence,
        clock=entry.clock,
        positions=place.positions | {topic: last + 1 for topic, (_, last) in entry.ranges.items()},
        reference_offset=entry.reference_offset,
        controls_offset=entry.controls_offset,
        rule_set=entry.rule_set,
    )


@dataclass(frozen=True, slots=True)
class JournalTopics:
    """Names a read-only replay needs; logical."""

    inputs: tuple[str, ...]
    journal: str
    state: str


def replay(
    reader: LogReader,
    inputs: LogReader,
    topics: JournalTopics,
    partition: int,
    engine: PartitionEngine,
    rules: Rules,
    *,
    from_snapshot: bool = False,
    until: int | None = None,
) -> Iterator[Step]:
    """Replay one partition read-only, without a claim, from the start of its journal or from its newest snapshot.

    `until`: stop before this journal offset; default: where the journal ends now. The engine is the caller's: with
    `rules.accept_foreign` it may be another version or another rule set, and `Step.matches` says what would change.
    """
    low, high = reader.bounds(topics.journal, partition)
    end = high if until is None else min(until, high)
    marker = _restore(reader, topics.state, partition, engine, rules) if from_snapshot else None
    start = low if marker is None else marker.journal + 1
    if start > end:
        return
    if marker is None and low > 0:
        raise Refusal("JOURNAL_TRUNCATED", partition, f"the journal starts at {low}, a replay needs it from 0")
    epoch, sequence = (-1, 0) if marker is None else (marker.epoch, marker.sequence)
    positions = {} if marker is None else dict(marker.positions)
    entries = read_journal(reader, topics.journal, partition, start, end)
    take = inputs.follow(partition, starting_points(inputs, topics.inputs, partition, positions))
    yield from steps(
        valid(entries, partition, epoch, sequence),
        partition=partition,
        engine=engine,
        positions=positions,
        take=take,
        rules=rules,
    )


def _restore(reader: LogReader, topic: str, partition: int, engine: PartitionEngine, rules: Rules) -> Marker | None:
    snapshot = load_snapshot(reader, topic, partition)
    if snapshot is None:
        return None
    await_broadcast(partition, snapshot.marker, rules.known)
    engine.restore(snapshot.entries)
    return snapshot.marker


def starting_points(
    reader: LogReader, topics: Iterable[str], partition: int, positions: Mapping[str, int]
) -> dict[str, int]:
    """Where each input is read from: its position, or the first record kept where there is none.

    Refuses an input whose retention took records that are still needed.
    """
    starts = {}
    for topic in topics:
        low, high = reader.bounds(topic, partition)
        starts[topic] = positions.get(topic, low)
        if not low <= starts[topic] <= high:
            raise Refusal("INPUT_TRUNCATED", partition, f"{topic} holds {low} to {high}, needed from {starts[topic]}")
    return starts
