"""A bank on disk as records: what was simulated, and what the monitor answered if that was kept, too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from monitor.trail.reading import Record

EVENTS: Final = "events.jsonl"
ANSWERS: Final = "answers.jsonl"
"""As `monitor replay bank --out bank/answers.jsonl` writes them."""


class _Line(msgspec.Struct, frozen=True):
    topic: str
    key: str
    value: msgspec.Raw
    append_time: int = 0


_decode = msgspec.json.Decoder(_Line).decode


def read_records(path: Path) -> Iterator[Record]:
    """Read a file, or those of a folder. Raises OSError, and `msgspec.DecodeError` that names file and line."""
    if not path.is_dir():
        yield from _lines(path)
        return
    yield from _lines(path / EVENTS)
    if (path / ANSWERS).exists():
        yield from _lines(path / ANSWERS)


def _lines(file: Path) -> Iterator[Record]:
    with file.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            try:
                line = _decode(raw)
            except msgspec.DecodeError as error:
                raise msgspec.DecodeError(f"{file}, line {number}: {error}") from error
            yield Record(line.topic, line.key.encode(), line.append_time, bytes(line.value))
