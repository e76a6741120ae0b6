"""Plays a history under every conserving rule, and looks whether the true loan money lies inside what was said.

It shares no arithmetic with what it checks. It takes from it only where trails ended: after that nothing is claimed.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping

from tests.fund_flow.figures import (
    ACCOUNT_CLOSED,
    CARD_DEBT,
    CLOSED,
    OTHER,
    OVERDRAFT,
    OWN,
    TRAIL_ENDED,
    UNION,
    Figure,
    Span,
)
from tests.fund_flow.findings import Findings, Said, Use, total
from tests.fund_flow.happenings import Book, Closing, Leg, Message, Statement, by_event
from tests.fund_flow.worlds import World
from tests.tracing.rules_of_money import RULES, Lots
from tests.tracing.rules_of_money import total as by_colour

_SILENT = Said()


class Truth:
    """All worlds together, the violations seen in any of them, and how tight the bounds were."""

    def __init__(self, rng: random.Random, book: Book, findings: Findings) -> None:
        self.rng, self.book, self.findings = rng, book, findings
        self.worlds = [World(rule, rng) for rule in RULES]
        self.stats: Counter[str] = Counter()
        self.violations: list[str] = []
        self.debts = Counter({name: max(0, -opening.balance) for name, opening in book.openings.items()})
        self.made: dict[str, list[str]] = {}  # account -> payments it made
        self.buckets: dict[str, str] = {}  # payment -> where it ended
        self.arrived: set[str] = set()
        self.running: dict[str, str] = {}  # draw -> its loan
        self.taken: dict[str, Counter[str]] = {}  # rule -> what the last outflow took
        for world in self.worlds:
            for account, opening in book.openings.items():
                world.accounts[account] = [(OWN, opening.balance, "")] if opening.balance > 0 else []

    def play(self, messages: Iterable[Message]) -> None:
        """Let it all happen, in the order in which it did, and check every claim."""
        known = by_event(self.book)
        for happens in [known[message["event_id"]] for message in messages if message["event_id"] in known]:
            if isinstance(happens, Leg):
                said = self.findings.postings.get((happens.account, happens.seq), _SILENT)
                self._leg(happens, said)
            elif isinstance(happens, Statement):
                self._statement(happens)
            else:
                self._close(happens)
            self._forget_by_chance()
        self._check_uses()

    # -- what happens --------------------------------------------------------------------------------

    def _leg(self, leg: Leg, said: Said) -> None:
        if not leg.credit:
            self._debit(leg, said)
        elif leg.draw:
            self.running[leg.draw] = leg.loan
            self._come(leg, {rule: [(leg.draw, leg.amount, "")] for rule in RULES})
        elif leg.other:
            self._arrive(leg, said)
        else:
            self._from_outside(leg, said)
        for draw in sorted(said.nameless):
            self._rename(leg.account, draw, OTHER, TRAIL_ENDED)
        self._check_held(leg, said)

    def _come(self, leg: Leg, lots: Mapping[str, Lots], *, first: bool = False) -> None:
        owed = min(self.debts[leg.account], leg.amount)
        bucket = CARD_DEBT if self.book.openings[leg.account].card else OVERDRAFT
        for world in self.worlds:
            world.come(leg.account, leg.transfer, lots[world.rule], owed, bucket, first=first)
        self.debts[leg.account] -= owed

    def _arrive(self, leg: Leg, said: Said) -> None:
        lots = {world.rule: world.flight.pop(leg.transfer) for world in self.worlds}
        self.arrived.add(leg.transfer)
        if said.undone:
            for world in self.worlds:
                world.shrink(leg.original, lots[world.rule])
        self._come(leg, lots, first=said.undone)

    def _from_outside(self, leg: Leg, said: Said) -> None:
        """A refund of a payment that is still known comes out of its bucket; all else is new money."""
        if said.undone:
            bucket = self.buckets[leg.original]
            back = {world.rule: world.refund(leg.original, leg.amount, bucket) for world in self.worlds}
            self._come(leg, back, first=True)
        else:
            self._come(leg, {rule: [(OWN, leg.amount, "")] for rule in RULES})

    def _debit(self, leg: Leg, said: Said) -> None:
        held = sum(by_colour(self.worlds[0].accounts[leg.account]).values())
        for world in self.worlds:
            if said.undone:
                out = world.send_back(leg.account, leg.transfer, leg.amount, leg.original)
            else:
                out = world.leave(leg.account, leg.transfer, leg.amount)
            self.taken[world.rule] = by_colour(out)
            if leg.other:
                world.flight[leg.transfer] = list(out)
                world.cut(leg.transfer, said.cut, TRAIL_ENDED)
            else:
                world.end(leg.bucket, out)
        if not said.undone:
            self.debts[leg.account] += max(0, leg.amount - held)
        self.made.setdefault(leg.account, []).append(leg.transfer)
        self.buckets[leg.transfer] = leg.bucket
        self._check_flow(leg, said)

    def _statement(self, told: Statement) -> None:
        held = sum(by_colour(self.worlds[0].accounts[told.account]).values())
        if held - self.debts[told.account] != told.balance:
            for world in self.worlds:
                world.unknown_moves(told.account, max(0, told.balance))
            self.debts[told.account] = max(0, -told.balance)

    def _close(self, closing: Closing) -> None:
        if closing.account:
            for world in self.worlds:
                world.end(ACCOUNT_CLOSED, world.accounts.pop(closing.account))
            self.debts[closing.account] = 0
            return
        for draw in [d for d, loan in self.running.items() if loan == closing.loan and closing.draw in ("", d)]:
            del self.running[draw]
            for account in sorted(self.book.openings):
                self._rename(account, draw, OWN, CLOSED)
            for world in self.worlds:
                for transfer in list(world.flight):
                    world.cut(transfer, frozenset({draw}), CLOSED)

    def _rename(self, account: str, draw: str, into: str, bucket: str) -> None:
        for world in self.worlds:
            world.rename(account, self.made.get(account, []), draw, into, bucket)

    def _forget_by_chance(self) -> None:
        if self.rng.random() < 0.02:
            account = self.rng.choice(sorted(self.book.openings))
            for world in self.worlds:
                world.forget_some_other(account)

    # -- checks --------------------------------------------------------------------------------------

    def expect(self, good: bool, *what: object) -> None:
        """Note a violation."""
        if not good:
            self.stats["violations"] += 1
            self.violations.append(repr(what))

    def _inside(self, box: Mapping[str, Span], true: Counter[str], *what: object) -> None:
        """Nothing may be where nothing was said. The union's low bound speaks of named draws, its high bound of all."""
        for name, units in true.items():
            self.expect(name in box or name == OWN or not units, "untracked", name, units, what)
        named = sum(units for name, units in true.items() if name not in (OWN, OTHER))
        for name, (low, high) in box.items():
            least = named if name == UNION else true[name]
            most = named + true[OTHER] if name == UNION else true[name]
            self.expect(0 <= low <= least and most <= high, name, (low, high), (least, most), what)

    def _check_flow(self, leg: Leg, said: Said) -> None:
        self.stats["outflows"] += 1
        if said.early is not None:  # of a draw it did not know yet it said as much as of any loan
            unknown = {draw: Span(0, said.early[UNION].high) for draw in (*self.running, OTHER)}
            self._check_spans(leg, {**unknown, **said.early}, "at decision")
        if said.figures is None:
            return
        box = {name: Span(figure.certain, figure.possible) for name, figure in said.figures.items()}
        box |= {UNION: said.union} if said.union.high else {}
        self._check_spans(leg, box, "outflow")
        self._inside(box, Counter({name: figure.point for name, figure in said.figures.items()}), "point", leg)
        if not said.undone:
            self._measure(leg.amount, box)

    def _check_spans(self, leg: Leg, box: Mapping[str, Span], what: str) -> None:
        self.stats[what] += 1
        for rule, true in self.taken.items():
            self._inside(box, true, what, rule, leg)

    def _measure(self, amount: int, box: Mapping[str, Span]) -> None:
        """Width of each interval, and what the rules played here span by themselves: in millionths of the amount."""
        for name, (low, high) in box.items():
            seen = [sum(true.values()) - true[OWN] if name == UNION else true[name] for true in self.taken.values()]
            self.stats["pairs"] += 1
            self.stats["exact pairs"] += low == high
            self.stats["width"] += 1_000_000 * (high - low) // amount
            self.stats["span of the rules"] += 1_000_000 * (max(seen) - min(seen)) // amount

    def _check_held(self, leg: Leg, said: Said) -> None:
        if said.held is None:
            return
        for world in self.worlds:
            true = by_colour(world.accounts[leg.account])
            balance = sum(true.values()) - self.debts[leg.account]
            self.expect(said.balance == balance, "balance", leg, said.balance, balance)
            self._inside(said.held, true, "held", world.rule, leg)
        self._inside(said.held, Counter(said.points or {}), "point held", leg)

    def _check_uses(self) -> None:
        """At the end nothing is on its way: every bucket holds the true money, and points add up to what was drawn."""
        for use in self.findings.uses.values():
            for bucket, (certain, possible, point) in use.buckets.items():
                self.expect(0 <= certain <= point <= possible, "bucket", bucket, use)
            for world in self.worlds:
                ended = {bucket for colour, bucket in world.pots if colour in use.draws}
                for bucket in sorted(ended | set(use.buckets)):
                    self._check_pot(world, use, bucket)
            everything = total([use.held, *use.buckets.values()])
            self.expect(everything.point == use.principal, "sum of points", everything, use)
            self.expect(everything.certain <= use.principal, "sum of certain", everything, use)

    def _check_pot(self, world: World, use: Use, bucket: str) -> None:
        figure = use.buckets.get(bucket, Figure(0, 0))
        true = sum(world.pots[draw, bucket] for draw in use.draws)
        self.expect(figure.certain <= true <= figure.possible, "pot", use, bucket, world.rule, true)
