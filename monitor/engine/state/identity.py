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
DIGEST_BYTES = 4
ALIAS_BYTES = 5  # a second id that is taken for an old one makes a dead letter, no answer: once in 4 * 10^9


class Entry(NamedTuple):
    """A message seen before: digest of its content (4 bytes), and the decision's core, b"" when it had none."""

    digest: bytes
    core: bytes


class RecentIds(Struct, array_like=True, gc=False):
    """Ids in order of arrival. Keys, aliases and digests are fingerprints: the first 6, 5 and 4 bytes count.

    An id stays for 72 hours and up to one more. The hour of arrival is kept (modulo 256) for ids that are younger:
    `hours` belongs to the newest ids, `newest` is the full hour of the last one. `last` is the newest core.
    """

    keys: bytes = b""
    aliases: bytes = b""
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

    def find_alias(self, alias: bytes) -> Entry | None:
        """Look a message up by its second id; None when it is not remembered."""
        return self._entry(find_aligned(self.aliases, alias[:ALIAS_BYTES], ALIAS_BYTES))

    def _entry(self, at: int) -> Entry | None:
        if at < 0:
            return None
        return Entry(self.digests[at * DIGEST_BYTES : (at + 1) * DIGEST_BYTES], cores.nth(self.cores, at))

    def remember(self, key: bytes, digest: bytes, core: bytes, now: int, *, alias: bytes = b"") -> None:
        """Add an id at `now` (batch clock, ms), with a second one. An id that is remembered keeps its first entry."""
        if find_aligned(self.keys, short_key(key), KEY_BYTES) >= 0:
            return
        self._age(now)
        self.keys += short_key(key)
        self.aliases += (alias or key)[:ALIAS_BYTES]
        self.digests += digest[:DIGEST_BYTES]
        self.cores = cores.append(self.cores, self.last, core)
        self.last = core or self.last
        self.hours += bytes([self.newest & 255])
        self._evict()

    def expire(self, now: int) -> None:
        """Forget ids beyond the last 64 that are older than 72 hours."""
        self._age(now)
        self._evict()

    def _age(self, now: int) -> None:
        hour = max(now // HOUR, self.newest)
        if hour - self.newest > KEEP_HOURS:
            self.hours = b""
        gone = 0
        while gone < len(self.hours) and (hour - self.hours[gone]) & 255 > KEEP_HOURS:
            gone += 1
        self.hours, self.newest = self.hours[gone:], hour

    def _evict(self) -> None:
        excess = len(self) - max(AT_LEAST, min(AT_MOST, len(self.hours)))
        if excess <= 0:
            return
        self.keys = self.keys[excess * KEY_BYTES :]
        self.aliases = self.aliases[excess * ALIAS_BYTES :]
        self.digests = self.digests[excess * DIGEST_BYTES :]
        self.cores = cores.drop(self.cores, excess)
        self.hours = self.hours[-len(self) :]
        if not any(self.cores):
            self.last = b""
