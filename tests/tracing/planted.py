"""Errors of thought, planted in the tracer's text: each is one that a good engineer could make."""

from dataclasses import dataclass

TRACING = "monitor.engine.tracing"


@dataclass(frozen=True)
class Planted:
    """In `module`, `right` reads `wrong`."""

    name: str
    module: str
    right: str
    wrong: str


PLANTED = (
    Planted("certain from the high bound", "machine", "self.balance - source.low)", "self.balance - source.high)"),
    Planted("certain sign", "machine", "usable - (self.balance - source.low)", "usable - (self.balance + source.low)"),
    Planted("possible from the low bound", "machine", "min(usable, source.high))", "min(usable, source.low))"),
    Planted("low falls by certain only", "machine", "source.low - flow.high)", "source.low - flow.low)"),
    Planted("high falls by possible", "machine", "source.high - flow.low, self", "source.high - flow.high, self"),
    Planted("an unresolved credit is clean", "provisional", "_anything(machine, op.amount)", "{}"),
    Planted("nobody waits for tags", "account", "op.awaits_tag and op.transfer not in", "False and op.transfer not in"),
    Planted("anchors ignore outflows", "machine", "source.out_sum += flow.high", "source.out_sum += 0"),
    Planted("anchor sign", "undo", "-fewer_possible, fewer_certain)", "-fewer_possible, -fewer_certain)"),
    Planted(
        "an undo adds all", "undo", "max(0, amount - (record.amount - part.certain))", "min(amount, part.possible)"
    ),
    Planted("an undo without anchors", "undo", "part.floor - source.out_sum)", "0)"),
    Planted("undo after it was spent", "passing", "record.outgoing or record.used or", "record.outgoing or"),
    Planted("undo though origins were cut", "passing", "and _origins(tag.whole) == _origins(whole(record))", ""),
    Planted("union kept on closing", "machine", "union.low = max(0, union.low - source.high)", "pass"),
    Planted("union kept when a tag is cut", "passing", "- sum(pair.possible for pair in cut.values())", ""),
    Planted("narrowing sign", "interval", "union.low - (high - bounds.high)", "union.low - (low - bounds.low)"),
    Planted("overdraft is loan money", "machine", "self.debt += amount - usable", "self.debt += 0"),
    Planted(
        "a resync keeps what is certain",
        "machine",
        "source.low, source.high = 0,",
        "source.low, source.high = source.low,",
    ),
    Planted("points come back as own money", "undo", "push(returned, front=True)", "push({'own': amount}, front=True)"),
    Planted(
        "a gap is certain",
        "provisional",
        "dict.fromkeys(sorted(names), Pair(0, amount))",
        "dict.fromkeys(sorted(names), Pair(amount, amount))",
    ),
    Planted("a late posting is applied", "sequence", "Place.LATE if any", "Place.NEXT if any"),
    Planted("a repeat is applied again", "sequence", "else Place.REPEAT\n", "else Place.NEXT\n"),
    Planted("a wrong balance is believed", "intake", "if before != entry.account.balance:", "if False:"),
    Planted(
        "a given-up credit may still be loan money",
        "tags",
        "Early(CLEAN, clock)",
        "Early(CLEAN, clock) if 0 else self.early.popitem()[1]",
    ),
    Planted(
        "reservations lower what is possible",
        "provisional",
        "max(one.possible, two.possible)",
        "min(one.possible, two.possible)",
    ),
)
