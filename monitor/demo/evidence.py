"""What a block rests on, shown after the demo: the way of the money as a picture, and the proof, checked alone."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
from rich.console import RenderableType
from rich.text import Text

from monitor.cli import loan_view
from monitor.demo.chronicle import Chronicle
from monitor.live.seen import Seen
from monitor.proofs.books import Books
from monitor.proofs.build import blocking
from monitor.proofs.files import write_proof
from monitor.proofs.prover import Prover
from monitor.proofs.verifier import verify
from monitor.simulator.truth import Truth
from monitor.trail.methods import METHODS
from monitor.trail.reading import Record
from monitor.trail.story import tell
from topics import names
from topics.answers import Decision

THROUGH_OTHERS = "FF02"
_READ = frozenset({*names.BANK_TOPICS, names.REFERENCE, names.USE_OF_PROCEEDS})
_MOST_WAYS = 3


class _Named(msgspec.Struct):
    type: str = ""
    draw_id: str = ""
    loan_id: str = ""


def evidence(
    records: list[Seen], truth: Iterable[Truth], chronicle: Chronicle, folder: Path
) -> Iterator[RenderableType]:
    """Of the first story about other people's accounts that was blocked: picture and proof, both left in `folder`."""
    for planted in truth:
        decision = _blocked(planted, chronicle) if planted.code == THROUGH_OTHERS else None
        if decision is not None:
            yield from _picture(records, decision, folder)
            yield from _proof(records, decision, folder)
            return


def _blocked(planted: Truth, chronicle: Chronicle) -> Decision | None:
    answers = (chronicle.decisions.get(event) for event in planted.event_ids)
    return next((answer[0] for answer in answers if answer is not None and blocking(answer[0])), None)


def _in_order(records: Iterable[Seen], topics: frozenset[str]) -> list[Seen]:
    return sorted(
        (seen for seen in records if seen.topic in topics), key=lambda seen: (seen.at, seen.topic, seen.offset)
    )


def _picture(records: list[Seen], decision: Decision, folder: Path) -> Iterator[RenderableType]:
    loan = _loan_of(records, decision)
    if loan is None:
        return
    read = _in_order(records, _READ)
    story = tell((Record(one.topic, one.key, one.at, one.value) for one in read), loan, [METHODS["fifo"]])
    file = folder / "money.svg"
    file.write_text(loan_view.picture(story, _MOST_WAYS), encoding="utf-8")
    yield Text("The money", style="bold")
    yield from loan_view.parts(story, _MOST_WAYS)
    yield Text(f"  as a picture in {file}")


def _loan_of(records: Iterable[Seen], decision: Decision) -> str | None:
    draws = decision.fund_flow.loans.keys() if decision.fund_flow else ()
    for seen in records:
        if seen.topic == names.LOANS and seen.value is not None:
            found = msgspec.json.decode(seen.value, type=_Named)
            if found.draw_id in draws and found.type == "loan.disbursed":
                return found.loan_id
    return None


def _proof(records: list[Seen], decision: Decision, folder: Path) -> Iterator[RenderableType]:
    prover = Prover(Books())
    inputs = _in_order(records, frozenset(names.INPUT_TOPICS))
    decided = next(one for one in records if one.topic == names.DECISIONS and _is_of(one, decision))
    for seen in inputs:
        if seen.at <= decided.at:
            prover.take(seen)
    prover.take(decided)
    yield Text("The proof", style="bold")
    for _, proof in prover.due(decided.at):
        if proof.refused is not None:
            yield Text(f"  none: {proof.refused}", style="red")
            continue
        file = write_proof(folder / "proofs", proof)
        yield Text(f"  {verify(file.read_bytes())}")
        yield Text(f"  in {file}")


def _is_of(seen: Seen, decision: Decision) -> bool:
    return seen.value is not None and decision.event_id.encode() in seen.value
