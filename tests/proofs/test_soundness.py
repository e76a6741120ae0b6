"""What a proof says is certain is loan money under every conserving rule, in random histories of several customers."""

import random
from collections import Counter, defaultdict
from functools import cache

import pytest

from monitor.engine.tracing.effects import Passed
from monitor.engine.tracing.movements import Movement
from monitor.proofs.verifier import verify
from tests.proofs.stories import Story, least_of
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
        """Own draws, those of others, all together; and each draw alone."""
        proof = self.bank.proof(posting, codes=("FF01", "FF02 OTHERS_LOAN", "FF02 MIXED_LOANS"))
        self.stats[f"refused: {proof.refused}"] += 1
        if proof.refused is None:
            assert verify(encode(proof))
        claims = [(frozenset(claim.draws), claim.certain) for claim in proof.claims]
        draws = {draw for draws, _ in claims for draw in draws}
        claims += [(frozenset({draw}), least_of(draw, posting, self.bank.books)) for draw in sorted(draws)]
        if not self.history.closed & draws:  # when others hear of it is another matter
            self._compare(posting, claims, worlds)

    def _compare(self, posting: Posting, claims: list[tuple[frozenset[str], int]], worlds: list[Counter[str]]) -> None:
        for world in worlds:
            wrong = [one for one in claims if sum(world[draw] for draw in one[0]) < one[1]]
            self.violations += [f"{posting.account}/{posting.acct_seq}: {one}, {world}" for one in wrong]
        certain = max((certain for _, certain in claims), default=0)
        passed = self.history.bank.passed.get((posting.account, posting.payment_id))
        self.stats["payments"] += 1
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
    assert 0 < stats["less than the tracer says"] < stats["payments"] / 10


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("calm", [True, False])
def test_no_conserving_rule_takes_less_than_a_proof_claims_in_many_histories(calm: bool) -> None:
    stats = check(1_500, calm=calm)
    assert stats["payments"] > 10_000
