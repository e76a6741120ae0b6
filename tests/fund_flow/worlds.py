"""The money of a whole bank under one conserving rule, as coloured lots. No bound is computed here."""

import random
from collections import Counter, defaultdict

from tests.fund_flow.figures import OTHER, OWN
from tests.tracing.rules_of_money import Lots, take, total


class World:
    """`flight`: on its way, by transfer. `paid`: what a payment took, less what came back. `pots`: what ended where."""

    def __init__(self, rule: str, rng: random.Random) -> None:
        self.rule, self.rng = rule, rng
        self.accounts: defaultdict[str, Lots] = defaultdict(list)
        self.flight: dict[str, Lots] = {}
        self.paid: dict[str, Lots] = {}
        self.pots: Counter[tuple[str, str]] = Counter()

    def end(self, bucket: str, lots: Lots, sign: int = 1) -> None:
        """Money reaches a bucket, or leaves it again."""
        for colour, units, _ in lots:
            self.pots[colour, bucket] += sign * units

    def come(self, account: str, transfer: str, lots: Lots, owed: int, debt_bucket: str, *, first: bool) -> None:
        """Money comes in; so much of what is there then repays what is owed."""
        new: Lots = [(colour, units, transfer) for colour, units, _ in lots]
        have = self.accounts[account]
        repaid, self.accounts[account] = take(self.rule, self.rng, new + have if first else have + new, owed)
        self.end(debt_bucket, repaid)

    def leave(self, account: str, transfer: str, amount: int) -> Lots:
        """Money goes out by the rule; what is not there was never anybody's loan."""
        have = self.accounts[account]
        there = min(amount, sum(total(have).values()))
        out, self.accounts[account] = take(self.rule, self.rng, have, there)
        self.paid[transfer] = out + ([(OWN, amount - there, "")] if amount > there else [])
        return self.paid[transfer]

    def send_back(self, account: str, transfer: str, amount: int, original: str) -> Lots:
        """The very lots go out that a payment had brought."""
        mine = [lot for lot in self.accounts[account] if lot[2] == original]
        rest = [lot for lot in self.accounts[account] if lot[2] != original]
        out, stays = take(self.rule, self.rng, mine, amount)
        self.accounts[account] = rest + stays
        self.paid[transfer] = out
        return out

    def shrink(self, transfer: str, back: Lots) -> None:
        """A payment was so much smaller."""
        left = total(back)
        shrunk = []
        for colour, units, came in self.paid[transfer]:
            part = min(units, left[colour])
            left[colour] -= part
            shrunk.append((colour, units - part, came))
        self.paid[transfer] = [lot for lot in shrunk if lot[1]]

    def refund(self, transfer: str, amount: int, bucket: str) -> Lots:
        """A bucket gives a part of a payment back."""
        back, self.paid[transfer] = take(self.rule, self.rng, self.paid[transfer], amount)
        self.end(bucket, back, -1)
        return back

    def cut(self, transfer: str, draws: frozenset[str], bucket: str) -> None:
        """Some of what is on its way is followed no further."""
        lots = self.flight[transfer]
        self.end(bucket, [lot for lot in lots if lot[0] in draws])
        self.flight[transfer] = [(OWN if lot[0] in draws else lot[0], lot[1], lot[2]) for lot in lots]

    def rename(self, account: str, transfers: list[str], draw: str, into: str, bucket: str) -> None:
        """A draw ends in an account, or loses its name there; so in the payments the account made."""
        self.end(bucket, [lot for lot in self.accounts[account] if lot[0] == draw])
        self.accounts[account] = _renamed(self.accounts[account], draw, into)
        for transfer in transfers:
            self.paid[transfer] = _renamed(self.paid[transfer], draw, into)

    def forget_some_other(self, account: str) -> None:
        """Draws that lost their name were closed, and nobody told this account."""
        self.accounts[account] = [
            (OWN if colour == OTHER and self.rng.random() < 0.5 else colour, units, came)
            for colour, units, came in self.accounts[account]
        ]

    def unknown_moves(self, account: str, balance: int) -> None:
        """Unknown money left and unknown money came, some of it what had left just before."""
        have = sum(total(self.accounts[account]).values())
        gone = self.rng.randint(max(0, have - balance), have)
        out, lots = take(self.rule, self.rng, self.accounts[account], gone)
        self.end("UNKNOWN", out)
        need = balance - have + gone
        for colour, units in sorted(total(out).items()):
            back = self.rng.randint(0, min(units, need)) if colour != OWN else 0
            need -= back
            self.end("UNKNOWN", [(colour, back, "")], -1)
            lots += [(colour, back, "")] if back else []
        self.accounts[account] = lots + ([(OWN, need, "")] if need else [])


def _renamed(lots: Lots, draw: str, into: str) -> Lots:
    return [(into if colour == draw else colour, units, came) for colour, units, came in lots]
