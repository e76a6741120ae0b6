"""The block budget: a rule may stop only so large a share of the last hour's requests."""

from msgspec import Struct

HOUR = 3_600_000
_SLOT = HOUR // 12


class Budget(Struct, array_like=True):
    """Requests, and interventions per rule, in twelve slots of five minutes on the batch clock."""

    requests: dict[int, int] = {}
    spent: dict[str, dict[int, int]] = {}

    def requested(self, clock: int) -> None:
        """Count one request."""
        slot = clock // _SLOT
        self.requests[slot] = self.requests.get(slot, 0) + 1
        _forget(self.requests, slot)

    def allows(self, code: str, share: float, clock: int) -> bool:
        """Whether the rule may stop one more: at most `share` of the hour's requests, one at any volume."""
        return self.used(code, clock) < max(1, int(share * _total(self.requests, clock)))

    def spend(self, code: str, clock: int) -> None:
        """Count one intervention of the rule."""
        slots = self.spent.setdefault(code, {})
        slot = clock // _SLOT
        slots[slot] = slots.get(slot, 0) + 1
        _forget(slots, slot)

    def used(self, code: str, clock: int) -> int:
        """Interventions of the rule in the last hour."""
        return _total(self.spent.get(code, {}), clock)


def _total(slots: dict[int, int], clock: int) -> int:
    newest = clock // _SLOT
    return sum(n for slot, n in slots.items() if slot > newest - 12)


def _forget(slots: dict[int, int], newest: int) -> None:
    if len(slots) > 12:  # noqa: PLR2004 - twelve slots are the hour
        for slot in [s for s in slots if s <= newest - 12]:
            del slots[slot]
