"""What the customers of a partition share: rule set in force, kill switch, budget, flood, versions, clock."""

from msgspec import Struct, field, msgpack

from monitor.engine.decision.budget import Budget
from monitor.engine.decision.kept import Versions
from monitor.engine.flood import Flood
from topics.fund_flow import SentFrom


class Awaited(Struct, array_like=True):
    """A credit from another customer that waits for its tag.

    `appended`: append time, `since`: batch clock, ms.
    """

    appended: int
    since: int
    customer: str
    account: str
    transfer: str


class Shared(Struct, array_like=True):
    """State of the partition beside its customers and its model.

    Of other partitions, by their number as text: `heard`, the last message of each, and `awaiting`, credits that wait
    for its word.
    `owing`: partition -> batch clock of the newest payment to it that our word must cover. `holding`: customer ->
    payments to others whose content is not known yet. `cleared_at`: when the others were last told.
    `flooded`: topics of all partitions on which bad messages came in such numbers that not all were told.
    """

    clock: int = 0
    reference_offset: int = 0
    controls_offset: int = 0
    document: str | None = None
    alert_only: bool = False
    blocks_in_force: int = 0
    versions: list[Versions] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)
    flood: Flood = field(default_factory=Flood)
    through: int = 0
    heard: dict[str, SentFrom] = field(default_factory=dict)
    awaiting: dict[str, list[Awaited]] = field(default_factory=dict)
    owing: dict[str, int] = field(default_factory=dict)
    holding: dict[str, list[str]] = field(default_factory=dict)
    cleared_at: int = 0
    flooded: list[str] = []

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
