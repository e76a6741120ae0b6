"""Proofs as files, one each, and the proofs of a replayed file of events."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from monitor.live.seen import Seen
from monitor.proofs.books import Books
from monitor.proofs.build import wanted
from monitor.proofs.prover import prove
from topics import names
from topics.codec import encode
from topics.proofs import Proof

if TYPE_CHECKING:
    from monitor.engine.api import Output
    from monitor.offline import Event  # the model behind it takes seconds to import


def write_proof(folder: Path, proof: Proof) -> Path:
    """Write a proof into `folder`, named by the event that was decided; the same bytes as on the topic."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{quote(proof.event_id, safe='')}.json"
    path.write_bytes(encode(proof))
    return path


class ReplayedProofs:
    """Proves what a replay decides, while it goes on. Offsets count the records of each topic, as on one partition."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.written: list[Path] = []
        self.refused: Counter[str] = Counter()
        self._books = Books()
        self._offsets: Counter[str] = Counter()
        self._now = 0

    def event(self, event: "Event") -> None:
        """The next event, before it is decided."""
        self._now = event.append_time
        self._books.take(self._seen(event.topic, event.key, event.value))

    def answer(self, output: "Output") -> None:
        """An answer to the newest event."""
        if output.topic not in (names.DECISIONS, names.FUND_FLOW):
            return
        seen = self._seen(output.topic, output.key, output.value)
        self._books.take(seen)
        decision = wanted(seen) if seen.topic == names.DECISIONS else None
        if decision is None:
            return
        proof = prove(decision, seen, self._books)
        if proof.refused is None:
            self.written.append(write_proof(self.folder, proof))
        else:
            self.refused[proof.refused] += 1

    def __str__(self) -> str:
        if not self.written and not self.refused:
            return "no proof, as no tracing rule blocked a payment; the rule set `enforce_all` lets them"
        refused = "".join(f", {count} refused: {reason}" for reason, count in sorted(self.refused.items()))
        return f"{len(self.written)} proofs in {self.folder}{refused}"

    def _seen(self, topic: str, key: bytes | None, value: bytes | None) -> Seen:
        self._offsets[topic] += 1
        return Seen(topic, 0, self._offsets[topic] - 1, self._now, key, value)
