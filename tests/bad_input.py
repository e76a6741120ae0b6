"""`docs/bad-input.toml` as records to try."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

TABLE = Path(__file__).resolve().parents[1] / "docs" / "bad-input.toml"
_NOW = re.compile(r"@NOW([+-]\d+)?@")


class Tried(NamedTuple):
    """A record to send: what Kafka keeps of it, but for its place and append time."""

    topic: str
    key: bytes | None
    value: bytes | None


class Line(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A record as the table writes it."""

    topic: str
    key: str | None = None
    value: str | None = None
    value_hex: str | None = None


class Row(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """One kind of bad input and its one outcome."""

    id: str
    input: str
    outcome: Literal[
        "dead letter",
        "dead letter and give-up",
        "dead letter in a day",
        "tolerated",
        "accepted",
        "refused by acknowledgement",
        "partition pauses",
        "readiness is red",
    ]
    state: str
    decided_by: Literal["codec", "engine"]
    record: list[Line]
    before: list[Line] = []
    reason: str | None = None
    metric: str | None = None
    times: int = 1
    pad_bytes: int = 0
    pad_depth: int = 0

    def preparation(self, now_ms: int) -> list[Tried]:
        """Records that come first, `now_ms` being the append time."""
        return [self._tried(line, now_ms) for line in self.before]

    def records(self, now_ms: int) -> list[Tried]:
        """Records to try one by one, each after the whole preparation."""
        return [self._tried(line, now_ms) for line in self.record]

    def _tried(self, line: Line, now_ms: int) -> Tried:
        key = None if line.key is None else line.key.encode()
        if line.value_hex is not None:
            return Tried(line.topic, key, bytes.fromhex(line.value_hex))
        return Tried(line.topic, key, None if line.value is None else self._filled(line.value, now_ms).encode())

    def _filled(self, value: str, now_ms: int) -> str:
        padding = "[" * self.pad_depth + "]" * self.pad_depth or "x" * self.pad_bytes
        return _NOW.sub(lambda match: _instant(now_ms, int(match[1] or 0)), value).replace("@PAD@", padding)


class _Table(Struct, forbid_unknown_fields=True):
    row: list[Row]


def _instant(now_ms: int, seconds: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=now_ms, seconds=seconds)).isoformat()


def rows() -> list[Row]:
    """Give the whole table, in its order."""
    return msgspec.toml.decode(TABLE.read_bytes(), type=_Table).row
