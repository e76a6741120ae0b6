"""The point estimate: money as coloured lots, oldest first. It is itself a conserving rule."""

from collections.abc import Mapping

from monitor.engine.tracing.interval import OWN

Composition = dict[str, int]  # colour -> minor units


def split(composition: Mapping[str, int], part: int) -> Composition:
    """Take `part` of a composition pro rata: sums to `part` exactly, never above a component."""
    total = sum(composition.values())
    running = given = 0
    taken: Composition = {}
    for colour in sorted(composition):
        running += composition[colour]
        upto = running * part // total
        if upto > given:
            taken[colour] = upto - given
        given = upto
    return taken


def add(into: Composition, composition: Mapping[str, int]) -> None:
    """Add a composition to another, in place."""
    for colour, units in composition.items():
        if units:
            into[colour] = into.get(colour, 0) + units


def recolour(composition: Composition, colour: str, into: str) -> None:
    """Units of `colour` become units of `into`."""
    if colour in composition:
        add(composition, {into: composition.pop(colour)})


class Lots:
    """First in, first out; at most `limit` lots."""

    __slots__ = ("limit", "queue")

    def __init__(self, limit: int, queue: list[Composition]) -> None:
        self.limit = limit
        self.queue = queue

    def copy(self) -> "Lots":
        """An independent copy."""
        return Lots(self.limit, [dict(lot) for lot in self.queue])

    def push(self, composition: Mapping[str, int], *, front: bool = False) -> None:
        """Add a lot, as the newest or (money that comes back) as the oldest."""
        lot = {colour: units for colour, units in composition.items() if units}
        if lot:
            self.queue.insert(0 if front else len(self.queue), lot)
            self._merge_neighbours()
            self._merge_oldest()

    def _merge_neighbours(self) -> None:
        """Neighbours of one colour become one lot: nothing is lost."""
        merged: list[Composition] = []
        for lot in self.queue:
            if merged and len(lot) == 1 and lot.keys() == merged[-1].keys():
                add(merged[-1], lot)
            else:
                merged.append(lot)
        self.queue = merged

    def _merge_oldest(self) -> None:
        """Beyond the limit the two oldest lots become one: their order is lost, not their sum."""
        while len(self.queue) > self.limit:
            add(self.queue[0], self.queue.pop(1))

    def take(self, amount: int) -> Composition:
        """Take `amount` from the oldest on; it must be there."""
        taken: Composition = {}
        while amount:
            part = self._take_oldest(amount)
            add(taken, part)
            amount -= sum(part.values())
        return taken

    def _take_oldest(self, amount: int) -> Composition:
        lot = self.queue.pop(0)
        part = split(lot, min(amount, sum(lot.values())))
        rest = {colour: units - part.get(colour, 0) for colour, units in lot.items()}
        if any(rest.values()):
            self.queue.insert(0, {colour: units for colour, units in rest.items() if units})
        return part

    def take_newest(self, composition: Mapping[str, int]) -> None:
        """Take these colours out of the newest lots that have them."""
        for colour, units in composition.items():
            left = units
            for lot in reversed(self.queue):
                part = min(left, lot.get(colour, 0))
                left -= part
                if part:
                    lot[colour] -= part
        cleaned = [{colour: units for colour, units in lot.items() if units} for lot in self.queue]
        self.queue = [lot for lot in cleaned if lot]

    def held(self, colour: str) -> int:
        """Units of a colour."""
        return sum(lot.get(colour, 0) for lot in self.queue)

    def recolour(self, colour: str, into: str = OWN) -> None:
        """Units of `colour` become units of `into`."""
        for lot in self.queue:
            recolour(lot, colour, into)
