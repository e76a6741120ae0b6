"""What a proof says is certain is loan money under every conserving rule, in random histories of several customers."""

import random
from collections import Counter, defaultdict

import pytest

from monitor.engine.tracing.effects import Passed
from monitor.engine.tracing.interval import OTHER, OWN
from monitor.engine.tracing.movements import Movement
from monitor.proofs.build import NotProven, build
from monitor.proofs.build import wanted as decision_of
from monitor.proofs.verifier import verify
from tests.proofs.told import Told
from tests.tracing.histories import WIDE, History, WatchedLedger
from tests.tracing.truth import Truth
from topics.codec import encode
from topics.fields import Posting


class Remembering(Truth):
    """Remembers what each outflow took in each world."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__(rng)
        self.taken: defaultdict[tuple[str, int], list[Counter[str]]] = defaultdict(list)

    def checked(self, account: str, one: Passed) -> None:
        """The final pairs of an outflow."""
        super().checked(account, one)
        self.taken[account, one.movement.acct_seq] = [Counter(world.taken) for world in self.worlds]


def play(seed: str, *, calm: bool) -> tuple[History, Remembering]:
    rng = random.Random(seed)
    truth = Remembering(rng)
    return History(rng, WatchedLedger(WIDE, truth), calm=calm), truth


def told(history: History) -> Told:
    """The history as the bank's messages."""
    bank = Told()
    for account, arrival in history.log:
        if isinstance(arrival, Movement):
            bank.movement(arrival)
        elif arrival[0] == "close":
            bank.close(bank.owner(account), str(arrival[1]))
    return bank


def check(seed: str, stats: Counter[str], *, calm: bool) -> list[str]:
    """Prove every outflow of a history; what was claimed and is not true."""
    history, truth = play(seed, calm=calm)
    bank, violations = told(history), []
    for (account, number), worlds in sorted(truth.taken.items()):
        posting = bank.books.posting(account, number)
        try:
            proof = proven(bank, posting)
        except NotProven as refused:
            stats[refused.reason] += 1
            continue
        assert proof.final is not None
        if history.closed & proof.draws.keys():
            stats["of a draw that is closed elsewhere"] += 1
            continue
        claims = {draw: proof.final.alone.get(draw, [0, 0])[0] for draw in proof.draws}
        for world in worlds:
            true = sum(units for name, units in world.items() if name not in (OWN, OTHER))
            wrong = [draw for draw, least in claims.items() if world[draw] < least]
            if wrong or true < proof.final.certain.all:
                violations.append(f"{seed} {account}/{number}: {wrong} {claims} {proof.final.certain} {world}")
        passed = history.bank.passed.get((account, posting.payment_id))
        stats["proofs"] += 1
        stats["with something certain"] += proof.final.certain.all > 0
        stats["accounts"] += len({step.account for step in proof.steps})
        if passed is not None:
            stats["as the tracer says"] += proof.final.certain.all == passed.union.certain
            stats["less than the tracer says"] += proof.final.certain.all < passed.union.certain
    return violations


def proven(bank: Told, posting: Posting):
    seen = bank.blocked(posting)
    decision = decision_of(seen)
    assert decision is not None
    proof = build(decision, seen, bank.books)
    assert verify(encode(proof)).startswith("proven")
    return proof


@pytest.mark.parametrize("calm", [True, False])
def test_no_conserving_rule_takes_less_than_a_proof_claims(calm: bool) -> None:
    stats: Counter[str] = Counter()
    for number in range(40):
        assert check(f"proof-{number}", stats, calm=calm) == []
    print(stats)
    assert stats["with something certain"] > 100
