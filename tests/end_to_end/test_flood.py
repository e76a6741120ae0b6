"""Floods of unreadable messages: a partition pauses, over a restart too; on `reference` all go on and one says so."""

import pytest

from tests.bad_input import rows
from tests.end_to_end.customer import LiveCustomer
from tests.end_to_end.stand import Heard, Stand
from tests.end_to_end.worker import WorkerProcess
from tests.infrastructure.waiting import until
from topics import names

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
(FLOOD,) = [row for row in rows() if row.outcome == "partition pauses"]
(OF_ALL,) = [row for row in rows() if row.outcome == "readiness is red"]
BEHIND = 60


def test_a_flood_pauses_its_partition_alone_until_an_operator_lets_it_go_on(stand: Stand) -> None:
    worker = stand.worker()
    flooded, other = customers_of_two_partitions(stand)
    paused = flooded.places[0].partition

    flood(stand, paused, FLOOD.times)
    stand.until_heard("the flood's dead letters", of_flood, FLOOD.times)
    names_the_remedy(worker, paused)
    flood(stand, paused, BEHIND)
    waiting = flooded.request(1_00)
    flooded.send_only(waiting)
    assert other.ask(1_00).action == "ALLOW", "the other partitions go on"

    assert worker.stop() == 0
    worker = stand.start()
    names_the_remedy(worker, paused)
    assert other.ask(1_00).action == "ALLOW"
    stand.listen_to_all()
    assert len([heard for heard in stand.heard if of_flood(heard)]) == FLOOD.times, "nothing more was read"
    assert not [heard for heard in stand.on(names.DECISIONS) if heard.headers["event_id"] == waiting.event_id.encode()]

    gone_on = stand.monitor("control", "resume", "--partition", str(paused), "--by", "sre-1", "--wait", "30")
    assert gone_on.returncode == 0, gone_on.stderr
    assert "goes on: acknowledged by all 3 partitions" in gone_on.stdout
    assert stand.decision(waiting.event_id).action == "ALLOW"
    worker.until_ready()
    stand.until_heard("the dead letters behind it", of_flood, FLOOD.times + BEHIND)
    assert worker.stop() == 0


def test_a_flood_on_reference_stops_nobody_and_is_not_told_to_its_end(stand: Stand) -> None:
    worker = stand.worker()
    (reference, _) = OF_ALL.records(0)
    customer = LiveCustomer(stand, "c-of-all")
    stand.send_all([(reference.topic, reference.key, reference.value)] * (OF_ALL.times + BEHIND))
    until(lambda: "monitor control resume --partition 0" in worker.get("/readyz")[1], "readiness names the remedy")
    status, text = worker.get("/readyz")
    assert (status, text.count("\n")) == (503, 1), text
    assert customer.ask(1_00).action == "ALLOW"
    until(lambda: worker.metric("monitor_untold_refusals", topic=reference.topic) == BEHIND, "the others are counted")
    stand.listen_to_all()
    letters = [heard for heard in stand.on(names.DEAD_LETTERS) if heard.answer.topic == reference.topic]
    assert len(letters) == OF_ALL.times

    gone_on = stand.monitor("control", "resume", "--partition", "0", "--by", "sre-1", "--wait", "30")
    assert gone_on.returncode == 0, gone_on.stderr
    worker.until_ready()
    assert worker.stop() == 0


def customers_of_two_partitions(stand: Stand) -> tuple[LiveCustomer, LiveCustomer]:
    """Two customers whose keys lead to different partitions."""
    first = LiveCustomer(stand, "c-0")
    first.ask(1_00)
    for number in range(1, 100):
        other = LiveCustomer(stand, f"c-{number}")
        other.ask(1_00)
        if other.places[0].partition != first.places[0].partition:
            return first, other
    raise AssertionError("all customers share one partition")


def flood(stand: Stand, partition: int, times: int) -> None:
    """A producer that is broken."""
    (tried,) = FLOOD.records(0)
    stand.send_all([(tried.topic, tried.key, tried.value)] * times, partition)


def of_flood(heard: Heard) -> bool:
    """A dead letter of the flood."""
    return heard.topic == names.DEAD_LETTERS and heard.answer.reason == FLOOD.reason


def names_the_remedy(worker: WorkerProcess, partition: int) -> None:
    """Readiness is red for this partition alone and says what to do."""
    remedy = f"monitor control resume --partition {partition}"
    until(lambda: remedy in worker.get("/readyz")[1], "readiness names the remedy")
    until(lambda: worker.get("/readyz")[1].count("\n") == 1, "only one partition waits")
    status, text = worker.get("/readyz")
    assert (status, text.startswith(f"partition {partition} is paused: a flood")) == (503, True), text
    assert worker.get("/healthz")[0] == 200, "an orchestrator must not restart it"
