"""Settings: who wins, where a value comes from, and what is refused in words that help."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.errors import UserError
from monitor.settings import Security
from monitor.settings_sources import load, parse_flags


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MONITOR_CONFIG", "MONITOR_KAFKA__BOOTSTRAP", "MONITOR_KAFKA__PARTITIONS"):
        monkeypatch.delenv(name, raising=False)


def _file(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "monitor.toml"
    file.write_text(text)
    return file


def test_flags_beat_environment_beats_file_beats_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _file(tmp_path, '[kafka]\nbootstrap = "file:1"\npartitions = 7\ngroup = "from-file"\n')
    monkeypatch.setenv("MONITOR_KAFKA__BOOTSTRAP", "environment:1")
    monkeypatch.setenv("MONITOR_KAFKA__PARTITIONS", "8")
    in_force = load(file, {"kafka.bootstrap": "flag:1"})
    kafka = in_force.settings.kafka
    assert (kafka.bootstrap, kafka.partitions, kafka.group, kafka.replication_factor) == ("flag:1", 8, "from-file", 1)
    assert in_force.origins["kafka.bootstrap"] == "flag"
    assert in_force.origins["kafka.partitions"] == "environment MONITOR_KAFKA__PARTITIONS"
    assert in_force.origins["kafka.group"] == f"file {file}"
    assert "kafka.replication_factor" not in in_force.origins


def test_the_file_is_found_by_its_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_CONFIG", str(_file(tmp_path, "[http]\nport = 9\n")))
    assert load().settings.http.port == 9


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"kafka.bootstrp": "x"}, "kafka.bootstrp"),
        ({"kafka.partitions": "none"}, "kafka.partitions"),
        ({"kafka.partitions": 101}, "kafka.partitions: .* less than or equal to 100"),
        ({"kafka.security.protocol": "SASL_SSL"}, "needs sasl_username"),
        ({"kafka.security.ssl_cert_file": "a.pem"}, "go together"),
        ({"http.port": 70_000}, "http.port"),
    ],
)
def test_what_cannot_be_is_refused_by_name(flags: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        load(None, flags)


def test_a_refusal_never_shows_a_secret() -> None:
    flags: dict[str, object] = {"kafka.security.sasl_password": "hunter2", "kafka.security.protocol": "SASL_SSL"}
    with pytest.raises(UserError) as refused:
        load(None, flags)
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(load(None, {"kafka.security.sasl_password": "hunter2"}))


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot read"):
        load(tmp_path / "missing.toml")
    with pytest.raises(UserError, match="not TOML"):
        load(_file(tmp_path, "a = ="))


def test_set_pairs_are_split_at_the_first_equals_sign() -> None:
    assert parse_flags(["kafka.security.sasl_password=a=b"]) == {"kafka.security.sasl_password": "a=b"}
    with pytest.raises(UserError, match="no value"):
        parse_flags(["kafka.bootstrap"])


def test_lists_are_given_as_json() -> None:
    assert load(None, {"worker.reply_topics": '["core-a"]'}).settings.worker.reply_topics == {"core-a"}


@pytest.mark.parametrize("name", ["ssl_ca_file", "ssl_cert_file"])
def test_a_certificate_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    there = tmp_path / "there.pem"
    there.write_text("")
    files: dict[str, Any] = {"ssl_cert_file": there, "ssl_key_file": there, name: tmp_path / "none.pem"}
    with pytest.raises(ValidationError, match=r"none\.pem is not there"):
        Security(protocol="SSL", **files)
