"""What a customer's last messages were and what was decided: a repeat changes nothing and gets the first answer.

The last 64 ids or those of the last 72 hours, whichever holds more, at most 256; oldest first.
"""

from typing import NamedTuple

from msgspec import Struct

from monitor.engine.state import cores
from monitor.engine.state.packing import HOUR, KEY_BYTES, find_aligned, short_key

AT_LEAST = 64
AT_MOST = 256
KEEP_HOURS = 72
DIGEST_BYTES = 2  # of two contents under one name, the second is taken for the first once in 65,536
NAME_BYTES = 5  # a new name that is taken for an old one makes a dead letter, not an answer: once in 4 * 10^9
NO_NAME = bytes(NAME_BYTES)


class Entry(NamedTuple):
    """A message seen before: digest of its content (2 bytes), and the decision's core, b"" when it had none."""

    digest: bytes
    core: bytes


class RecentIds(Struct, array_like=True, gc=False):
    """Ids in order of arrival. Keys, names and digests are fingerprints: the first 6, 5 and 2 bytes count.

    A message with a core has a second name, which stands at the end of its core: no column for the few that have one.

    An id stays for 72 hours and up to one more. The hour of arrival is kept (modulo 256) for ids that are younger:
    `hours` belongs to the newest ids, `newest` is the full hour of the last one. `last` is the newest core.
    """

    keys: bytes = b""
    digests: bytes = b""
    cores: bytes = b""
    last: bytes = b""
    hours: bytes = b""
    newest: int = 0

    def __len__(self) -> int:
        return len(self.keys) // KEY_BYTES

    def find(self, key: bytes) -> Entry | None:
        """Look a message up by its id; None when it is not remembered."""
        return self._entry(find_aligned(self.keys, short_key(key), KEY_BYTES))

    def find_name(self, name: bytes) -> Entry | None:
        """Look a message that has a core up by its second name; None when it is not remembered."""
        name = name[:NAME_BYTES]
        if name not in self.cores:  # the usual answer, without a walk
            return None
        return self._entry(next((at for at, item in enumerate(cores.items(self.cores)) if item.endswith(name)), -1))

    def _entry(self, at: int) -> Entry | None:
        if at < 0:
            return None
        digest = self.digests[at * DIGEST_BYTES : (at + 1) * DIGEST_BYTES]
        return Entry(digest, cores.nth(self.cores, at)[:-NAME_BYTES])

    def remember(self, key: bytes, digest: bytes, core: bytes, now: int, name: bytes = NO_NAME) -> None:
        """Add an id at `now` (batch clock, ms). An id that is remembered already keeps its first entry."""
        short = short_key(key)
        if find_aligned(self.keys, short, KEY_BYTES) >= 0:
            return
        self._age(now)
        self.keys += short
        self.digests += digest[:DIGEST_BYTES]
        item = core + name[:NAME_BYTES] if core else b""
        self.cores = cores.append(self.cores, self.last, item, whole=NAME_BYTES)
        self.last = item or self.last
        self.hours += bytes((self.newest & 255,))
        self._evict()

    def expire(self, now: int) -> None:
        """Forget ids beyond the last 64 that are older than 72 hours."""
        self._age(now)
        self._evict()

    def _age(self, now: int) -> None:
        hour = max(now // HOUR, self.newest)
        if hour == self.newest:
            return  # nobody became older
        if hour - self.newest > KEEP_HOURS:
            self.hours = b""
        gone = 0
        while gone < len(self.hours) and (hour - self.hours[gone]) & 255 > KEEP_HOURS:
            gone += 1
        self.hours, self.newest = self.hours[gone:], hour

    def _evict(self) -> None:
        held = len(self)
        excess = held - max(AT_LEAST, min(AT_MOST, len(self.hours)))
        if excess <= 0:
            return
        self.keys = self.keys[excess * KEY_BYTES :]
        self.digests = self.digests[excess * DIGEST_BYTES :]
        self.cores = cores.drop(self.cores, excess)
        self.hours = self.hours[excess - held :]
        if not any(self.cores):
            self.last = b""
