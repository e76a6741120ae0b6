"""What stands in `journal` and `customer-state`: the records, their encoding, their versions.

Every value is one format byte and a msgpack array. A format this code does not know is refused, never guessed.
"""

from collections.abc import Sequence
from hashlib import blake2b
from struct import pack
from typing import TypeVar

import msgspec

from monitor.edge.refusal import Refusal
from monitor.engine.api import Output

T = TypeVar("T")
FORMAT = b"\x02"
DIGEST_BYTES = 8
RULE_SET_BYTES = 8


class Claim(msgspec.Struct, frozen=True, array_like=True, tag="c", gc=False):
    """A worker takes the partition over. The record's own offset is its epoch: unique, ordered, no race."""

    clock: int
    owner: str
    engine_version: str


class Applied(msgspec.Struct, frozen=True, array_like=True, tag="b", gc=False):
    """One batch: all that is needed, beside the inputs, to apply it again.

    `ranges`: topic -> (next offset before the batch, last offset in it). The first number is a position and not an
    offset, so ranges of one topic join without a gap even where a transaction marker took an offset.
    `digest`: of the outputs; `rule_set`: head of the hash in force; `through`: append time up to which all inputs are
    in it, or 0.
    """

    epoch: int
    sequence: int
    clock: int
    reference_offset: int
    controls_offset: int
    ranges: dict[str, tuple[int, int]]
    count: int
    digest: bytes
    rule_set: bytes
    engine_version: str
    through: int = 0


class Marker(msgspec.Struct, frozen=True, array_like=True, tag="m", gc=False):
    """Ends a cut: the state of the partition as of journal offset `journal`.

    `positions`: topic -> next offset to apply. `entries`: live keys after this cut; `cut_entries`: records it wrote.
    """

    journal: int
    epoch: int
    sequence: int
    clock: int
    positions: dict[str, int]
    reference_offset: int
    controls_offset: int
    entries: int
    cut_entries: int
    rule_set: bytes
    engine_version: str


JournalEntry = Claim | Applied
_encoder = msgspec.msgpack.Encoder()
_journal_decoder: msgspec.msgpack.Decoder[JournalEntry] = msgspec.msgpack.Decoder(Claim | Applied)
_marker_decoder = msgspec.msgpack.Decoder(Marker)


def encode(entry: Claim | Applied | Marker) -> bytes:
    """One record's value."""
    return FORMAT + _encoder.encode(entry)


def decode_journal(value: bytes | None, partition: int, offset: int) -> JournalEntry:
    """A journal record, or a refusal that names its place."""
    return _decode(_journal_decoder, value, partition, f"journal offset {offset}")


def decode_marker(value: bytes | None, partition: int) -> Marker:
    """The marker of the newest cut, or a refusal."""
    return _decode(_marker_decoder, value, partition, "snapshot marker")


def _decode(decoder: "msgspec.msgpack.Decoder[T]", value: bytes | None, partition: int, where: str) -> T:
    if not value:
        raise Refusal("CORRUPT_RECORD", partition, f"{where} is empty")
    if value[:1] != FORMAT:
        raise Refusal("UNKNOWN_FORMAT", partition, f"{where} has format {value[0]}, this worker knows {FORMAT[0]}")
    try:
        entry: T = decoder.decode(value[1:])
    except msgspec.MsgspecError as error:
        raise Refusal("CORRUPT_RECORD", partition, f"{where}: {error}") from error
    return entry


def digest(outputs: Sequence[Output]) -> bytes:
    """Digest of all bytes of the outputs, in order, with their lengths: bytes cannot move between fields."""
    parts: list[bytes] = []
    for output in outputs:
        value = output.value
        rest = pack("<?i", value is None, output.partition)
        parts += (output.topic.encode(), output.key, b"" if value is None else value, rest)
        for name, content in output.headers:
            parts += (name.encode(), content)
    parts.append(pack(f"<{len(parts)}I", *map(len, parts)))
    return blake2b(b"".join(parts), digest_size=DIGEST_BYTES).digest()
