"""The block budget: a rule may stop only so large a share of the last hour's requests."""

from msgspec import Struct, field

HOUR = 3_600_000
SLOTS = 12  # the hour in slots of five minutes on the batch clock
_SLOT = HOUR // SLOTS


class Tally(Struct, array_like=True):
    """Counts of the last hour: flat list of slot, count; oldest first."""

    slots: list[int] = field(default_factory=list)

    def add(self, clock: int) -> None:
        """Count one."""
        slot = clock // _SLOT
        if self.slots and self.slots[-2] >= slot:
            self.slots[-1] += 1
        else:
            self.slots += [slot, 1]
            del self.slots[: -2 * SLOTS]

    def total(self, clock: int) -> int:
        """Return the count of the hour up to `clock`."""
        oldest = clock // _SLOT - SLOTS
        return sum(n for slot, n in zip(self.slots[::2], self.slots[1::2], strict=True) if slot > oldest)


class Budget(Struct, array_like=True):
    """Requests, and interventions by rule."""

    requests: Tally = field(default_factory=Tally)
    spent: dict[str, Tally] = field(default_factory=dict)

    def requested(self, clock: int) -> None:
        """Count one request."""
        self.requests.add(clock)

    def allows(self, code: str, share: float, clock: int) -> bool:
        """Whether the rule may stop one more: at most `share` of the hour's requests, one at any volume."""
        return self.used(code, clock) < self._allowed(share, clock)

    def used_share(self, code: str, share: float, clock: int) -> float:
        """Part of the rule's budget that the last hour used."""
        return self.used(code, clock) / self._allowed(share, clock)

    def _allowed(self, share: float, clock: int) -> int:
        return max(1, int(share * self.requests.total(clock)))

    def spend(self, code: str, clock: int) -> None:
        """Count one intervention of the rule."""
        self.spent.setdefault(code, Tally()).add(clock)

    def used(self, code: str, clock: int) -> int:
        """Interventions of the rule in the last hour."""
        tally = self.spent.get(code)
        return 0 if tally is None else tally.total(clock)
