"""The true loan money under every conserving rule, and the check that it lies inside what the tracer says.

It shares no arithmetic with the tracer: it is told what moved, what was cut and what was closed.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping

from monitor.engine.tracing.account import Account
from monitor.engine.tracing.effects import Passed
from monitor.engine.tracing.interval import ANY_LOAN, OTHER, OWN, Pair
from monitor.engine.tracing.ledger import Ledger
from monitor.engine.tracing.movements import Movement
from tests.tracing.bank import final_pairs
from tests.tracing.rules_of_money import RULES, Lots, take, total


class World:
    """The money under one rule: lots by account, in flight and paid by transfer, and what ended, by bucket."""

    def __init__(self, rule: str, rng: random.Random) -> None:
        self.rule, self.rng = rule, rng
        self.lots: defaultdict[str, Lots] = defaultdict(list)
        self.flight: dict[str, Lots] = {}
        self.paid: dict[str, Lots] = {}
        self.taken: Counter[str] = Counter()
        self.pots: Counter[tuple[str, str]] = Counter()

    def end(self, bucket: str, lots: Lots, sign: int = 1) -> None:
        """Money reaches a bucket, or leaves it again."""
        for colour, units, _ in lots:
            self.pots[colour, bucket] += sign * units

    def draw(self, lots: Lots, amount: int) -> tuple[Lots, Lots]:
        """Take an amount by the rule."""
        return take(self.rule, self.rng, lots, amount)

    def credit(self, account: str, lots: Lots, debt: int, bucket: str, *, front: bool) -> None:
        """Money comes in; what repays a debt ends there."""
        have = self.lots[account]
        repaid, self.lots[account] = self.draw(lots + have if front else have + lots, debt)
        self.end(bucket, repaid)

    def debit(self, account: str, movement: Movement, *, undone: bool) -> None:
        """Money leaves: by the rule, or the very lots that an undone credit had brought."""
        have, amount = self.lots[account], movement.amount
        if undone:
            mine = [lot for lot in have if lot[2] == movement.original]
            rest = [lot for lot in have if lot[2] != movement.original]
            out, stays = self.draw(mine, amount)
            self.lots[account] = rest + stays
        else:
            out, self.lots[account] = self.draw(have, min(amount, sum(total(have).values())))
            short = amount - sum(total(out).values())
            out = out + ([(OWN, short, "")] if short else [])
        self.taken = total(out)
        self.paid[movement.transfer] = self.flight[movement.transfer] = out
        if not movement.peer_account:
            self.end(movement.bucket, out)

    def shrink(self, transfer: str, back: Lots) -> None:
        """A payment was undone in part: it carries so much less."""
        left = total(back)
        shrunk = []
        for colour, units, came in self.paid[transfer]:
            part = min(units, left[colour])
            left[colour] -= part
            shrunk.append((colour, units - part, came))
        self.paid[transfer] = [lot for lot in shrunk if lot[1]]

    def cut(self, transfer: str, origins: set[str], bucket: str) -> None:
        """Origins in flight are no longer followed."""
        lots = self.flight[transfer]
        self.end(bucket, [lot for lot in lots if lot[0] in origins])
        self.flight[transfer] = [(OWN if lot[0] in origins else lot[0], lot[1], lot[2]) for lot in lots]

    def recolour(self, account: str, paid: list[str], origin: str, into: str, bucket: str) -> None:
        """An origin ends in an account, or loses its name there."""
        self.end(bucket, [lot for lot in self.lots[account] if lot[0] == origin])
        self.lots[account] = _recoloured(self.lots[account], origin, into)
        for transfer in paid:
            self.paid[transfer] = _recoloured(self.paid[transfer], origin, into)

    def resync(self, account: str, balance: int) -> None:
        """Unknown money left and unknown money came, some of it what had left just before."""
        have = sum(total(self.lots[account]).values())
        gone = self.rng.randint(max(0, have - balance), have)
        out, lots = self.draw(self.lots[account], gone)
        self.end("UNKNOWN", out)
        need = balance - have + gone
        for colour, units in sorted(total(out).items()):
            back = self.rng.randint(0, min(units, need)) if colour != OWN else 0
            need -= back
            self.end("UNKNOWN", [(colour, back, "")], -1)
            lots += [(colour, back, "")] if back else []
        self.lots[account] = lots + ([(OWN, need, "")] if need else [])


def _recoloured(lots: Lots, origin: str, into: str) -> Lots:
    return [(into if colour == origin else colour, units, came) for colour, units, came in lots]


class Truth:
    """All worlds together, and the violations seen in any of them."""

    def __init__(self, rng: random.Random) -> None:
        self.worlds = [World(rule, rng) for rule in RULES]
        self.rng = rng
        self.stats: Counter[str] = Counter()
        self.violations: list[str] = []
        self.debts: Counter[str] = Counter()
        self.payer: dict[str, str] = {}
        self.changes: Counter[str] = Counter()
        self.early: dict[tuple[str, str], tuple[int, dict[str, Pair]]] = {}

    # -- what happened -----------------------------------------------------------------------------

    def came(self, account: str, transfer: str, colour: str, amount: int) -> None:
        """Money of one colour came from outside."""
        self._credit(account, {rule: [(colour, amount, transfer)] for rule in RULES}, amount, front=False)

    def arrived(self, account: str, movement: Movement, *, undone: bool) -> None:
        """What was in flight came; an undone payment comes back to where it had been."""
        lots = {world.rule: world.flight[movement.transfer] for world in self.worlds}
        if undone:
            for world in self.worlds:
                world.shrink(movement.original, lots[world.rule])
        came = {rule: [(colour, units, movement.transfer) for colour, units, _ in lots[rule]] for rule in RULES}
        self._credit(account, came, movement.amount, front=undone)

    def refunded(self, account: str, movement: Movement, bucket: str) -> None:
        """A payment was given back out of the bucket where its trail had ended."""
        back = {}
        for world in self.worlds:
            taken, world.paid[movement.original] = world.draw(world.paid[movement.original], movement.amount)
            world.end(bucket, taken, -1)
            back[world.rule] = taken
        self._credit(account, back, movement.amount, front=True)

    def _credit(self, account: str, lots: Mapping[str, Lots], amount: int, *, front: bool) -> None:
        due = min(self.debts[account], amount)
        for world in self.worlds:
            world.credit(account, lots[world.rule], due, "OVERDRAFT", front=front)
        self.debts[account] -= due

    def left(self, account: str, movement: Movement, *, undone: bool) -> None:
        """A payment left."""
        held = sum(total(self.worlds[0].lots[account]).values())
        for world in self.worlds:
            world.debit(account, movement, undone=undone)
        if not undone:
            self.debts[account] += max(0, movement.amount - held)
        self.payer[movement.transfer] = account

    def cut(self, transfer: str, origins: set[str], bucket: str) -> None:
        """Origins of a transfer are no longer followed."""
        for world in self.worlds:
            world.cut(transfer, origins, bucket)

    def ended(self, account: str, origin: str, into: str, bucket: str) -> None:
        """An origin ended in an account, or joined those without a name."""
        self.changes[account] += 1
        paid = [transfer for transfer, payer in self.payer.items() if payer == account]
        for world in self.worlds:
            world.recolour(account, paid, origin, into, bucket)

    def closed_behind_other(self, account: str) -> None:
        """Loans that lost their name were closed, and nobody told this account."""
        for world in self.worlds:
            world.lots[account] = [
                (OWN if colour == OTHER and self.rng.random() < 0.5 else colour, units, came)
                for colour, units, came in world.lots[account]
            ]

    def resynced(self, account: str, balance: int) -> None:
        """The ledger said another balance."""
        self.changes[account] += 1
        for world in self.worlds:
            world.resync(account, max(0, balance))
        self.debts[account] = max(0, -balance)

    # -- checks --------------------------------------------------------------------------------------

    def expect(self, good: bool, *what: object) -> None:
        """Note a violation."""
        if not good:
            self.stats["violations"] += 1
            self.violations.append(repr(what))

    def _inside(self, box: Mapping[str, tuple[int, int]], count: Counter[str], *what: object) -> None:
        """The union's low bound speaks of named origins, its high bound of all."""
        for name, units in count.items():
            self.expect(name in box or name == OWN or not units, "untracked", name, units, what)
        named = sum(units for name, units in count.items() if name not in (OWN, OTHER))
        for name, (low, high) in box.items():
            least = named if name == ANY_LOAN else count[name]
            most = named + count[OTHER] if name == ANY_LOAN else count[name]
            self.expect(0 <= low <= least and most <= high, name, (low, high), (least, most), what)

    def decided(self, movement: Movement, pairs: dict[str, Pair]) -> None:
        """What was said of a payment when it was posted."""
        self.early[movement.account, movement.transfer] = self.changes[movement.account], pairs

    def checked(self, account: str, one: Passed) -> None:
        """The final pairs of an outflow."""
        pairs = {name: (pair.certain, pair.possible) for name, pair in final_pairs(one).items()}
        self.stats["outflows"] += 1
        for world in self.worlds:
            self._inside(pairs, world.taken, "outflow", world.rule, one)
        self._inside(pairs, Counter({name: pair.point for name, pair in one.pairs.items()}), "point", one)
        self._tightness(one, pairs)
        changes, early = self.early.get((account, one.movement.transfer), (-1, {}))
        if changes == self.changes[account] and not one.undone:
            for name, said in early.items():
                low, high = pairs.get(name, (0, 0))
                self.expect(said.certain <= low and high <= said.possible, "retracted", name, said, (low, high), one)

    def _tightness(self, one: Passed, pairs: Mapping[str, tuple[int, int]]) -> None:
        for low, high in pairs.values():
            self.stats["pairs"] += 1
            self.stats["width, percent of the amount"] += 100 * (high - low) // one.movement.amount
            self.stats["exact pairs"] += low == high
        self.stats["points"] += one.union.point

    def inspect(self, account: Account) -> None:
        """What an account holds, after each movement."""
        base = account.base
        balance = base.balance if base else max(0, account.balance)
        box = {name: (source.low, source.high) for name, source in (base.sources if base else {}).items()}
        self.stats["width held"] += sum(high - low for low, high in box.values())
        for world in self.worlds:
            count = total(world.lots[account.name])
            self.expect(sum(count.values()) == balance, "balance", account.name, balance, count)
            self._inside(box, count, "held", world.rule, account.name)
        points = Counter({name: base.lots.held(name) for name in box if name != ANY_LOAN} if base else {})
        self._inside(box, points, "point held", account.name)

    def ledgers(self, ledger: Ledger, drawn: Mapping[str, int]) -> None:
        """At the end, with no message in flight."""
        for draw, principal in drawn.items():
            use = ledger.use_of_proceeds(draw)
            if use is None:
                self.expect(not principal, "no ledger", draw)
                continue
            for bucket, pair in use.buckets.items():
                self.expect(0 <= pair.certain <= pair.point <= pair.possible, "ledger", draw, bucket, pair)
                for world in self.worlds:
                    true = world.pots[draw, bucket]
                    self.expect(pair.certain <= true <= pair.possible, "bucket", draw, bucket, world.rule, true, pair)
            points = use.held.point + sum(pair.point for pair in use.buckets.values())
            self.expect(points == principal == use.principal, "sum of points", draw, points, principal)
            certain = use.held.certain + sum(pair.certain for pair in use.buckets.values())
            self.expect(certain <= principal, "certain", draw, certain, principal)
