"""What was flagged and is therefore not learned, until a person says what it was."""

import struct
from hashlib import blake2b

import msgspec

from monitor.engine.anomaly.features import Features
from monitor.engine.anomaly.model import DumpError

DAY = 86_400_000
STEPS = 65_535
"""Features are kept in two bytes each: a step is 0.000015, far below what any split tells apart."""

TEACHES: dict[str, bool | None] = {
    "FP_EXPLAINED": True,
    "POLICY_EXEMPT": True,
    "FP_DATA": False,
    "CASHOUT_CONFIRMED": False,
    "MISUSE_CONFIRMED": False,
    "ATO": False,
    "SCAM_VICTIM": False,
    "MULE": False,
    "MERCHANT_COLLUSION": False,
    "INCONCLUSIVE": None,
}
"""What a verdict (`topics.operations.Disposition`) makes of a withheld event: learn it, forget it, or wait on.

Data that were wrong are nobody's habit, so FP_DATA is forgotten although nobody was guilty.
"""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A withheld event: digest of its id, batch clock in ms when it was flagged, packed features."""

    key: bytes
    since: int
    packed: bytes


class Withheld:
    """Flagged events by digest of their id, oldest first. At most `limit`, for `keep` ms of batch clock.

    What is pushed out or expires is never learned: too little is learned rather than something wrong.
    """

    def __init__(self, limit: int = 2_048, keep: int = 120 * DAY) -> None:
        self._limit = limit
        self._keep = keep
        self._entries: dict[bytes, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def hold(self, event_id: str, features: Features, clock: int) -> None:
        """Withhold an event; one that is held already stays as it is."""
        key = _key(event_id)
        if key in self._entries:
            return
        if len(self._entries) >= self._limit:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = Entry(key, clock, _pack(features))

    def judge(self, event_id: str, verdict: str) -> Features | None:
        """Apply a verdict; returns the features to learn now, if any. Raises KeyError for an unknown verdict."""
        teaches = TEACHES[verdict]
        if teaches is None:
            return None
        entry = self._entries.pop(_key(event_id), None)
        return _unpack(entry.packed) if entry is not None and teaches else None

    def expire(self, clock: int) -> int:
        """Forget what has waited too long at this batch clock; returns how many."""
        before = len(self._entries)
        while self._entries:
            oldest = next(iter(self._entries.values()))
            if oldest.since + self._keep > clock:
                break
            del self._entries[oldest.key]
        return before - len(self._entries)

    def dump(self) -> bytes:
        """Encode the entries in their order, which the same history gives again."""
        return msgspec.msgpack.encode(list(self._entries.values()))

    def load(self, dump: bytes) -> None:
        """Go on from a dump. Raises DumpError; nothing is then changed."""
        try:
            entries = msgspec.msgpack.decode(dump, type=list[Entry])
        except msgspec.MsgspecError as error:
            raise DumpError(f"not a dump of withheld events: {error}") from error
        self._entries = {entry.key: entry for entry in entries}


def _key(event_id: str) -> bytes:
    return blake2b(event_id.encode(), digest_size=16).digest()


def _pack(features: Features) -> bytes:
    return struct.pack(f"<{len(features)}H", *(round(value * STEPS) for value in features))


def _unpack(packed: bytes) -> Features:
    return tuple(step / STEPS for step in struct.unpack(f"<{len(packed) // 2}H", packed))
