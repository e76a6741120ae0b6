"""Reads the newest complete cut of a partition from `customer-state` and checks that it is whole."""

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.edge.entries import Marker, decode_marker
from monitor.edge.refusal import Refusal
from monitor.edge.seams import LogReader
from monitor.engine.api import Record

MARKER_KEY = b"\x00marker"
ENTRY_PREFIX = b"e"
STAMP_BYTES = 8  # each entry starts with the journal offset of its cut


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state as of the marker. `entries` are in key order, so every process loads them in one order."""

    marker: Marker
    entries: tuple[tuple[bytes, bytes], ...]


def stamped(journal: int, value: bytes) -> bytes:
    """An entry's value on the topic."""
    return journal.to_bytes(STAMP_BYTES, "big") + value


def load_snapshot(reader: LogReader, topic: str, partition: int) -> Snapshot | None:
    """The newest cut; None when there never was one. Refuses a torn, incomplete or future one."""
    low, high = reader.bounds(topic, partition)
    entries, marker_value = _fold(reader.read(topic, partition, low, high))
    if marker_value is None:
        if entries:
            raise Refusal("SNAPSHOT_INCOMPLETE", partition, f"{len(entries)} entries and no marker")
        return None
    marker = decode_marker(marker_value, partition)
    _check(partition, marker, entries)
    return Snapshot(marker, tuple((key, entries[key][STAMP_BYTES:]) for key in sorted(entries)))


def _fold(records: Iterable[Record]) -> tuple[dict[bytes, bytes], bytes | None]:
    entries: dict[bytes, bytes] = {}
    marker: bytes | None = None
    for record in records:
        key = (record.key or b"").removeprefix(ENTRY_PREFIX)
        if record.key == MARKER_KEY:
            marker = record.value
        elif record.value is None:
            entries.pop(key, None)
        else:
            entries[key] = record.value
    return entries, marker


def _check(partition: int, marker: Marker, entries: dict[bytes, bytes]) -> None:
    stamps = [int.from_bytes(value[:STAMP_BYTES], "big") for value in entries.values()]
    newest = max(stamps, default=-1)
    if newest > marker.journal:
        raise Refusal("SNAPSHOT_FUTURE", partition, f"an entry is of journal {newest}, the marker of {marker.journal}")
    if len(entries) != marker.entries:
        raise Refusal("SNAPSHOT_INCOMPLETE", partition, f"{len(entries)} entries, the marker counts {marker.entries}")
    of_last_cut = stamps.count(marker.journal)
    if of_last_cut != marker.cut_entries:
        raise Refusal(
            "SNAPSHOT_INCOMPLETE",
            partition,
            f"{of_last_cut} entries of the last cut, {marker.cut_entries} were written",
        )
