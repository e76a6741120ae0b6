"""Compares what is on the topics after a run with what a fresh process makes of the journal."""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.edge.broker import caught_up, read_all
from tests.edge.fresh_replay import output_name, outputs_digest
from tests.edge.processes import ROOT
from tests.edge.subject import Run, Subject


@dataclass
class Verdict:
    """Figures of a run. `faults` is empty when it holds. `between`: messages partitions wrote to each other."""

    events: int = 0
    decisions: int = 0
    repeated: int = 0
    lost: int = 0
    conflicting: int = 0
    replayed: int = 0
    resent: int = 0
    between: int = 0
    batches: int = 0
    ticks: int = 0
    journal_bytes: int = 0
    records: int = 0
    faults: list[str] = field(default_factory=list)

    def require(self, holds: bool, what: str) -> None:
        """Note a fault unless `holds`."""
        if not holds:
            self.faults.append(what)


def judge(run: Run, subject: Subject, acknowledged: set[bytes], hash_seed: str) -> Verdict:
    """Everything that must hold, whatever was killed when."""
    verdict = Verdict(events=len(acknowledged))
    by_event, by_partition = _read_outputs(run, subject, verdict)
    verdict.lost = len(acknowledged - by_event.keys())
    verdict.conflicting = sum(len(values) > 1 for values in by_event.values())
    verdict.require(verdict.lost == 0, f"{verdict.lost} events have no decision")
    verdict.require(verdict.conflicting == 0, f"{verdict.conflicting} events have different decisions")
    verdict.require(caught_up(run, subject), "not all inputs are committed")
    expected: Counter[int] = Counter()
    for result in replay_in_fresh_process(run, hash_seed):
        _compare(verdict, result)
        expected.update({int(partition): digest for partition, digest in result["outputs"].items()})
    for partition in range(run.partitions):
        same = expected[partition] == outputs_digest(by_partition[partition])
        verdict.require(same, f"partition {partition}: the outputs on the topics are not those of the replay")
    for partition in range(run.partitions):
        verdict.journal_bytes += sum(len(m.value()) for m in read_all(run, "journal", partition))
    return verdict


def _read_outputs(
    run: Run, subject: Subject, verdict: Verdict
) -> tuple[dict[bytes, set[bytes]], dict[int, list[bytes]]]:
    by_event: dict[bytes, set[bytes]] = defaultdict(set)
    by_partition: dict[int, list[bytes]] = defaultdict(list)
    for topic in run.topics(subject).outputs:
        for partition in range(run.partitions):
            for message in read_all(run, topic, partition):
                headers = message.headers() or []
                name = output_name(topic, message.key(), message.value() or b"", headers)
                by_partition[partition].append(name)
                verdict.between += topic in subject.between
                if topic == subject.decisions:
                    verdict.decisions += 1
                    by_event[dict(headers)["event_id"]].add(name)
    verdict.repeated = verdict.decisions - len(by_event)
    return by_event, by_partition


def _compare(verdict: Verdict, result: dict[str, Any]) -> None:
    where = f"partition {result['partition']}: "
    verdict.batches += result["batches"]
    verdict.ticks += result["ticks"]
    verdict.records += result["records"]
    verdict.require(result["mismatches"] == 0, f"{where}{result['mismatches']} batches replay to other outputs")
    verdict.require(
        result.get("snapshot_sequence") == result.get("sequence"), where + "the last snapshot is not of the last batch"
    )
    verdict.require(
        result.get("snapshot_state") == result["state"], where + "the final state differs from the replay's"
    )
    verdict.require(result.get("restored_state") == result["state"], where + "restoring the snapshot changes the state")


def replay_in_fresh_process(run: Run, hash_seed: str) -> list[dict[str, Any]]:
    """The replay's results, of a process with another hash seed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.edge.fresh_replay", json.dumps(asdict(run))],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,  # the full run leaves a million records on a machine that may be busy
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]
