"""The point estimate: an account's money as a queue of coloured lots, the oldest first (tracing.md §4.9)."""

Colours = dict[str, int]  # colour -> minor units, none of them zero


def portion(lot: Colours, units: int) -> Colours:
    """Return the part of a mixed lot that `units` of it are: by running totals in name order, so that it adds up."""
    whole, before, part = sum(lot.values()), 0, {}
    for colour in sorted(lot):
        upto = before + lot[colour]
        share = upto * units // whole - before * units // whole
        if share:
            part[colour] = share
        before = upto
    return part


def less(lot: Colours, part: Colours) -> Colours:
    """Return a lot without a part of it."""
    rest = {colour: units - part.get(colour, 0) for colour, units in lot.items()}
    return {colour: units for colour, units in rest.items() if units}


def together(one: Colours, other: Colours) -> Colours:
    """Return two lots as one."""
    both = {colour: one.get(colour, 0) + other.get(colour, 0) for colour in sorted({*one, *other})}
    return {colour: units for colour, units in both.items() if units}


def renamed(lot: Colours, colour: str, into: str) -> Colours:
    """Return the lot with one colour turned into another."""
    return together(less(lot, {colour: lot[colour]}), {into: lot[colour]}) if colour in lot else lot


class Points:
    """At most `limit` lots."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.lots: list[Colours] = []

    def put(self, lot: Colours, *, first: bool = False) -> None:
        """Add money behind all other, or (what comes back) before it."""
        if lot:
            self.lots = [lot, *self.lots] if first else [*self.lots, lot]
        self._tidy()

    def _tidy(self) -> None:
        """Neighbours of one colour are one lot; beyond the limit the two oldest are, and their order is lost."""
        tidy: list[Colours] = []
        for lot in self.lots:
            if tidy and len(lot) == 1 and set(tidy[-1]) == set(lot):
                tidy[-1] = together(tidy[-1], lot)
            else:
                tidy.append(lot)
        while len(tidy) > self.limit:
            tidy[:2] = [together(tidy[0], tidy[1])]
        self.lots = tidy

    def take(self, units: int) -> Colours:
        """Take out the oldest money; there must be as much."""
        taken: Colours = {}
        while units:
            oldest = self.lots.pop(0)
            part = portion(oldest, min(units, sum(oldest.values())))
            rest = less(oldest, part)
            self.lots = [rest, *self.lots] if rest else self.lots
            taken = together(taken, part)
            units -= sum(part.values())
        return taken

    def take_back(self, lot: Colours) -> None:
        """Take out what an unused credit had brought: the newest of each colour."""
        for colour, units in sorted(lot.items()):
            for place in reversed(range(len(self.lots))):
                part = min(units, self.lots[place].get(colour, 0))
                self.lots[place] = less(self.lots[place], {colour: part}) if part else self.lots[place]
                units -= part  # noqa: PLW2901 - what is still to be found
        self.lots = [kept for kept in self.lots if kept]

    def rename(self, colour: str, into: str) -> None:
        """Turn one colour into another."""
        self.lots = [renamed(lot, colour, into) for lot in self.lots]

    def of(self, colour: str) -> int:
        """Count the units of a colour."""
        return sum(lot.get(colour, 0) for lot in self.lots)
