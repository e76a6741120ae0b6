"""compose.yaml is valid, and its files and commands exist."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(REPOSITORY / "compose.yaml")
    return loaded


def test_it_follows_the_compose_specification() -> None:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(REPOSITORY / "compose.yaml")]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_prometheus_scrapes_is_a_service_on_its_port(compose: dict[str, Any]) -> None:
    config = YAML(typ="safe").load(REPOSITORY / "prometheus.yml")
    targets = [
        target for job in config["scrape_configs"] for group in job["static_configs"] for target in group["targets"]
    ]
    assert targets == ["monitor:8080"]
    assert any(str(port).endswith(":8080") for port in compose["services"]["monitor"]["ports"])


def test_services_wait_for_services_that_exist(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"kafka", "monitor", "prometheus"} <= services.keys()
    waited = {name for service in services.values() for name in service.get("depends_on", {})}
    assert waited <= services.keys()


def test_what_kafka_writes_lies_on_the_volume(compose: dict[str, Any]) -> None:
    """Without KAFKA_LOG_DIRS it would write to a folder of the container that is gone with it."""
    kafka = compose["services"]["kafka"]
    mounted = dict(volume.split(":") for volume in kafka["volumes"])
    assert mounted == {"kafka-data": kafka["environment"]["KAFKA_LOG_DIRS"]}
    assert "kafka-data" in compose["volumes"]


def test_every_folder_the_image_copies_is_in_the_build_context() -> None:
    copied = [
        source
        for line in (REPOSITORY / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY ")
        for source in line.split()[1:-1]
    ]
    allowed = (REPOSITORY / ".dockerignore").read_text().splitlines()
    assert copied
    for source in copied:
        assert (REPOSITORY / source).exists()
        assert f"!{source}" in allowed
