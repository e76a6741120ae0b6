"""A flood of bad messages pauses the partition instead of emptying the topic into the dead letters."""

from msgspec import Struct

SPAN = 200  # records looked at
LIMIT = 100  # dead letters among them that pause the partition
_BLOCK = 50


class Flood(Struct, array_like=True):
    """Counts over the last 200 records in blocks of 50; part of the partition's state, so it is replayed."""

    blocks: list[int] = []
    records: int = 0
    paused: bool = False

    def saw(self, *, dead: bool) -> None:
        """Count one record."""
        if self.records % _BLOCK == 0:
            self.blocks = [*self.blocks, 0][-SPAN // _BLOCK :]
        self.records += 1
        if dead:
            self.blocks[-1] += 1
            self.paused = self.paused or sum(self.blocks) >= LIMIT

    def resume(self) -> None:
        """Start counting anew."""
        self.blocks, self.records, self.paused = [], 0, False
