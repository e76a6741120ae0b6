"""The same from a real Kafka: topics are read whole, whatever lies on how many partitions."""

from datetime import UTC, datetime, timedelta

import pytest
from confluent_kafka import Producer

from monitor.cli.connections import CONNECTIONS
from monitor.cli.main import run
from monitor.errors import UserError
from monitor.settings import Kafka, Settings
from tests.trail.scenes import through_friends

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(kafka_bootstrap: str, topic_prefix: str) -> Settings:
    return Settings(kafka=Kafka(bootstrap=kafka_bootstrap, topic_prefix=topic_prefix))


def test_missing_topics_are_named(settings: Settings) -> None:
    """With the command that creates them."""
    with pytest.raises(UserError, match="Create it with: monitor topics apply"), CONNECTIONS["history"](settings)():
        pytest.fail("opened without topics")


def test_a_loan_is_followed_from_the_topics(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The bank's messages, sent as the bank sends them."""
    kafka = settings.kafka
    way = ["--bootstrap", kafka.bootstrap, "--set", f"kafka.topic_prefix={kafka.topic_prefix}"]
    assert run([*way, "topics", "apply"]) == 0
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "partitioner": "murmur2_random"})
    for record in through_friends(datetime.now(UTC) - timedelta(hours=1)).records:
        producer.produce(kafka.topic_prefix + record.topic, record.value, record.key)
    assert producer.flush(30) == 0
    capsys.readouterr()
    assert run([*way, "loan", "loan-1"]) == 0
    shown = capsys.readouterr().out
    assert "CNY 100,000.00 in 1 draw. Read 26 messages" in shown
    assert "SECURITIES: 明湖证券" in shown
