"""Random histories told to the streaming engine: it must agree with the offline tracer and with every conserving rule.

`python -m tests.fund_flow.stream_check [--outflows N] [--seed S] [--step SECONDS]`: exit code 1 when it does not.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from tests.fund_flow.agreement import claims_of, differences
from tests.fund_flow.books import JUDGEMENT
from tests.fund_flow.figures import Limits
from tests.fund_flow.happenings import Message
from tests.fund_flow.histories import History, Manner
from tests.fund_flow.loan_ledgers import loan_ledgers
from tests.fund_flow.offline_system import findings_of
from tests.fund_flow.offline_tracer import OfflineTracer
from tests.fund_flow.soundness import report
from tests.fund_flow.stream_system import Post, StreamSystem
from tests.fund_flow.truth import Truth

LATE = Post(late_ms=4_000, repeats=0.1)
BRISK = Manner(unit=100_00, draws=6, parts=False, step=timedelta(milliseconds=500))
"""Several payments are under way at any time. A draw is paid out once: only then is its principal known for good."""

APART = (
    "loan.closed",
    "customer.account_statement",
    "customer.account_closed",
    "customer.account_opened",
    "loan.opened",
)
"""What takes effect when it comes, wherever the money is: it is told when nothing is on its way."""


def tell(stream: StreamSystem, messages: Iterable[Message]) -> None:
    """Tell bank messages, and wait until all is settled."""
    for message in messages:
        if message["type"] in APART:
            stream.settle()
        stream.tell(message)
        if message["type"] in APART:
            stream.settle()
    stream.settle()


def examine(seed: str, post: Post = LATE, manner: Manner = BRISK) -> tuple[list[str], Counter[str]]:
    """All that is wrong with what was said of a history: differences, violations, wrong sums; and figures."""
    rng = random.Random(seed)
    history, stream = History(rng, manner), StreamSystem(rng, post)
    tell(stream, history.messages)
    tracer = OfflineTracer(history.messages, JUDGEMENT, Limits())
    said, offline, ledgers = stream.findings(), findings_of(tracer), loan_ledgers(tracer)
    truth = Truth(random.Random(f"{seed}-worlds"), tracer.book, claims_of(said, offline, ledgers))
    truth.play(history.messages)
    found = [*differences(said, offline, ledgers), *truth.violations, *stream.answers.broken]
    return [f"history {seed}: {what}" for what in found], truth.stats


def wrong(seed: str, post: Post = LATE, manner: Manner = BRISK) -> list[str]:
    """Only what is wrong."""
    return examine(seed, post, manner)[0]


def main() -> int:
    """Read the command line, play, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.fund_flow.stream_check", description=__doc__)
    parser.add_argument("--outflows", type=int, default=100_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--step", type=float, default=BRISK.step.total_seconds(), help="seconds between two messages")
    options = parser.parse_args()
    manner = replace(BRISK, step=timedelta(seconds=options.step))
    stats: Counter[str] = Counter()
    found: list[str] = []
    while stats["outflows"] < options.outflows and not found:
        more, figures = examine(f"{options.seed}-{stats['histories']}", LATE, manner)
        found += more
        stats.update(figures)
        stats["histories"] += 1
    early = stats["at decision"]
    sys.stdout.write(f"{early:,} outflows were decided before it was known what they carry\n")
    sys.stdout.write(report(options.seed, stats, found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
