"""`monitor prove`: proofs of what tracing rules block, beside the workers, until it is told to stop."""

import logging
import signal
import time
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.session import session_of
from monitor.proofs.files import write_proof
from monitor.proofs.keeping import MOST_RECORDS, KeptBooks
from monitor.proofs.prover import Prover, Waiting
from topics.proofs import Proof

if TYPE_CHECKING:
    from monitor.proofs.on_kafka import Topics

log = logging.getLogger(__name__)
LOOK_S = 0.2
COMMIT_S = 5.0


def prove(
    context: typer.Context,
    days: Annotated[float, typer.Option(min=0, help="How far back the inputs are read at the start.")] = 30.0,
    most: Annotated[int, typer.Option(min=1000, help="Most messages kept in memory, about 1 kB each.")] = MOST_RECORDS,
    out: Annotated[Path | None, typer.Option(help="Also write each proof into this folder.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help="End after so many seconds.")] = None,
    loglevel: Annotated[str, typer.Option(help="debug, info, warning or error.")] = "info",
) -> None:
    """Publish to `proofs`, within seconds of each block of a tracing rule, what shows that it was loan money."""
    from monitor.proofs.on_kafka import topics  # noqa: PLC0415 - keeps --help quick

    logging.basicConfig(level=loglevel.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = _told_to_stop()
    with topics(session_of(context).settings.kafka) as opened:
        books = KeptBooks(most)
        for seen in opened.history(days):
            books.note(seen)
        opened.begin(days)
        log.info("reading %g days of the inputs, then every decision that comes", days)
        _run(opened, Prover(books), out, stop, None if seconds is None else time.monotonic() + seconds)
        if books.forgotten:
            log.warning("memory was full: %d accounts with loan money were forgotten", books.forgotten)


def _told_to_stop() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _run(opened: "Topics", prover: Prover, out: Path | None, stop: Event, end: float | None) -> None:
    committed = time.monotonic()
    while not stop.is_set() and (end is None or time.monotonic() < end):
        for seen in opened.read(LOOK_S):
            prover.take(seen)
        made = prover.due(opened.reached())
        while prover.faults:
            log.error("a proof could not be built; the others go on", exc_info=prover.faults.pop(0))
        for one, proof in made:
            opened.publish(proof, one.decision.position.partition)
            _tell(one, proof, out)
        if made or time.monotonic() > committed + COMMIT_S:
            opened.settle([one.seen for one in prover.waiting])
            committed = time.monotonic()
    opened.settle([one.seen for one in prover.waiting])


def _tell(one: Waiting, proof: Proof, out: Path | None) -> None:
    if proof.refused is not None:
        log.warning("no proof of %s: %s", proof.event_id, proof.refused)
        return
    later = time.time() - one.seen.at / 1000
    steps = sum(len(claim.steps) for claim in proof.claims)
    log.info("proof of %s: %d steps, %.1f s after the decision", proof.event_id, steps, later)
    if out is not None:
        write_proof(out, proof)
