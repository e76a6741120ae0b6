"""Random histories against every conserving rule: `python -m tests.fund_flow.soundness [--outflows N] [--seed S]`.

Prints violations and how tight the bounds are. Exit code 1 when anything true lies outside.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable

from tests.fund_flow.books import JUDGEMENT
from tests.fund_flow.figures import Limits
from tests.fund_flow.findings import Monitored
from tests.fund_flow.happenings import read
from tests.fund_flow.histories import History, Manner
from tests.fund_flow.offline_system import OfflineSystem
from tests.fund_flow.truth import Truth
from tests.tracing.rules_of_money import RULES

TIGHT = Limits(origins=2, hops=2, smallest_tag=4, lots=3, records=5)
WIDE = Limits(origins=8, hops=9, smallest_tag=1, lots=40, records=99)
Maker = Callable[[Limits], Monitored]


def offline(limits: Limits) -> Monitored:
    """The offline tracer over the books of these histories."""
    return OfflineSystem(JUDGEMENT, limits)


def check(seed: str, history: History, system: Monitored) -> Truth:
    """Tell a history to a system, all of it in order, and look at what it says."""
    for message in history.messages:
        system.tell(message)
    system.settle()
    truth = Truth(random.Random(f"{seed}-worlds"), read(history.messages, JUDGEMENT), system.findings())
    truth.play(history.messages)
    return truth


def play(seed: str, make: Maker = offline, *, tight: bool | None = None) -> Truth:
    """One history with its check; limits are tight in every other one unless told."""
    rng = random.Random(seed)
    narrow = rng.random() < 0.5 if tight is None else tight
    manner = Manner(unit=rng.choice((1, 1, 100)))
    limits = TIGHT if narrow else WIDE
    return check(seed, History(rng, manner), make(limits))


def soundness(seed: str, outflows: int, make: Maker = offline) -> tuple[Counter[str], list[str]]:
    """Play histories until so many outflows were checked; figures, and the first violations."""
    stats: Counter[str] = Counter()
    violations: list[str] = []
    while stats["outflows"] < outflows and not violations:
        name = f"{seed}-{stats['histories']}"
        truth = play(name, make)
        stats.update(truth.stats)
        stats["histories"] += 1
        violations += [f"history {name}: {what}" for what in truth.violations]
    return stats, violations


def report(seed: str, stats: Counter[str], violations: list[str]) -> str:
    """The figures in words; at most three violations."""
    pairs = max(1, stats["pairs"])
    width, span = (stats[name] / pairs / 10_000 for name in ("width", "span of the rules"))
    return f"""Seed {seed}: {len(violations)} violations in {stats["outflows"]:,} outflows, {len(RULES)} rules.
{stats["histories"]:,} histories; {pairs:,} intervals, {100 * stats["exact pairs"] / pairs:.0f} % of them exact.
Mean width {width:.1f} % of the amount; the rules played here span {span:.1f} % by themselves.
""" + "".join(f"{what}\n" for what in violations[:3])


def main() -> int:
    """Read the command line, play, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.fund_flow.soundness", description=__doc__)
    parser.add_argument("--outflows", type=int, default=100_000)
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    stats, violations = soundness(options.seed, options.outflows)
    sys.stdout.write(report(options.seed, stats, violations))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
