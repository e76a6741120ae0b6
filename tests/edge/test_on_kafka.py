"""What only a broker and real processes show: foreign claims, frozen owners, floods, failing engines, rebalances."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import Producer

from monitor.edge.entries import Applied, Claim, encode
from tests.edge.broker import Load, caught_up, committed, create_topics, publish, read_all
from tests.edge.crash_proof import TOY
from tests.edge.processes import Worker
from tests.edge.subject import Event, Run, Subject, load_subject
from tests.edge.toy_engine import FLOOD, RESUME
from tests.edge.toy_subject import BOOM
from tests.edge.verdict import judge
from tests.infrastructure.waiting import until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]
RATE = 1000


class Scene:
    """Topics, a load and any number of workers, all ended at the end."""

    def __init__(self, run: Run, logs: Path) -> None:
        self.run = run
        self.subject: Subject = load_subject(run.subject)
        self._logs = logs
        self.workers: list[Worker] = []
        create_topics(run, self.subject)
        publish(run, self.subject)
        self.load = Load(run, self.subject, 1, RATE)

    def worker(self, subject: str = TOY) -> Worker:
        """Start one more."""
        run = replace(self.run, subject=subject)
        worker = Worker(run, self._logs / f"worker-{len(self.workers)}.log")
        self.workers.append(worker)
        return worker

    def append(self, topic: str, partition: int, value: bytes, key: bytes | None = None) -> None:
        """Write one record as a stranger would."""
        producer = Producer({"bootstrap.servers": self.run.bootstrap})
        producer.produce(self.run.prefix + topic, value, key, partition)
        assert producer.flush(30) == 0

    def for_seconds(self, seconds: float) -> None:
        """Let the load run on: it is what is being tested, not something waited for."""
        sent = self.load.sent + int(seconds * RATE)
        until(lambda: self.load.sent >= sent, "load sent", seconds * 10)

    def prove(self) -> list[str]:
        """Stop the load, let everything be decided, stop the workers, judge; -> what does not hold."""
        self.load.stop()
        until(lambda: caught_up(self.run, self.subject), "all inputs committed", 60)
        for worker in self.workers:
            if worker.alive():
                assert worker.terminate() == 0
        return judge(self.run, self.subject, self.load.acknowledged, hash_seed="77").faults

    def close(self) -> None:
        """Leave nothing running."""
        self.load.stop()
        for worker in self.workers:
            if worker.alive():
                worker.process.send_signal(signal.SIGCONT)
                worker.kill()


@pytest.fixture
def scene(kafka_bootstrap: str, topic_prefix: str, tmp_path: Path) -> Iterator[Scene]:
    """A scene with the toy engine and without static member ids, so that workers may be several."""
    made = Scene(Run(bootstrap=kafka_bootstrap, prefix=topic_prefix, subject=TOY, instance=None), tmp_path)
    try:
        yield made
    finally:
        if made.load.ident is not None:
            made.close()


def test_foreign_claims_are_answered_with_claims_of_ones_own(scene: Scene) -> None:
    worker = scene.worker()
    scene.load.start()
    worker.until_live()
    for partition in range(scene.run.partitions):
        scene.append("journal", partition, encode(Claim(0, "stranger", "1.0.0")))
    until(lambda: len(worker.reports()) >= 2 * scene.run.partitions, "claimed again", 30)
    assert worker.said("superseded") == scene.run.partitions
    assert worker.said("still ours") == scene.run.partitions
    assert scene.prove() == []


def test_a_stray_record_of_an_old_epoch_costs_no_recovery(scene: Scene) -> None:
    worker = scene.worker()
    scene.load.start()
    worker.until_live()
    stray = Applied(-5, 1, 0, 0, 0, {"cards": (0, 3)}, 4, b"", b"", "1.0.0")
    for partition in range(scene.run.partitions):
        scene.append("journal", partition, encode(stray))
    scene.for_seconds(2)
    assert scene.prove() == []
    assert len(worker.reports()) == scene.run.partitions


def test_workers_that_join_leave_and_die_hand_over_whole_partitions(scene: Scene) -> None:
    first = scene.worker()
    scene.load.start()
    first.until_live()
    second, third = scene.worker(), scene.worker()
    # The assignor moves no partition for the sake of balance alone: one of them may stand by until some are free.
    until(lambda: all(w.said("Worker ready") for w in (second, third)), "both are members of the group", 60)
    scene.for_seconds(2)
    first.kill()
    until(lambda: _served(scene, (second, third)), "the others serve all partitions", 40)
    scene.for_seconds(1)
    assert second.terminate() == 0
    until(lambda: _served(scene, (third,)), "the last one serves all partitions", 40)
    assert not any(worker.said("assigned in part only") for worker in scene.workers)
    assert scene.prove() == []


def _served(scene: Scene, workers: tuple[Worker, ...]) -> bool:
    """Whether the newest take-over of every partition is by one of these."""
    newest: dict[int, tuple[int, Worker | None]] = {}
    for worker in scene.workers:
        for report in worker.reports():
            if report["epoch"] >= newest.get(report["partition"], (-1, None))[0]:
                newest[report["partition"]] = (report["epoch"], worker)
    return {worker for _, worker in newest.values()} <= set(workers)


def test_a_worker_frozen_and_thawed_after_it_was_replaced_changes_nothing(scene: Scene) -> None:
    frozen, other = scene.worker(), scene.worker()
    scene.load.start()
    frozen.until_live(partitions=1)
    other.until_live(partitions=1)
    scene.for_seconds(2)
    frozen.process.send_signal(signal.SIGSTOP)
    until(lambda: _served(scene, (other,)), "the other one serves all partitions", 40)
    scene.for_seconds(1)
    frozen.process.send_signal(signal.SIGCONT)
    scene.for_seconds(3)
    assert scene.prove() == []


def test_an_engine_that_fails_stops_the_worker_and_nothing_is_passed_by(scene: Scene) -> None:
    fragile = scene.worker("tests.edge.toy_subject:make_fragile")
    scene.load.start()
    fragile.until_live()
    scene.for_seconds(1)
    scene.append("cards", 2, b"boom1:x", BOOM)
    assert fragile.until_dead() != 0
    offset = max(m.offset() for m in read_all(scene.run, "cards", 2) if m.key() == BOOM)
    assert committed(scene.run, "cards")[2] <= offset
    scene.load.acknowledged.add(b"boom1")
    scene.worker()
    assert scene.prove() == []


def test_a_flood_pauses_one_partition_until_it_is_told_to_go_on(scene: Scene) -> None:
    worker = scene.worker()
    scene.load.start()
    worker.until_live()
    scene.append("transfers", 1, FLOOD, b"anybody")
    until(lambda: worker.said("partition 1 paused: flood") == 1, "paused", 20)
    before = committed(scene.run, "cards")
    scene.for_seconds(2)
    until(lambda: _moved(scene, before, (0, 2, 3)), "the other partitions go on", 20)
    assert worker.alive()
    publish(scene.run, replace(scene.subject, broadcast=(Event("controls", b"resume", RESUME, None),)))
    until(lambda: worker.said("partition 1 goes on") == 1, "gone on", 20)
    assert scene.prove() == []


def _moved(scene: Scene, before: list[int], partitions: tuple[int, ...]) -> bool:
    now = committed(scene.run, "cards")
    return all(now[p] > before[p] for p in partitions)


def test_a_silent_partition_fires_its_timers_and_takes_controls_in(scene: Scene) -> None:
    worker = scene.worker()
    worker.until_live()
    for number in range(10):
        scene.append("cards", 0, b"s%d:x" % number, b"quiet")
    until(lambda: len(list(read_all(scene.run, "alerts", 0))) == 1, "the timer of a silent customer", 20)
    publish(scene.run, replace(scene.subject, broadcast=(Event("controls", b"rules", b"rule set 2", None),)))
    ticks = worker.run.partitions
    until(lambda: _ticks(scene) >= ticks + 1, "every partition took the control in", 20)
    scene.load.acknowledged |= {b"s%d" % number for number in range(10)}
    assert worker.terminate() == 0
    verdict = judge(scene.run, scene.subject, scene.load.acknowledged, hash_seed="5")
    assert verdict.faults == []


def _ticks(scene: Scene) -> int:
    """Journal records that came after the last one of each partition's load."""
    return sum(len(list(read_all(scene.run, "journal", p))) - 1 for p in range(scene.run.partitions))


def test_a_partition_that_cannot_be_recovered_is_refused_by_name_and_the_others_go_on(scene: Scene) -> None:
    first = scene.worker()
    scene.load.start()
    first.until_live()
    scene.for_seconds(1)
    assert first.terminate() == 0
    scene.append("customer-state", 3, b"\x07from the future", b"\x00marker")
    second = scene.worker()
    second.until_live(partitions=3)
    until(lambda: second.said("partition 3 refused: UNKNOWN_FORMAT") == 1, "refused by name", 20)
    before = committed(scene.run, "cards")
    until(lambda: _moved(scene, before, (0, 1, 2)), "the other partitions go on", 20)
    assert committed(scene.run, "cards")[3] == before[3]
    assert second.alive()


def test_a_worker_does_not_start_on_topics_that_would_lose_data(scene: Scene) -> None:
    run = replace(scene.run, prefix=scene.run.prefix + "elsewhere-")
    worker = Worker(run, scene._logs / "elsewhere.log")
    assert worker.until_dead(30) != 0
    assert "topic cards is missing" in (scene._logs / "elsewhere.log").read_text(encoding="utf-8")
