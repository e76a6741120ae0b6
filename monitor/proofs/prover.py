"""From records as they come to proofs when they are due; what it knows of time and of the broker, it is told."""

from collections import OrderedDict
from typing import Final, NamedTuple

from monitor.live.seen import Seen
from monitor.proofs.books import Books
from monitor.proofs.build import build, refusal, wanted
from monitor.proofs.writing import FAULT, NotProven
from topics import names
from topics.answers import Decision
from topics.proofs import Proof
from topics.refusals import Refused

REMEMBERED: Final = 10_000


class Waiting(NamedTuple):
    """A decision to prove, and its record."""

    decision: Decision
    seen: Seen


def prove(decision: Decision, seen: Seen, books: Books, faults: list[Exception] | None = None) -> Proof:
    """The proof of a decision, or a record that says why there is none.

    With `faults` an error in the building is put there, and one decision is refused; without, it is raised.
    """
    try:
        return build(decision, seen, books)
    except NotProven as refused:
        return refusal(decision, seen, refused.reason)
    except Exception as fault:
        if faults is None:
            raise
        faults.append(fault)
        return refusal(decision, seen, FAULT)


class Prover:
    """Decisions wait until everything that was appended before them has been read; then each gets one proof.

    `faults`: errors met while building, for whoever runs it to tell; the other decisions are proven all the same.
    """

    def __init__(self, books: Books) -> None:
        self.books = books
        self.waiting: list[Waiting] = []
        self.faults: list[Exception] = []
        self._known: OrderedDict[str, None] = OrderedDict()

    def take(self, seen: Seen) -> None:
        """A record of an input topic or of `decisions`."""
        if seen.topic == names.DECISIONS:
            self._decided(seen)
        else:
            self.books.take(seen)

    def _decided(self, seen: Seen) -> None:
        try:
            decision = wanted(seen)
        except Refused:  # of a version this program does not know
            return
        if decision is not None and decision.event_id not in self._known:
            self._known[decision.event_id] = None
            self.waiting.append(Waiting(decision, seen))
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def due(self, reached: int) -> list[tuple[Waiting, Proof]]:
        """Proofs of decisions up to append time `reached`, ms: all that lay before it has been taken."""
        ready = [one for one in self.waiting if one.seen.at <= reached]
        self.waiting = [one for one in self.waiting if one.seen.at > reached]
        return [(one, prove(one.decision, one.seen, self.books, self.faults)) for one in ready]
