"""A bank on disk: `events.jsonl`, one message a line in append order, and `truth.jsonl` beside it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from monitor.simulator.kernel import Delivery
from monitor.simulator.truth import Truth

T = TypeVar("T")
EVENTS, TRUTH = "events.jsonl", "truth.jsonl"
_encode = msgspec.json.Encoder().encode


class EventLine(msgspec.Struct, kw_only=True, frozen=True):
    """One line of the events file. `append_time` in ms; `value` as it goes to the broker."""

    topic: str
    key: str
    append_time: int
    value: msgspec.Raw


class Event(NamedTuple):
    """A message read back."""

    topic: str
    key: bytes
    append_time: int
    value: bytes


_decode_line = msgspec.json.Decoder(EventLine).decode
_decode_truth = msgspec.json.Decoder(Truth).decode


def write_events(path: Path, deliveries: Iterable[Delivery]) -> Iterator[Delivery]:
    """Write `events.jsonl` in folder `path` while passing the messages on."""
    path.mkdir(parents=True, exist_ok=True)
    with (path / EVENTS).open("wb") as file:
        for delivery in deliveries:
            file.write(event_line(delivery))
            yield delivery


def event_line(delivery: Delivery) -> bytes:
    """Return the message as a line."""
    line = EventLine(
        topic=delivery.topic,
        key=delivery.key.decode(),
        append_time=delivery.append_time,
        value=msgspec.Raw(_encode(delivery.message)),
    )
    return _encode(line) + b"\n"


def write_truth(path: Path, truth: Iterable[Truth]) -> None:
    """Write `truth.jsonl` in folder `path`."""
    path.mkdir(parents=True, exist_ok=True)
    (path / TRUTH).write_bytes(b"".join(_encode(record) + b"\n" for record in truth))


def read_events(path: Path) -> Iterator[Event]:
    """Read an events file, or the one in a folder. Raises OSError, and `msgspec.DecodeError` naming the line."""
    for line in _read(path / EVENTS if path.is_dir() else path, _decode_line):
        yield Event(line.topic, line.key.encode(), line.append_time, bytes(line.value))


def read_truth(path: Path) -> list[Truth]:
    """Read a truth file, or the one in a folder. Raises OSError, and `msgspec.DecodeError` naming the line."""
    return list(_read(path / TRUTH if path.is_dir() else path, _decode_truth))


def _read(file: Path, decode: Callable[[bytes], T]) -> Iterator[T]:
    with file.open("rb") as lines:
        for number, raw in enumerate(lines, 1):
            try:
                yield decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise msgspec.DecodeError(f"{file}, line {number}: {error}") from error
