"""End to end on a real Kafka: events a second over a backlog, latency at a rate, and the way back after `kill -9`.

Every subject works off its backlog alone. Then all of them stay up, and latency is measured in turns of some seconds
each: what the machine does meanwhile meets all of them alike.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
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


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: `backlog` events, then `turns` of `seconds` at each rate, after `warm_up` seconds.

    For its first minute or two a broker spends half a core on compiling itself; that is no subject's latency.
    """

    backlog: int
    seconds: float
    turns: int
    warm_up: float = 25.0

    @property
    def events(self) -> int:
        """Events a workload must have."""
        return self.backlog + int(self.warm_up * RATES[-1] + self.seconds * self.turns * sum(RATES) + 20 * RATES[0])


@dataclass(slots=True)
class Found:
    """What one subject reached. `ready` and `start`: seconds from its start until ready, and to its first answer."""

    ready: float | None = None
    start: float = 0.0
    throughput: float = 0.0
    latencies: dict[int, Latencies] = field(default_factory=lambda: defaultdict(Latencies))
    busy: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    passed: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    back: float | None = None

    def cpu(self, rate: int) -> float:
        """Share of a core."""
        return self.busy[rate] / self.passed[rate]


class Trial:
    """One subject at work, its load and its listener."""

    def __init__(self, subject: Subject, bootstrap: str, prefix: str, workload: Workload, scratch: Path) -> None:
        self.subject, self.found = subject, Found()
        self._where = (bootstrap, prefix, scratch)
        self._workload = workload
        self._rest = iter(workload.loads)
        self._processes: list[Popen[bytes]] = []
        subject.create_topics(bootstrap, prefix)
        self._sender = Sender(bootstrap, prefix, merged=subject.merged)
        self._heard = Decisions(bootstrap, prefix, PARTITIONS)

    def work_off(self, events: int) -> None:
        """Start the subject with a backlog before it, and measure how fast it gets through."""
        backlog = self._take(int(events * self.subject.backlog))
        self._sender.send_all(self._workload.reference)
        self._sender.send_all(load.event for load in backlog)
        begun = time.perf_counter()
        process = self._start()
        self._note_backlog(backlog, begun, process)
        self._heard.start()

    def _note_backlog(self, backlog: Sequence[Load], begun: float, process: Popen[bytes]) -> None:
        """Answered events a second from the first answer to the last one, and how long it took to the first one."""
        due = sum(load.event_id is not None for load in backlog)
        found, first, count, first_at, now = self.found, 0, 0, begun, begun
        while count < due:
            time.sleep(0.05)
            count, now = self._heard.total(), time.perf_counter()
            if found.ready is None and self.subject.ready():
                found.ready = now - begun
            if count and not first:
                first, first_at = count, now
            if process.poll() is not None or now - begun > _LIMIT_S:
                raise RuntimeError(f"{count} of {due} decisions after {now - begun:.0f} s")
        share = len(backlog) / due  # events that get no decision are work as well
        found.start, found.throughput = first_at - begun, (due - first) * share / (now - first_at)

    def at_rate(self, rate: int, seconds: float, *, counts: bool) -> None:
        """Send at a rate for a while; `counts`: note what it took."""
        seen = psutil.Process(self._processes[-1].pid)
        before, begun = seen.cpu_times(), time.perf_counter()
        latencies = self.found.latencies[rate] if counts else Latencies()
        open_loop.run(self._sender, self._heard, self._take(int(rate * seconds)), rate, latencies)
        if counts:
            after = seen.cpu_times()
            self.found.busy[rate] += after.user + after.system - before.user - before.system
            self.found.passed[rate] += time.perf_counter() - begun

    def kill(self) -> None:
        """Measure the seconds from a kill to the first decision of a successor; the load goes on meanwhile."""
        self._processes[-1].kill()
        self._processes[-1].wait()
        before, killed = len(self._heard.seen), time.perf_counter()
        successor = self._start()
        while len(self._heard.seen) == before:
            open_loop.send_at(self._sender, self._take(10), RATES[0])
            if successor.poll() is not None or time.perf_counter() - killed > _LIMIT_S:
                raise RuntimeError("the successor gave no decision")
        self.found.back = min(at for at in self._heard.seen.values() if at > killed) - killed

    def close(self) -> None:
        """End its process and its clients."""
        for process in self._processes:
            process.terminate()
            try:
                process.wait(30)
            except TimeoutExpired:
                process.kill()
        self._sender.flush()
        self._heard.close()

    def _start(self) -> Popen[bytes]:
        self._processes.append(self.subject.start(*self._where))
        return self._processes[-1]

    def _take(self, count: int) -> list[Load]:
        return [load for _, load in zip(range(count), self._rest, strict=False)]


def measure(workload: Workload, plan: Plan) -> list[Row]:
    """Measure every subject on one broker."""
    with TemporaryDirectory() as scratch, LocalKafka(Path(scratch, "kafka"), jvm=BENCHMARK_JVM) as broker:
        bootstrap = broker.start()
        with ExitStack() as stack:
            trials = list(_worked_off(stack, bootstrap, workload, plan, Path(scratch)))
            for trial in trials:
                trial.at_rate(RATES[-1], plan.warm_up, counts=False)
            for rate in RATES:
                for _ in range(plan.turns):
                    for trial in trials:
                        trial.at_rate(rate, plan.seconds, counts=True)
            trials[-1].kill()
        return _rows({trial.subject.name: trial.found for trial in trials})


def _worked_off(stack: ExitStack, bootstrap: str, workload: Workload, plan: Plan, scratch: Path) -> Iterator[Trial]:
    for number, subject in enumerate(subjects.ALL):
        trial = Trial(subject, bootstrap, f"bench{number}-", workload, scratch)
        stack.callback(trial.close)
        trial.work_off(plan.backlog)
        yield trial


def _rows(found: dict[str, Found]) -> list[Row]:
    rows: list[Row] = []
    beside = subjects.BARE_ENGINE.name
    peer = found[beside]
    for name, one in found.items():
        rows.append(ratio_row(f"{name}: backlog", one.throughput, "events/s", peer.throughput, beside))
        for rate, latencies in one.latencies.items():
            at = f"at {rate}/s"
            for what, took, base in zip(
                ("p50", "p99", "p99.9"), latencies.cuts(), peer.latencies[rate].cuts(), strict=True
            ):
                rows.append(ratio_row(f"{name}: {what} {at}", took, "ms", base, beside))
            busy, base = one.cpu(rate) * 100, peer.cpu(rate) * 100
            rows.append(ratio_row(f"{name}: CPU {at}", busy, "% of a core", base, beside))
            if latencies.lost:
                rows.append(Row(f"{name}: no decision within 10 s {at}", latencies.lost, "events"))
        if one.ready is not None:
            rows.append(Row(f"{name}: start to ready", one.ready, "s"))
        rows.append(Row(f"{name}: start to first answer", one.start, "s"))
        if one.back is not None:
            rows.append(Row(f"{name}: kill -9 to next decision", one.back, "s"))
    return rows
