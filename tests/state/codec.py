"""The encoding a snapshot uses, for any piece of state."""

from typing import TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


def encoded(piece: msgspec.Struct) -> bytes:
    """Bytes as in a snapshot."""
    return msgspec.msgpack.encode(piece)


def reborn(piece: T) -> T:
    """The piece after a snapshot and a restore."""
    return msgspec.msgpack.decode(encoded(piece), type=type(piece))
