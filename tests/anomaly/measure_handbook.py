"""How well the model finds planted fraud it was never told of: by command, no assertion.

    python -m tests.anomaly.measure_handbook --one-in 10

Reads the simulated card payments of the Fraud Detection Handbook (`../shared/data/handbook`), one customer in
`--one-in`, from 2018-04-01 to the end of the book's test week; scores each payment, then learns it unless it was
flagged. Nobody explains a flagged payment. A terminal stands for a payee; there are no devices, loans or balances.
Prints area under the ROC curve and average precision over the test week, per scenario of the book, beside
a plain "amount against the customer's 95th percentile", and the time a payment takes.
"""

import argparse
import csv
import gzip
import sys
import time
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from monitor.engine.anomaly.detector import Detector
from monitor.engine.anomaly.features import DAY, HOUR, NAMES, Features, Observation, extract
from monitor.engine.anomaly.half_space_trees import HalfSpaceTreesModel, Settings

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "handbook" / "transactions.csv.gz"
TEST_FROM, TEST_TO = datetime(2018, 8, 8, tzinfo=UTC), datetime(2018, 8, 15, tzinfo=UTC)
CHINA = timedelta(hours=8)  # the data's clock is local; the features expect an instant
MINUTE = 60_000


class Payment(NamedTuple):
    """A row. `scenario`: 0 honest, 1 large amount, 2 compromised terminal, 3 leaked card."""

    at: datetime
    customer: str
    terminal: str
    amount: int
    scenario: int


class Judged(NamedTuple):
    """What the model and the plain figure said of a payment of the test week."""

    model: float
    plain: float
    scenario: int


@dataclass
class History:
    """What the script remembers of a customer: 90 days of payments, and every terminal."""

    payments: deque[tuple[int, int]] = field(default_factory=deque)
    terminals: set[str] = field(default_factory=set)
    new_terminals: deque[int] = field(default_factory=deque)

    def observe(self, payment: Payment) -> Observation:
        """Say what is known before the payment."""
        now = milliseconds(payment.at)
        while self.payments and self.payments[0][0] < now - 90 * DAY:
            self.payments.popleft()
        return self._observation(payment, now, sorted(amount for _, amount in self.payments))

    def remember(self, payment: Payment) -> None:
        """Take the payment in."""
        now = milliseconds(payment.at)
        self.payments.append((now, payment.amount))
        if payment.terminal not in self.terminals:
            self.terminals.add(payment.terminal)
            self.new_terminals.append(now)

    def _observation(self, payment: Payment, now: int, amounts: list[int]) -> Observation:
        new = payment.terminal not in self.terminals
        total = sum(amounts)
        return Observation(
            event_time=now,
            amount=payment.amount,
            amount_mean=total // len(amounts) if amounts else None,
            amount_p95=amounts[len(amounts) * 95 // 100] if amounts else None,
            count_5_min=1 + self._since(now - 5 * MINUTE)[0],
            count_1_h=1 + self._since(now - HOUR)[0],
            count_24_h=1 + self._since(now - DAY)[0],
            sum_24_h=payment.amount + self._since(now - DAY)[1],
            sum_daily_mean=total * DAY // max(DAY, now - self.payments[0][0]) if amounts else None,
            first_time_payee=new,
            new_payees_24_h=new + sum(seen > now - DAY for seen in self.new_terminals),
            since_last_event=now - self.payments[-1][0] if amounts else None,
        )

    def _since(self, start: int) -> tuple[int, int]:
        recent = [amount for at, amount in self.payments if at > start]
        return len(recent), sum(recent)


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000)


def payments(one_in: int) -> Iterator[Payment]:
    """Read the rows of one customer in `one_in`, up to the end of the test week."""
    with gzip.open(DATA, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row["TX_DATETIME"]).replace(tzinfo=UTC)
            if at >= TEST_TO:
                return
            if int(row["CUSTOMER_ID"]) % one_in == 0:
                amount, scenario = round(float(row["TX_AMOUNT"]) * 100), int(row["TX_FRAUD_SCENARIO"])
                yield Payment(at - CHINA, row["CUSTOMER_ID"], row["TERMINAL_ID"], amount, scenario)


