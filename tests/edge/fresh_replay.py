"""The journal replayed from its first record in a process of its own: `python -m tests.edge.fresh_replay '<Run>'`.

Prints one JSON object a partition: what the state and the outputs must be.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from monitor.edge.kafka_replay import JournalReplay, open_replay
from monitor.engine.api import OWN_PARTITION, Entry, Output
from tests.edge.subject import Run, Subject, load_subject


def state_digest(entries: Iterable[Entry]) -> str:
    """Digest of a state, canonical."""
    digest = blake2b(digest_size=16)
    for key, value in sorted(entries):
        assert value is not None
        digest.update(b"%d:%d:" % (len(key), len(value)) + key + value)
    return digest.hexdigest()


def output_name(topic: str, key: bytes, value: bytes, headers: Iterable[tuple[str, bytes]]) -> bytes:
    """Identity of an output: all its bytes."""
    parts = [topic.encode(), key, value, *(item for name, content in headers for item in (name.encode(), content))]
    return blake2b(b"".join(b"%d:" % len(part) + part for part in parts), digest_size=16).digest()


def outputs_digest(names: Iterable[bytes]) -> int:
    """Digest of the distinct outputs; those of several partitions add up."""
    return sum(int.from_bytes(name, "big") for name in set(names))


def replay_partition(journal: JournalReplay, subject: Subject, partition: int) -> dict[str, Any]:
    """What a partition must be, and what its newest snapshot is. `subject` is the one whose sinks were filled."""
    engine = subject.engine_factory(partition)
    names: dict[int, list[bytes]] = defaultdict(list)
    result: dict[str, Any] = {"partition": partition, "batches": 0, "ticks": 0, "records": 0, "mismatches": 0}
    for step in journal.steps(partition, engine):
        for output in step.outputs:
            names[partition if output.partition == OWN_PARTITION else output.partition].append(_named(output))
        result["batches"] += 1
        result["ticks"] += not step.batch.records
        result["records"] += len(step.batch.records)
        result["mismatches"] += not step.matches
        result["sequence"] = step.entry.sequence
    result |= {"state": state_digest(engine.state()), "outputs": {p: outputs_digest(n) for p, n in names.items()}}
    snapshot = journal.snapshot(partition)
    if snapshot is not None:
        restored = subject.engine_factory(partition)
        restored.restore(snapshot.entries)
        result["snapshot_sequence"] = snapshot.marker.sequence
        result["snapshot_state"] = state_digest(snapshot.entries)
        result["restored_state"] = state_digest(restored.state())
    return result


def _named(output: Output) -> bytes:
    return output_name(output.topic, output.key, output.value or b"", output.headers)


def main() -> None:
    """Replay all partitions."""
    run = Run(**json.loads(sys.argv[1]))
    subject = load_subject(run.subject)
    with open_replay(run.config(subject), subject.sinks) as journal:
        for partition in range(run.partitions):
            sys.stdout.write(json.dumps(replay_partition(journal, subject, partition)) + "\n")


if __name__ == "__main__":
    main()
