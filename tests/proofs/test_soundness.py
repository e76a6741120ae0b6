"""What a proof says is certain is loan money under every conserving rule, in random histories of several customers."""

import random
from collections import Counter, defaultdict
from functools import cache

import pytest

from monitor.engine.tracing.effects import Passed
from monitor.engine.tracing.interval import OTHER, OWN
from monitor.engine.tracing.movements import Movement
from monitor.proofs.verifier import verify
from tests.proofs.stories import Story
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


class Checked:
    """One history, told as the bank's messages, with every outflow proven."""

    def __init__(self, seed: str, *, calm: bool, stats: Counter[str]) -> None:
        rng = random.Random(seed)
        self.truth, self.stats, self.violations = Remembering(rng), stats, list[str]()
        self.history = History(rng, WatchedLedger(WIDE, self.truth), calm=calm)
        self.bank = Story()
        for account, arrival in self.history.log:
            if isinstance(arrival, Movement):
                self.bank.movement(arrival)
            elif arrival[0] == "close":
                self.bank.close(self.bank.owner(account), str(arrival[1]))
        for (account, number), worlds in sorted(self.truth.taken.items()):
            self._prove(self.bank.books.posting(account, number), worlds)

    def _prove(self, posting: Posting, worlds: list[Counter[str]]) -> None:
        proof = self.bank.proof(posting)
        if proof.final is None:
            self.stats[f"refused: {proof.refused}"] += 1
            return
        assert verify(encode(proof))
        if self.history.closed & proof.draws.keys():  # when others hear of it is another matter
            return
        claims = {draw: proof.final.alone.get(draw, [0, 0])[0] for draw in proof.draws}
        for world in worlds:
            true = sum(units for name, units in world.items() if name not in (OWN, OTHER))
            if true < proof.final.certain.all or any(world[draw] < least for draw, least in claims.items()):
                self.violations.append(f"{posting.account}/{posting.acct_seq}: {claims}, {proof.final}, {world}")
        self._count(posting, proof.final.certain.all)

    def _count(self, posting: Posting, certain: int) -> None:
        passed = self.history.bank.passed.get((posting.account, posting.payment_id))
        self.stats["proofs"] += 1
        self.stats["something certain"] += certain > 0
        self.stats["less than the tracer says"] += passed is not None and certain < passed.union.certain


@cache
def check(histories: int, *, calm: bool) -> Counter[str]:
    """Check so many histories; figures."""
    stats: Counter[str] = Counter()
    for number in range(histories):
        assert not Checked(f"proof-{number}", calm=calm, stats=stats).violations
    return stats


@pytest.mark.parametrize("calm", [True, False])
def test_no_conserving_rule_takes_less_than_a_proof_claims(calm: bool) -> None:
    stats = check(30, calm=calm)
    assert stats["something certain"] > 50


def test_what_is_given_back_is_all_that_a_proof_shows_less_of() -> None:
    """Histories full of returns; in one of fourteen payments less is shown than the tracer knows, and never more."""
    stats = check(30, calm=True)
    assert 0 < stats["less than the tracer says"] < stats["proofs"] / 10


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("calm", [True, False])
def test_no_conserving_rule_takes_less_than_a_proof_claims_in_many_histories(calm: bool) -> None:
    stats = check(1_500, calm=calm)
    assert stats["proofs"] > 10_000
