"""`monitor kafka` and `monitor topics` on a real broker, as a person would use them."""

from pathlib import Path

import pytest

from monitor.cli.main import run
from monitor.kafka.ports import free_port
from topics.names import ALL_TOPICS

pytestmark = pytest.mark.kafka


def test_topics_are_missing_then_applied_then_as_they_should_be(
    kafka_bootstrap: str, topic_prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ["--bootstrap", kafka_bootstrap, "--set", f"kafka.topic_prefix={topic_prefix}", "topics"]
    assert run([*base, "show"]) == 1
    assert capsys.readouterr().out.count("missing") == len(ALL_TOPICS)
    assert run([*base, "apply"]) == 0
    assert f"created {len(ALL_TOPICS)} topics" in capsys.readouterr().out
    assert run([*base, "show"]) == 0
    assert capsys.readouterr().out.count("as it should be") == len(ALL_TOPICS)
    assert run([*base, "apply"]) == 0
    assert "no topic was missing" in capsys.readouterr().out


def test_topics_that_differ_are_named_and_left(
    kafka_bootstrap: str, topic_prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    base = ["--bootstrap", kafka_bootstrap, "--set", f"kafka.topic_prefix={topic_prefix}"]
    assert run([*base, "topics", "apply"]) == 0
    capsys.readouterr()
    assert run([*base, "--set", "kafka.partitions=5", "topics", "show"]) == 1
    assert f"left as it is: {topic_prefix}decisions: partitions is 4, should be 5" in capsys.readouterr().out


def test_up_status_down_wipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MONITOR_DATA_DIR", str(tmp_path))
    port = str(free_port())
    try:
        assert run(["kafka", "up", "--port", port]) == 0
        assert f"ready at 127.0.0.1:{port}" in capsys.readouterr().out
        assert run(["kafka", "status"]) == 0
        assert run(["kafka", "up", "--port", str(free_port())]) == 1
        assert f"already runs on port {port}" in capsys.readouterr().err
        assert run(["kafka", "wipe"]) == 1
    finally:
        assert run(["kafka", "down"]) == 0
    assert run(["kafka", "wipe"]) == 0
    assert run(["kafka", "status"]) == 1
    assert "no data" in capsys.readouterr().out
