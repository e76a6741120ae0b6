"""The small bank of the engine tests, with every message kept as evidence and every block of a tracing rule proven."""

from collections import Counter
from dataclasses import dataclass, field

from monitor.live.seen import Seen
from monitor.offline import Answer
from monitor.proofs.books import Books
from monitor.proofs.build import wanted
from monitor.proofs.prover import prove
from tests.engine.scene import DAY, Scene
from topics import names, transfers
from topics.proofs import Proof


@dataclass
class ProvenScene(Scene):
    """`proofs`: of every decision so far that is one to prove."""

    books: Books = field(default_factory=Books)
    offsets: Counter[str] = field(default_factory=Counter)
    proofs: list[Proof] = field(default_factory=list)

    def raw(self, topic: str, key: bytes | None, value: bytes | None) -> list[Answer]:
        """Let any bytes arrive now."""
        self.books.take(self.seen(topic, key, value))
        new = super().raw(topic, key, value)
        for answer in new:
            if answer.output.topic == names.DECISIONS:
                self._decided(self.seen(names.DECISIONS, answer.output.key, answer.output.value))
        return new

    def seen(self, topic: str, key: bytes | None, value: bytes | None) -> Seen:
        """The next record of a topic."""
        self.offsets[topic] += 1
        return Seen(topic, 0, self.offsets[topic] - 1, self.now, key, value)

    def _decided(self, seen: Seen) -> None:
        decision = wanted(seen)
        if decision is not None:
            self.proofs.append(prove(decision, seen, self.books))


def borrower(own: int = 0, loan: int = 50_000_00) -> ProvenScene:
    """A customer with own money and a draw of last week in one account, who paid these payees before."""
    scene = ProvenScene()
    scene.open(own + 2_00)
    for payee in ("broker-1", "payee-1"):
        scene.post(transfers.TransferPosting, -1_00, counterparty_account=payee)
    scene.loan()
    scene.draw(loan)
    scene.wait(7 * DAY)
    return scene