def run(one_in: int, settings: Settings, flag_from: float) -> tuple[list[Judged], float, float]:
    """Play the stream; returns the judgements of the test week, µs a payment in the model, share flagged."""
    detector, histories = Detector(HalfSpaceTreesModel(settings)), defaultdict[str, History](History)
    judged, spent, seen, flagged = [], 0.0, 0, 0
    for payment in payments(one_in):
        history = histories[payment.customer]
        features = extract(history.observe(payment))
        history.remember(payment)
        began = time.process_time()
        raw, stopped = judge(detector, features, str(seen).encode(), flag_from)
        spent += time.process_time() - began
        seen, flagged = seen + 1, flagged + stopped
        if payment.at + CHINA >= TEST_FROM:
            judged.append(Judged(raw, features[NAMES.index("amount_vs_p95")], payment.scenario))
    return judged, spent / seen * 1e6, flagged / seen


def judge(detector: Detector, features: Features, event_id: bytes, flag_from: float) -> tuple[float, bool]:
    """Score, decide, then learn or withhold; returns the raw score and whether it was flagged."""
    score = detector.score(features)
    stopped = score.quantile is not None and score.quantile >= flag_from
    if stopped:
        detector.withhold(event_id, features, 0)
    else:
        detector.learn(features)
    return score.raw, stopped


def roc_auc(good: list[float], bad: list[float]) -> float:
    """Chance that a bad one scores above a good one, equal ones counted half."""
    ordered = sorted(good)
    below = sum(bisect_left(ordered, score) for score in bad)
    not_above = sum(bisect_left(ordered, score + 1e-15) for score in bad)
    return (below + not_above) / (2 * len(ordered) * len(bad))


def average_precision(good: list[float], bad: list[float]) -> float:
    """Mean precision at each bad one found, from the highest score down; among equal ones the good come first."""
    found, total = 0, 0.0
    ranked = sorted([(-score, 0) for score in good] + [(-score, 1) for score in bad])
    for place, (_, is_bad) in enumerate(ranked, start=1):
        found += is_bad
        total += is_bad * found / place
    return total / len(bad)


def report(judged: list[Judged]) -> Iterator[str]:
    """Lines of the table."""
    yield f"{'':28}{'frauds':>8}{'AUC':>8}{'AP':>8}{'AUC plain':>12}{'AP plain':>10}{'AP by chance':>14}"
    groups = {"all": {1, 2, 3}, "1 large amount": {1}, "2 compromised terminal": {2}, "3 leaked card": {3}}
    for title, scenarios in groups.items():
        good = [j for j in judged if j.scenario == 0]
        bad = [j for j in judged if j.scenario in scenarios]
        if bad:
            yield line(title, good, bad)


def line(title: str, good: list[Judged], bad: list[Judged]) -> str:
    model = [j.model for j in good], [j.model for j in bad]
    plain = [j.plain for j in good], [j.plain for j in bad]
    chance = len(bad) / (len(good) + len(bad))
    figures = f"{roc_auc(*model):8.3f}{average_precision(*model):8.3f}"
    figures += f"{roc_auc(*plain):12.3f}{average_precision(*plain):10.3f}{chance:14.4f}"
    return f"{title:28}{len(bad):8}{figures}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one-in", type=int, default=10, help="one customer in so many")
    parser.add_argument("--trees", type=int, default=Settings().trees)
    parser.add_argument("--height", type=int, default=Settings().height)
    parser.add_argument("--window", type=int, default=Settings().window)
    parser.add_argument("--seed", type=int, default=Settings().seed, help="the figures vary much with it: try several")
    parser.add_argument("--flag-from", type=float, default=0.995, help="quantile from which a payment is flagged")
    given = parser.parse_args()
    if not DATA.exists():
        parser.error(
            f"{DATA} is not there: the public set of the Fraud Detection Handbook is no part of this repository"
        )
    settings = Settings(trees=given.trees, height=given.height, window=given.window, seed=given.seed)
    judged, spent, flagged = run(given.one_in, settings, given.flag_from)
    sys.stdout.write("\n".join(report(judged)) + "\n")
    sys.stdout.write(
        f"{len(judged)} payments in the test week; {spent:.0f} us of processor a payment; {flagged:.2%} flagged\n"
    )


if __name__ == "__main__":
    main()
