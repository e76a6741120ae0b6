"""A cut: the changed part of a partition's state as of one journal position, on its way to `customer-state`."""

from dataclasses import dataclass, field

from monitor.edge.entries import Marker
from monitor.edge.pipeline import InFlight
from monitor.engine.api import PartitionEngine


@dataclass(slots=True)
class Place:
    """Where a partition stands after a batch; everything a marker says but the journal offset and the counts."""

    epoch: int
    sequence: int
    clock: int
    positions: dict[str, int]
    reference_offset: int
    controls_offset: int
    rule_set: bytes


@dataclass(slots=True)
class Cut:
    """`after` is the last batch in it; None when nothing was applied since the claim, whose offset then counts."""

    after: InFlight | None
    place: Place
    entries: dict[bytes, bytes | None] = field(default_factory=dict)
    complete: bool = False

    def publishable(self, void: str | None) -> bool:
        """A cut ahead of the journal or of the outputs would hide what a replay must still send: it waits for both."""
        return self.complete and void is None and (self.after is None or self.after.finished)

    @property
    def journal(self) -> int:
        """The journal offset it stands for."""
        return self.place.epoch if self.after is None else self.after.offset

    def take_piece(self, engine: PartitionEngine, limit: int) -> None:
        """Move up to `limit` entries over; complete when the engine has no more."""
        piece = engine.cut_piece(limit)
        self.entries.update(piece)
        self.complete = not piece

    def marker(self, live: set[bytes], engine_version: str) -> Marker:
        """The record that ends it; `live` are the keys alive before it."""
        place = self.place
        return Marker(
            journal=self.journal,
            epoch=place.epoch,
            sequence=place.sequence,
            clock=place.clock,
            positions=place.positions,
            reference_offset=place.reference_offset,
            controls_offset=place.controls_offset,
            entries=self._alive_after(live),
            cut_entries=sum(value is not None for value in self.entries.values()),
            rule_set=place.rule_set,
            engine_version=engine_version,
        )

    def _alive_after(self, live: set[bytes]) -> int:
        born = sum(value is not None and key not in live for key, value in self.entries.items())
        gone = sum(value is None and key in live for key, value in self.entries.items())
        return len(live) + born - gone

    def settle(self, live: set[bytes]) -> None:
        """Bring `live` up to date once the cut is published."""
        for key, value in self.entries.items():
            if value is None:
                live.discard(key)
            else:
                live.add(key)
