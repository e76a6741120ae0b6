"""What people order: rule sets, the kill switch, verdicts; and what ends by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.customer import LiveCustomer
from tests.end_to_end.stand import PARTITIONS, Stand
from tests.end_to_end.worker import WorkerProcess
from tests.engine.scene import DAY, HOUR, codes
from tests.infrastructure.waiting import until
from topics import names, reference, transfers

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
LISTED = "account-on-a-list"
ALL = f"acknowledged by all {PARTITIONS} partitions"


@pytest.fixture(scope="module")
def worker(stand: Stand) -> Iterator[WorkerProcess]:
    """A worker on which every rule enforces; it must end in order."""
    worker = stand.worker()
    said = said_by(stand, "rules", "publish", "enforce_all", "--by", "Li Wei", "--wait", "30")
    assert f"in force in all {PARTITIONS} partitions" in said
    yield worker
    stand.stop()


def said_by(stand: Stand, *arguments: str) -> str:
    """What a command says when it succeeds."""
    done = stand.monitor(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_kill_switch_turns_the_next_block_into_an_alert_until_it_is_lifted(
    stand: Stand, worker: WorkerProcess
) -> None:
    customer = LiveCustomer(stand, "c-listed")
    customer.send(customer.make(reference.ListedAccount, account=LISTED, list_name="police-2026"))
    until(lambda: worker.metric("monitor_listed_accounts") == 1, "the list is known")
    assert customer.ask(1_00, LISTED).action == "BLOCK"
    assert ALL in said_by(stand, "control", "alert-only", "--reason", "too many blocks", "--wait", "30")
    assert customer.ask(1_00, LISTED).action == "ALERT"
    assert ALL in said_by(stand, "control", "enforce", "--wait", "30")
    assert customer.ask(1_00, LISTED).action == "BLOCK"


def test_a_verdict_releases_a_hold(stand: Stand, worker: WorkerProcess) -> None:
    customer = LiveCustomer(stand, "c-drained")
    customer.open(2_00)
    customer.loan()
    customer.draw(20_000_00)
    held = customer.ask(19_000_00, "never-paid")
    assert (held.action, codes(held)[0]) == ("HOLD", "FR02")
    said_by(
        stand, "disposition", "event", held.event_id, "FP_EXPLAINED", "--customer", "c-drained", "--analyst", "desk-7"
    )
    (released,) = stand.answers(names.BLOCKS, block_id=held.block_ids[0], status="RELEASED")
    assert released.changed_by == "disposition FP_EXPLAINED by desk-7"


def test_a_rule_set_that_nobody_could_apply_is_refused_by_name(
    stand: Stand, worker: WorkerProcess, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[rules.ZZ99]\nmode = "alert"\n')
    done = stand.monitor("rules", "publish", str(file), "--by", "Li Wei", "--wait", "30")
    assert done.returncode == 1
    assert "ZZ99" in done.stderr
    assert done.stderr.count("\n") == 1, "an error is one line"


def test_a_block_of_a_silent_customer_ends_by_itself_after_a_restart(stand: Stand, worker: WorkerProcess) -> None:
    customer = LiveCustomer(stand, "c-misuser")
    customer.ago = 8 * DAY
    customer.open(2_00)
    customer.post(transfers.TransferPosting, -1_00, counterparty_account="broker-1")
    customer.loan()
    customer.draw(50_000_00)
    customer.ago = 0
    blocked = customer.invest(40_000_00)
    assert (blocked.action, codes(blocked)) == ("BLOCK", ["FF01"])
    (armed,) = stand.answers(names.BLOCKS, block_id=blocked.block_ids[0], status="ARMED")

    stand.stop()
    tomorrow = stand.worker("tests.end_to_end.ahead", AHEAD_MS=str(DAY + HOUR))
    (expired,) = stand.answers(names.BLOCKS, block_id=armed.block_id, status="EXPIRED")
    assert (expired.changed_by, expired.until) == ("time", armed.until)
    until(lambda: tomorrow.metric("monitor_blocks_total", status="EXPIRED", rule="FF01") == 1, "it is counted")
