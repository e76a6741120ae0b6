"""A worker blocks on a real Kafka, and beside it the proof appears: of its own decision, from what the bank sent."""

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from monitor.proofs.verifier import verify
from rules.catalogue import packaged
from tests.end_to_end.customer import LiveCustomer
from tests.end_to_end.stand import PARTITIONS, Stand
from tests.end_to_end.worker import ROOT
from topics import names

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.fixture
def enforcing(stand: Stand) -> Iterator[LiveCustomer]:
    """A customer of a bank whose rules may stop payments; worker and prover end in order."""
    stand.worker()
    customer = LiveCustomer(stand, "borrower")
    customer.publish(packaged("enforce_all"))
    stand.until_heard("the rule set in force", lambda heard: heard.topic == names.CONTROL_ACKS, PARTITIONS)
    command = [sys.executable, "-m", "monitor", "prove"]
    with subprocess.Popen(command, cwd=ROOT, env=stand.environment) as prover:
        yield customer
        prover.terminate()
        assert prover.wait(30) == 0
    stand.stop()


def test_what_a_worker_blocked_is_proven_within_ten_seconds(stand: Stand, enforcing: LiveCustomer) -> None:
    enforcing.open(10_000_00)
    enforcing.loan()
    enforcing.draw(50_000_00)
    decided = enforcing.invest(40_000_00)
    stopped = time.monotonic()
    assert (decided.action, decided.reasons[0].code) == ("BLOCK", "FF01")
    (proof,) = stand.until_heard("a proof", lambda heard: heard.topic == names.PROOFS)
    assert time.monotonic() - stopped < 10
    assert proof.key == decided.event_id.encode()
    assert proof.partition == decided.position.partition
    assert "FF01: at least 30,000.00 of CNY 40,000.00 in " in verify(proof.value)
