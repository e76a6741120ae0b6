"""Kills a worker again and again under load and proves that nothing was lost, doubled or decided twice.

    python -m tests.edge.crash_proof --terms 10 --kills 20 --seed 1 [--subject package.module:function]

The broker is `--bootstrap`, else one is started. Exit code 0 only if everything held and was really put to the test.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

from tests.edge.broker import Load, caught_up, create_topics, publish
from tests.edge.processes import Worker
from tests.edge.subject import Run, load_subject
from tests.edge.verdict import Verdict, judge
from tests.infrastructure.waiting import until

TOY = "tests.edge.toy_subject:make"
# Each is hit with the worker dying there; the pass is drawn from the seed.
FAULT_POINTS = (
    "after_journal_ack_before_outputs",
    "after_apply_before_journal",
    "after_outputs_before_commit",
    "in_snapshot",
    "after_journal_send_before_ack",
    "after_claim",
    "after_snapshot",
    "in_replay",
    "after_resend_before_live",
)
LEAST_EVENTS_PER_SECOND = 1000
FEW_PASSES = {"in_snapshot": 8, "after_snapshot": 8, "after_claim": 4, "in_replay": 5, "after_resend_before_live": 4}


@dataclass(frozen=True)
class Plan:
    """What is done to the worker, in order: `term`, `live`, `early` or `point@pass`."""

    actions: tuple[str, ...]


def plan(random: Random, terms: int, kills: int) -> Plan:
    """Every second kill at a named point, the first of them between journal and outputs; the rest at any moment."""
    named = [_fault(random, FAULT_POINTS[number % len(FAULT_POINTS)]) for number in range((kills + 1) // 2)]
    others = [random.choice(("live", "live", "early")) for _ in range(kills - len(named))]
    actions = named[1:] + others + ["term"] * terms
    random.shuffle(actions)
    return Plan((*named[:1], *actions))


def _fault(random: Random, point: str) -> str:
    return f"{point}@{random.randint(1, FEW_PASSES.get(point, 600))}"


def prove(
    run: Run, what: Plan, random: Random, *, rate: float, logs: Path, load_seed: int = 1
) -> tuple[Verdict, Load, list[dict[str, float]]]:
    """Carry the plan out and judge. The third result: how long each restart took."""
    subject = load_subject(run.subject)
    create_topics(run, subject)
    publish(run, subject)
    load = Load(run, subject, load_seed, rate)
    load.start()
    workers: list[Worker] = []
    try:
        for number, action in enumerate(what.actions):
            fault = action if "@" in action else ""
            workers.append(Worker(replace(run, fault=fault), logs / f"worker-{number:02d}.log"))
            _act(workers[-1], action, load, random)
        workers.append(Worker(run, logs / "worker-last.log"))
        workers[-1].until_live()
        load.stop()
        until(lambda: caught_up(run, subject), "all inputs committed", 60 + load.sent / 300)
        code = workers[-1].terminate()
    finally:
        load.stop()
        for worker in workers:
            if worker.alive():
                worker.kill()
    verdict = judge(run, subject, load.acknowledged, hash_seed="4242")
    verdict.require(code == 0, f"the last worker ended with {code}")
    return _with_reports(verdict, workers), load, [report for worker in workers for report in worker.reports()]


def prove_with_two(
    run: Run, kills: int, random: Random, *, rate: float, logs: Path, load_seed: int = 1
) -> tuple[Verdict, Load, list[dict[str, float]]]:
    """Two workers at any time: the older one, which owns most, is killed at a random moment, and a new one joins."""
    subject = load_subject(run.subject)
    create_topics(run, subject)
    publish(run, subject)
    load = Load(run, subject, load_seed, rate)
    workers = [_join(run, logs, 0)]
    workers[0].until_live()
    load.start()
    try:
        for number in range(1, kills + 1):
            workers.append(_join(run, logs, number))
            _let_pass(load, random.uniform(0.2, 4.0))
            workers[-2].kill()
            until(lambda: live_partitions(workers[-1]) == run.partitions, "the other worker owns everything", 180)
        load.stop()
        until(lambda: caught_up(run, subject), "all inputs committed", 60 + load.sent / 300)
        code = workers[-1].terminate()
    finally:
        load.stop()
        for worker in workers:
            if worker.alive():
                worker.kill()
    verdict = judge(run, subject, load.acknowledged, hash_seed="4242")
    verdict.require(code == 0, f"the last worker ended with {code}")
    verdict.require(verdict.between > 0 or not subject.between, "the partitions told each other nothing")
    return _with_reports(verdict, workers), load, [report for worker in workers for report in worker.reports()]


def _join(run: Run, logs: Path, number: int) -> Worker:
    worker = Worker(replace(run, instance=f"worker-{number}"), logs / f"worker-{number:02d}.log")
    until(lambda: worker.said("Joined group") > 0, "joined", 120)
    return worker


def live_partitions(worker: Worker) -> int:
    """Partitions the worker took over."""
    assert worker.alive(), f"the worker died: {worker.log}"
    return len({report["partition"] for report in worker.reports()})


def _act(worker: Worker, action: str, load: Load, random: Random) -> None:
    if worker.run.fault:
        _await_fault(worker)
    elif action == "early":
        until(lambda: worker.said("Joined group") > 0, "joined", 120)
        _let_pass(load, random.uniform(0, 1.0))
        worker.kill()
    else:
        worker.until_live()
        _let_pass(load, random.uniform(0.2, 2.0))
        if action == "term":
            code = worker.terminate()
            assert code == 0, f"SIGTERM ended the worker with {code}, see {worker.log}"
        else:
            worker.kill()


def _let_pass(load: Load, seconds: float) -> None:
    """Wait for as many events as the load sends in `seconds`: the moment of a kill is a place in the load."""
    goal = load.sent + int(seconds * load.rate)
    until(lambda: load.sent >= goal, f"{goal} events sent")


def _await_fault(worker: Worker) -> None:
    """Wait for the fault. One in the recovery is not reached when a snapshot left nothing to replay: then kill it."""
    if worker.run.fault.partition("@")[0] in ("in_replay", "after_resend_before_live"):
        until(lambda: not worker.alive() or len(worker.reports()) >= worker.run.partitions, "dead or live", 60)
        worker.kill()
    worker.until_dead(150)


def _with_reports(verdict: Verdict, workers: Sequence[Worker]) -> Verdict:
    reports = [report for worker in workers for report in worker.reports()]
    verdict.replayed = sum(report["records"] for report in reports)
    verdict.resent = sum(report["resent"] for report in reports)
    mismatches = sum(report["mismatches"] for report in reports)
    verdict.require(mismatches == 0, f"{mismatches} batches had other outputs when a worker replayed them")
    verdict.require(verdict.replayed > 0, "no event was replayed: this run proves nothing")
    verdict.require(verdict.resent > 0, "no output was sent again: this run proves nothing")
    refused = sum(worker.said("refused:") for worker in workers)
    verdict.require(refused == 0, f"{refused} take-overs were refused")
    return verdict


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terms", type=int, default=10)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1200.0)
    parser.add_argument("--subject", default=TOY)
    parser.add_argument("--bootstrap")
    parser.add_argument("--two", action="store_true", help="two workers; --kills of the owning one, no --terms")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(_run(arguments, Path(folder)))


def _run(arguments: argparse.Namespace, folder: Path) -> int:
    random = Random(arguments.seed)
    what = plan(random, arguments.terms, arguments.kills)
    if arguments.bootstrap:
        return _prove_and_print(arguments, arguments.bootstrap, what, random)
    from monitor.kafka.local import LocalKafka  # noqa: PLC0415  # only without a given broker

    broker = LocalKafka(folder)
    try:
        return _prove_and_print(arguments, broker.start(), what, random)
    finally:
        broker.stop()


def _prove_and_print(arguments: argparse.Namespace, bootstrap: str, what: Plan, random: Random) -> int:
    run = Run(bootstrap=bootstrap, prefix=f"proof-{time.time_ns()}-", subject=arguments.subject)
    logs = Path(tempfile.mkdtemp(prefix="crash-proof-"))
    how = {"rate": arguments.rate, "logs": logs, "load_seed": arguments.seed}
    if arguments.two:
        verdict, load, reports = prove_with_two(run, arguments.kills, random, **how)
    else:
        verdict, load, reports = prove(run, what, random, **how)
    require_load(verdict, sent=load.sent, failed=load.failed, seconds=load.seconds)
    figures = asdict(verdict) | {
        "plan": f"{arguments.kills} owners killed" if arguments.two else what.actions,
        "sent": load.sent,
        "events_per_second": round(load.sent / load.seconds),
        "take_overs": len(reports),
        "longest_take_over_s": round(max(report["seconds"] for report in reports), 2),
        "journal_bytes_per_record": round(verdict.journal_bytes / max(verdict.records, 1), 1),
        "journal_bytes_per_batch": round(verdict.journal_bytes / max(verdict.batches, 1), 1),
        "logs": str(logs),
    }
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    return 1 if verdict.faults else 0


def require_load(verdict: Verdict, *, sent: int, failed: int, seconds: float) -> None:
    """A proof holds under the load it speaks of: all of it taken by the broker, and as much as was promised."""
    verdict.require(failed == 0, f"the broker did not take {failed} events")
    enough = sent >= LEAST_EVENTS_PER_SECOND * seconds
    verdict.require(enough, f"{sent} events in {seconds:.0f} s are fewer than {LEAST_EVENTS_PER_SECOND} a second")


if __name__ == "__main__":
    main()
