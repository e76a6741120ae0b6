"""What was flagged and is therefore not learned, until a person says what it was."""

import struct
from hashlib import blake2b

import msgspec

from monitor.engine.anomaly.features import DAY, Features
from monitor.engine.anomaly.model import DumpError

STEPS = 65_535
"""Features are kept in two bytes each: a step is 0.000015, far below what any split tells apart."""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A withheld event: digest of its id, batch clock in ms when it was flagged, packed features."""

    digest: bytes
    since: int
    packed: bytes


class Withheld:
    """Flagged events by digest of their id, oldest first. At most `limit`, for `keep` ms of batch clock.

    What is pushed out or expires is never learned: too little is learned rather than something wrong.
    A full memory dumps to about 120 kB.
    """

    def __init__(self, limit: int = 2_048, keep: int = 120 * DAY) -> None:
        self._limit = limit
        self._keep = keep
        self._entries: dict[bytes, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def hold(self, event_id: bytes, features: Features, clock: int) -> None:
        """Withhold an event; one that is held already stays as it is."""
        digest = _digest(event_id)
        if digest in self._entries:
            return
        if len(self._entries) >= self._limit:
            del self._entries[next(iter(self._entries))]
        self._entries[digest] = Entry(digest, clock, _pack(features))

    def release(self, event_id: bytes) -> Features | None:
        """Give back an event and forget it; None when it is not, or no longer, held."""
        entry = self._entries.pop(_digest(event_id), None)
        return None if entry is None else _unpack(entry.packed)

    def expire(self, clock: int) -> int:
        """Forget what has waited too long at this batch clock; returns how many."""
        gone, newest_gone = 0, clock - self._keep
        while self._entries and (oldest := next(iter(self._entries.values()))).since <= newest_gone:
            del self._entries[oldest.digest]
            gone += 1
        return gone

    def dump(self) -> bytes:
        """Encode the entries in their order, which the same history gives again."""
        return msgspec.msgpack.encode(list(self._entries.values()))

    def load(self, dump: bytes) -> None:
        """Go on from a dump. Raises DumpError; nothing is then changed."""
        try:
            entries = msgspec.msgpack.decode(dump, type=list[Entry])
        except msgspec.MsgspecError as error:
            raise DumpError(f"not a dump of withheld events: {error}") from error
        self._entries = {entry.digest: entry for entry in entries}


def _digest(event_id: bytes) -> bytes:
    return blake2b(event_id, digest_size=16).digest()


def _pack(features: Features) -> bytes:
    return struct.pack(f"<{len(features)}H", *(round(value * STEPS) for value in features))


def _unpack(packed: bytes) -> Features:
    return tuple(step / STEPS for step in struct.unpack(f"<{len(packed) // 2}H", packed))
