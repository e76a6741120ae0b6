"""Everything that talks to Kafka does so over TLS and with a login: run against a broker that lets in nobody else."""

import subprocess
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.end_to_end.customer import LiveCustomer
from tests.end_to_end.stand import Stand
from tests.infrastructure.secured_kafka import PASSWORD, SecuredKafka, secured_kafka

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]
WRONG = "not-the-password-90d"
COMMANDS = (
    ("topics", "apply"),
    ("worker",),
    ("watch", "--once"),
    ("control", "alert-only"),
    ("rules", "publish", "default", "--by", "risk-1"),
    ("simulate", "--kafka", "--customers", "1", "--days", "0", "--seconds", "1"),
    ("replay", "--journal"),
    ("prove", "--seconds", "1"),
    ("loan", "L-1"),
)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    with secured_kafka(tmp_path_factory.mktemp("secured")) as running:
        yield running


@pytest.fixture(scope="module")
def stand(kafka: SecuredKafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """The product's processes know the secured address only; the test's own clients use the plain one."""
    made = Stand(kafka.plain, f"tls-{uuid4().hex[:12]}-", tmp_path_factory.mktemp("worker"), **kafka.environment())
    try:
        yield made
    finally:
        made.close()


def test_without_the_options_nothing_gets_in(stand: Stand) -> None:
    refused = stand.monitor("topics", "show", kafka__security__protocol="PLAINTEXT")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1), refused.stderr
    assert "does not answer" in refused.stderr
    assert "kafka.security" in refused.stderr


def test_every_command_and_the_worker_do_their_work(stand: Stand) -> None:
    assert "as it should be" in done(stand.monitor("topics", "show"))
    worker = stand.worker()
    customer = LiveCustomer(stand, "c-1")
    assert customer.ask(1_00).action == "ALLOW"

    published = done(stand.monitor("rules", "publish", "enforce_all", "--by", "risk-1", "--wait", "60"))
    assert "in force in all 3 partitions" in published
    assert "acknowledged by all" in done(stand.monitor("control", "alert-only", "--by", "sre-1", "--wait", "60"))
    bank = ("--customers", "3", "--days", "0", "--seconds", "5", "--rate", "20")
    assert "messages sent" in done(stand.monitor("simulate", "--kafka", "--obey", *bank))
    stand.until_applied()
    assert "decisions" in done(stand.monitor("watch", "--once"))
    done(stand.monitor("prove", "--seconds", "1"))
    assert "L-1" in stand.monitor("loan", "L-1").stderr, "it has read everything and found no such loan"

    assert worker.stop() == 0, worker.log()[-4000:]
    assert "0 batches do not give" in done(stand.monitor("replay", "--journal"))
    assert PASSWORD not in worker.log()


def done(command: subprocess.CompletedProcess[str]) -> str:
    """What a command said that did its work, and kept the password to itself."""
    assert command.returncode == 0, command.stderr
    assert PASSWORD not in command.stdout + command.stderr
    return command.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_wrong_password_is_one_line_that_does_not_hold_it(
    stand: Stand, kafka: SecuredKafka, command: list[str]
) -> None:
    refused = stand.monitor(*command, **kafka.environment(WRONG))
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1, refused.stderr
    assert f"Kafka at {kafka.secured} keeps us out" in refused.stderr
    assert "invalid credentials" in refused.stderr
    assert "kafka.security" in refused.stderr
    assert WRONG not in refused.stdout + refused.stderr
