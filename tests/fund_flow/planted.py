"""Errors of thought, planted in the offline tracer's text: each is one that a good engineer could make."""

from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant

PACKAGE = "tests.fund_flow"


@dataclass(frozen=True)
class Planted:
    """In `module`, `right` reads `wrong`."""

    name: str
    module: str
    right: str
    wrong: str

    def mutant(self) -> Mutant:
        """The module's text with the error in it; the right text must be there once."""
        source = (Path(__file__).parent / f"{self.module}.py").read_text()
        assert source.count(self.right) == 1, f"{self.name}: the text moved on, plant it anew"
        return Mutant(f"{PACKAGE}.{self.module}", 0, self.name, source.replace(self.right, self.wrong))


PLANTED = (
    Planted("certain sign", "purse", "self.balance - source.span.low for", "self.balance + source.span.low for"),
    Planted("certain from the high bound", "purse", "- source.span.low for", "- source.span.high for"),
    Planted("low falls by certain only", "purse", "held.low - span.high), min(", "held.low - span.low), min("),
    Planted("high falls by possible", "purse", "min(held.high - span.low, self", "min(held.high - span.high, self"),
    Planted("overdraft is loan money", "purse", "self.debt += amount - usable", "self.debt += 0"),
    Planted("a resync keeps what is certain", "purse", "Span(0, min(self.balance, source.cap))", "source.span"),
    Planted("union kept on closing", "purse", "max(0, union.span.low - gone.span.high)", "union.span.low"),
    Planted("money comes back behind all other", "purse", "put(returned, first=True)", "put(returned)"),
    Planted("the ninth draw is forgotten", "purse", "other.span.high + gone.span.high", "other.span.high"),
    Planted("an anchor forgets what left", "story", "Span(-high, -low) if self.outgoing", "NONE if self.outgoing"),
    Planted("an anchor counts a return twice", "story", "if self.of_place >= since:", "if self.of_place > since:"),
    Planted("an undo adds all", "story", "max(0, amount - (line.amount - span.low))", "min(amount, span.high)"),
    Planted("what stays keeps its pair", "story", "min(span.high, left)", "span.high"),
    Planted("undo after it was spent", "offline_tracer", "is None or purse.story.spent_after(line)", "is None"),
    Planted("undo though draws were cut", "offline_tracer", " and line.figures() == parcel.whole", ""),
    Planted("union kept when a draw is cut", "parcels", "share in cut.values()", "share in ()"),
    Planted("an own account is a hop", "offline_tracer", "step = stranger and not leg.same_name", "step = True"),
    Planted("a draw closed at home only", "offline_tracer", "if draw in purse.sources:", "if draw == '':"),
    Planted("a credit does not wait for its debit", "order", "not in self.come", "in self.come"),
    Planted("narrowing sign", "figures", "union.low - others_most", "union.low - others_least"),
    Planted("the newest money leaves first", "points", "self.lots.pop(0)", "self.lots.pop()"),
)
