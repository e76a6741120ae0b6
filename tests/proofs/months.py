"""Simulated months in which every block of a tracing rule is proven; whoever is barred from drawing asks for a draw.

    python -m tests.proofs.months --seeds 31,32,33 --customers 300

A bank in files does not hear what the monitor says, so nobody would run into a block that was armed. Here the customer
asks for a draw in the same moment, and the decision that stops it is proven too.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from monitor.offline import Answer, Event, OfflineMonitor
from monitor.proofs.build import blocking
from monitor.proofs.files import ReplayedProofs
from monitor.proofs.verifier import verify
from monitor.simulator.bank import Plan
from monitor.simulator.casting import Shares
from monitor.simulator.kernel import Delivery
from rules.catalogue import packaged
from tests.simulator.banks import play
from topics import answers, names
from topics.codec import decode_answer, encode
from topics.instants import instant
from topics.loans import DrawRequest, LoanOpened


class ProvenMonth:
    """`decisions`: those with a block of a tracing rule, by event; `proofs`: what was written of them."""

    def __init__(self, deliveries: Iterable[Delivery], folder: Path) -> None:
        self.decisions: dict[str, answers.Decision] = {}
        self.proofs = ReplayedProofs(folder)
        self._monitor = OfflineMonitor(packaged("enforce_all"))
        for delivery in deliveries:
            self._play(Event(delivery.topic, delivery.key, delivery.append_time, encode(delivery.message)))

    def _play(self, event: Event) -> None:
        self.proofs.event(event)
        barred = [block for answer in self._monitor.play([event]) for block in self._heard(answer)]
        for block in barred:
            for message in asks_for_a_draw(block, event.append_time):
                self._play(Event(names.LOANS, block.customer_id.encode(), event.append_time, encode(message)))

    def _heard(self, answer: Answer) -> Iterator[answers.Block]:
        """Keep and prove what was decided; -> blocks that stop the next draw from now on."""
        output = answer.output
        self.proofs.answer(output)
        if output.topic == names.DECISIONS:
            decision = decode_answer(names.DECISIONS, output.value or b"")
            assert isinstance(decision, answers.Decision)
            if blocking(decision):
                self.decisions[decision.event_id] = decision
        elif output.topic == names.BLOCKS:
            block = decode_answer(names.BLOCKS, output.value or b"")
            assert isinstance(block, answers.Block)
            if (block.status, block.scope) == ("ARMED", "next_draw"):
                yield block

    def claims(self) -> Counter[str]:
        """How many of each rule were proven; FF02 of a loan as a whole by itself, and what was refused, by its name."""
        found: Counter[str] = Counter({f"refused {reason}": n for reason, n in self.proofs.refused.items()})
        for path in self.proofs.written:
            decision = self.decisions[path.stem]
            reasons = [decision.reasons[place] for place in blocking(decision)]
            found.update(f"{reason.code} {reason.figures.get('whose', '')}".strip() for reason in reasons)
        return found


def asks_for_a_draw(block: answers.Block, now: int) -> tuple[LoanOpened, DrawRequest]:
    """Who is barred opens another line, and asks all the same."""
    mark = block.block_id
    head: dict[str, Any] = {"schema_version": 1, "event_time": instant(now), "customer_id": block.customer_id}
    head |= {"loan_id": f"line-{mark}", "currency": "CNY"}
    draw: dict[str, Any] = {"payment_id": f"draw-{mark}", "draw_id": f"draw-{mark}", "disbursement_account": "any"}
    opened = LoanOpened(**head, event_id=f"line-{mark}", credit_limit=100_00)
    return opened, DrawRequest(**head, **draw, event_id=f"ask-{mark}", amount=100_00)


def main() -> None:
    """Play months, prove, check every proof, and count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="31,32,33", help="one month each")
    parser.add_argument("--customers", type=int, default=300)
    parser.add_argument("--days", type=int, default=36)
    told = parser.parse_args()
    for seed in map(int, told.seeds.split(",")):
        plan = Plan(
            seed=seed, customers=told.customers, days=told.days, shares=Shares(episodes=1 / 3, look_alikes=1 / 3)
        )
        with tempfile.TemporaryDirectory() as folder:
            month = ProvenMonth(play(plan)[0], Path(folder))
            for path in month.proofs.written:
                verify(path.read_bytes())
        sys.stdout.write(f"seed {seed}: {len(month.decisions)} blocks, {dict(sorted(month.claims().items()))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
