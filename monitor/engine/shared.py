"""What the customers of a partition share: rule set in force, kill switch, budget, flood, versions, clock."""

from msgspec import Struct, field, msgpack

from monitor.engine.budget import Budget
from monitor.engine.flood import Flood
from monitor.engine.kept import Versions


class Shared(Struct, array_like=True):
    """State of the partition beside its customers and its model."""

    clock: int = 0
    reference_offset: int = 0
    controls_offset: int = 0
    document: str | None = None
    alert_only: bool = False
    blocks_in_force: int = 0
    versions: list[Versions] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)
    flood: Flood = field(default_factory=Flood)

    def version_index(self, versions: Versions) -> int:
        """Index of what runs now; it changes only with a rule set or a release."""
        if not self.versions or self.versions[-1] != versions:
            self.versions.append(versions)
        return len(self.versions) - 1


_encoder = msgpack.Encoder(order="deterministic")
_decoder = msgpack.Decoder(Shared)


def encode(shared: Shared) -> bytes:
    """Canonical bytes."""
    return _encoder.encode(shared)


def decode(data: bytes) -> Shared:
    """The shared state back."""
    return _decoder.decode(data)
