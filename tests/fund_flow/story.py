"""What happened in an account since loan money came, and what it says of the money there now (tracing.md §4.4-§4.5).

Each line knows by how much the true amount may have changed. What was true before a line, and all changes since,
bound what is true now: that is all an anchor is. A payment taken back changes its own line, not only the end.
"""

from dataclasses import dataclass, field

from tests.fund_flow.figures import NONE, OTHER, OWN, UNION, Figure, Span
from tests.fund_flow.points import Colours, less, renamed


@dataclass(eq=False)
class Moved:
    """One movement: what is left of it, and what was true before it of each source whose anchor still holds.

    `kept`: it may still be taken back. `bucket`: where an outflow ended, "" when it went to an account of the bank.
    """

    transfer: str
    outgoing: bool
    amount: int
    time: int
    bucket: str
    colours: Colours
    carried: dict[str, Span]
    before: dict[str, Span]
    kept: bool

    def change(self, source: str, since: int) -> Span:
        """By how much the true amount grew, at least and at most; `since` is where the count begins."""
        low, high = self.carried.get(source, NONE)
        return Span(-high, -low) if self.outgoing else Span(low, high)

    def figures(self) -> dict[str, Figure]:
        """What is left of it, by draw (and OTHER)."""
        return {
            source: Figure(*span, self.colours.get(source, 0))
            for source, span in sorted(self.carried.items())
            if source != UNION and span.high
        }

    def forget(self, draw: str, into: str) -> None:
        """A draw lost its name here: it became own money, or joined OTHER."""
        gone = self.carried.pop(draw, NONE)
        self.before.pop(draw, None)
        self.colours = renamed(self.colours, draw, into)
        if into == OTHER:
            other = self.carried.get(OTHER, NONE)
            self.carried[OTHER] = Span(0, min(self.amount, other.high + gone.high))
            self.before.pop(OTHER, None)
        if UNION in self.carried:
            union, parts = self.carried[UNION], [span for name, span in self.carried.items() if name != UNION]
            most = union.high - (gone.low if into == OWN else 0)
            self.carried[UNION] = Span(max(0, union.low - gone.high), min(most, sum(span.high for span in parts)))
        self.before.pop(UNION, None)


@dataclass(eq=False)
class TakenBack:
    """A part of an earlier movement came back, or was taken back: `place` is that movement's."""

    outgoing: bool
    of_place: int
    carried: dict[str, Span]

    def change(self, source: str, since: int) -> Span:
        """Nothing for whom the movement itself is still ahead, since it shrank; else what came back."""
        low, high = self.carried.get(source, NONE)
        if self.of_place >= since:
            return NONE
        return Span(low, high) if self.outgoing else Span(-high, -low)


@dataclass
class Story:
    """The lines in order, and how many movements of it can be taken back."""

    records: int
    lines: list[Moved | TakenBack] = field(default_factory=list)

    def note(self, line: Moved) -> None:
        """Add a movement; one of the same name, and the oldest beyond the limit, can no longer be taken back."""
        for older in self.kept():
            older.kept = older.kept and not (line.kept and older.transfer == line.transfer)
        self.lines.append(line)
        for oldest in self.kept()[: -self.records]:
            oldest.kept = False

    def kept(self) -> list[Moved]:
        """Movements that can be taken back, the oldest first."""
        return [line for line in self.lines if isinstance(line, Moved) and line.kept]

    def find(self, transfer: str, *, outgoing: bool, amount: int) -> Moved | None:
        """The movement of that name, if as much is left of it."""
        for line in self.kept():
            if line.transfer == transfer:
                return line if line.outgoing == outgoing and line.amount >= amount else None
        return None

    def spent_after(self, line: Moved) -> bool:
        """Whether a debit came after the movement; one that only took a credit back is none."""
        after = self.lines[self.lines.index(line) + 1 :]
        return any(isinstance(later, Moved) and later.outgoing for later in after)

    def shrink(self, line: Moved, amount: int, colours: Colours) -> dict[str, Span]:
        """Take `amount` of a movement back; what that surely and possibly is of each source."""
        left = line.amount - amount
        back = {
            source: Span(max(0, amount - (line.amount - span.low)), min(amount, span.high))
            for source, span in line.carried.items()
        }
        line.carried = {s: Span(max(0, span.low - amount), min(span.high, left)) for s, span in line.carried.items()}
        line.amount, line.colours = left, less(line.colours, colours)
        self.lines.append(TakenBack(line.outgoing, self.lines.index(line), back))
        return back

    def bounds(self, source: str) -> list[Span]:
        """What each movement that can be taken back says of what is true of a source now."""
        return [
            self._since(place, line.before[source], source)
            for place, line in enumerate(self.lines)
            if isinstance(line, Moved) and line.kept and source in line.before
        ]

    def drop(self, source: str) -> None:
        """Say nothing of a source any more: nothing of it is left and nothing can come back."""
        for line in self.lines:
            line.carried.pop(source, None)
            if isinstance(line, Moved):
                line.before.pop(source, None)

    def _since(self, since: int, before: Span, source: str) -> Span:
        changes = [line.change(source, since) for line in self.lines[since:]]
        return Span(before.low + sum(c.low for c in changes), before.high + sum(c.high for c in changes))
