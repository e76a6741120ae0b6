"""End to end on a real Kafka: events a second over a backlog, latency at a rate, and the way back after `kill -9`."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen, TimeoutExpired
from tempfile import TemporaryDirectory

import psutil

from benchmarks import open_loop, subjects
from benchmarks.open_loop import Decisions, Latencies, Sender
from benchmarks.subjects import PARTITIONS, Subject
from benchmarks.table import Row, ratio_row
from benchmarks.workload import Load, Workload
from monitor.kafka.local import BENCHMARK_JVM, LocalKafka

RATES = (500, 1000)
_LIMIT_S = 180.0


@dataclass(slots=True)
class Found:
    """What one subject reached. `start`: seconds from its start to its first answer."""

    start: float = 0.0
    throughput: float = 0.0
    latencies: dict[int, Latencies] = field(default_factory=dict)
    cpu: dict[int, float] = field(default_factory=dict)
    back: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: `backlog` events, then `seconds` at each rate, after `warm_up` seconds of the same.

    A broker compiles the paths a subject uses while it first uses them; that is no subject's latency.
    """

    backlog: int
    seconds: float
    warm_up: float = 8.0

    @property
    def events(self) -> int:
        """Events a workload must have."""
        return self.backlog + int((self.warm_up + self.seconds) * sum(RATES) + self.seconds * 2 * RATES[0])


def measure(workload: Workload, plan: Plan) -> list[Row]:
    """Measure every subject, one after the other, on one broker."""
    with TemporaryDirectory() as scratch, LocalKafka(Path(scratch, "kafka"), jvm=BENCHMARK_JVM) as broker:
        bootstrap = broker.start()
        found = {
            subject.name: _subject(subject, bootstrap, f"bench{number}-", workload, plan, Path(scratch))
            for number, subject in enumerate(subjects.ALL)
        }
    return _rows(found)


def _subject(subject: Subject, bootstrap: str, prefix: str, workload: Workload, plan: Plan, scratch: Path) -> Found:
    subject.create_topics(bootstrap, prefix)
    sender = Sender(bootstrap, prefix, merged=subject.merged)
    backlog = workload.loads[: int(plan.backlog * subject.backlog)]
    sender.send_all(workload.reference)
    sender.send_all(load.event for load in backlog)
    found, rest = Found(), iter(workload.loads[len(backlog) :])
    begun = time.perf_counter()
    with _running(subject, bootstrap, prefix, scratch) as process, Decisions(bootstrap, prefix, PARTITIONS) as heard:
        found.start, found.throughput = _backlog(heard, backlog, begun, process)
        for rate in RATES:
            open_loop.run(sender, heard, _take(rest, int(rate * plan.warm_up)), rate)
            _at_rate(found, rate, _take(rest, int(rate * plan.seconds)), sender, heard, process)
        if subject is subjects.MONITOR:
            found.back = _killed(subject, bootstrap, prefix, scratch, process, sender, heard, rest, plan)
        sender.flush()
    return found


def _take(loads: Iterator[Load], count: int) -> list[Load]:
    return [load for _, load in zip(range(count), loads, strict=False)]


def _backlog(heard: Decisions, backlog: Sequence[Load], begun: float, process: Popen[bytes]) -> tuple[float, float]:
    """Seconds to the first answer, and answered events a second from there to the last one."""
    due = sum(load.event_id is not None for load in backlog)
    first = count = 0
    first_at = now = begun
    while count < due:
        count, now = heard.total(), time.perf_counter()
        if count and not first:
            first, first_at = count, now
        if process.poll() is not None or now - begun > _LIMIT_S:
            raise RuntimeError(f"{count} of {due} decisions after {now - begun:.0f} s")
        time.sleep(0.05)
    share = len(backlog) / due  # events that get no decision are work as well
    return first_at - begun, (due - first) * share / (now - first_at)


def _at_rate(
    found: Found, rate: int, loads: Sequence[Load], sender: Sender, heard: Decisions, process: Popen[bytes]
) -> None:
    seen = psutil.Process(process.pid)
    before, begun = seen.cpu_times(), time.perf_counter()
    found.latencies[rate] = open_loop.run(sender, heard, loads, rate)
    after, seconds = seen.cpu_times(), time.perf_counter() - begun
    found.cpu[rate] = (after.user + after.system - before.user - before.system) / seconds


def _killed(
    subject: Subject,
    bootstrap: str,
    prefix: str,
    scratch: Path,
    process: Popen[bytes],
    sender: Sender,
    heard: Decisions,
    rest: Iterator[Load],
    plan: Plan,
) -> float:
    """Seconds from the kill to the first decision of its successor; the load goes on meanwhile."""
    process.kill()
    process.wait()
    before, killed = len(heard.seen), time.perf_counter()
    with _running(subject, bootstrap, prefix, scratch) as successor:
        loads = _take(rest, int(RATES[0] * plan.seconds))
        while len(heard.seen) == before:
            open_loop.send_at(sender, _take(iter(loads), 10), RATES[0])
            loads = loads[10:]
            if successor.poll() is not None or time.perf_counter() - killed > _LIMIT_S:
                raise RuntimeError("the successor gave no decision")
        return min(at for at in heard.seen.values() if at > killed) - killed


@contextmanager
def _running(subject: Subject, bootstrap: str, prefix: str, scratch: Path) -> Iterator[Popen[bytes]]:
    process = subject.start(bootstrap, prefix, scratch)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except TimeoutExpired:
            process.kill()


def _rows(found: dict[str, Found]) -> list[Row]:
    rows: list[Row] = []
    peer = found[subjects.BARE_ENGINE.name]
    beside = subjects.BARE_ENGINE.name
    for name, one in found.items():
        rows.append(ratio_row(f"{name}: backlog", one.throughput, "events/s", peer.throughput, beside))
        for rate, took in one.latencies.items():
            base, at = peer.latencies[rate], f"at {rate}/s"
            rows.append(ratio_row(f"{name}: p50 {at}", took.p50, "ms", base.p50, beside))
            rows.append(ratio_row(f"{name}: p99 {at}", took.p99, "ms", base.p99, beside))
            rows.append(Row(f"{name}: p99.9 {at}", took.p999, "ms"))
            rows.append(
                ratio_row(f"{name}: CPU {at}", one.cpu[rate] * 100, "% of a core", peer.cpu[rate] * 100, beside)
            )
            if took.lost:
                rows.append(Row(f"{name}: no decision within 10 s {at}", took.lost, "events"))
        rows.append(Row(f"{name}: start to first answer", one.start, "s"))
        if one.back is not None:
            rows.append(Row(f"{name}: kill -9 to next decision", one.back, "s"))
    return rows
