"""The pages for people: messages are valid, files exist, commands and metrics are there."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import promql_parser
import pytest
import typer
from typer.main import get_command

from monitor.cli.main import COMMANDS, build
from monitor.metrics import CATALOGUE
from topics.codec import MESSAGE_TYPES, decode
from topics.fail_policy import FAIL_POLICY

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/*.md"), *ROOT.glob("docs/adr/*.md")])
JSON = [(page, text) for page in PAGES for text in re.findall(r"```json\n(.*?)```", page.read_text(), re.DOTALL)]
PROMQL = [query for page in PAGES for query in re.findall(r"```promql\n(.*?)```", page.read_text(), re.DOTALL)]
TOPICS = {kind.__struct_config__.tag: topic for topic, kinds in MESSAGE_TYPES.items() for kind in kinds}
COMMAND = re.compile(r"(?:^|`|&& )monitor (?:--[a-z]+ \S+ )*((?:[a-z][a-z-]* ?)+)", re.MULTILINE)
SUFFIXES = ("_total", "_bucket", "_sum", "_count", "_info", "")


def test_there_are_pages_and_messages_to_look_at() -> None:
    assert len(PAGES) > 5
    assert len(JSON) > 2
    assert len(PROMQL) > 5


@pytest.mark.parametrize(("page", "text"), JSON)
def test_every_message_on_a_page_is_accepted(page: Path, text: str) -> None:
    message = json.loads(text)
    append = int(datetime.fromisoformat(message["event_time"]).timestamp() * 1000)
    read = decode(TOPICS[message["type"]], message["customer_id"].encode(), text.encode(), append)
    assert read.event_id == message["event_id"]


def rows_of_the_fail_policy() -> Iterator[str]:
    """The table as core banking's page must show it, from the one that is part of the contract."""
    lanes, actions = {"AUTH": "card", "TRANSFER": "transfer", "DRAW": "draw"}, {"open": "let it go", "hold": "hold"}
    limits: dict[str, int] = {}
    for rule in FAIL_POLICY:
        above = f"from CNY {limits[rule.lane] // 100:,}, or another currency" if rule.lane in limits else "any"
        amount = above if rule.below is None else f"below CNY {rule.below // 100:,}"
        limits[rule.lane] = rule.below or 0
        yield f"| {lanes[rule.lane]} | {amount} | {actions[rule.action]} |"


def test_the_fail_policy_on_core_banking_s_page_is_that_of_the_contract() -> None:
    page = (ROOT / "docs" / "core-banking.md").read_text()
    shown = re.findall(r"^\| (?:card|transfer|draw) \| .* \|$", page, re.MULTILINE)
    assert shown == list(rows_of_the_fail_policy())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"`((?:docs|topics|rules|monitor|tests|benchmarks|\.ci)/[\w./-]*)`", page.read_text())
    named += re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text())
    missing = [path for path in named if not (ROOT / path).exists() and not (page.parent / path).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_a_page_names_exists(page: Path) -> None:
    root = get_command(build(list(COMMANDS)))
    for line in re.findall(
        r"(?:^|`|&& )monitor (?:--[a-z]+ \S+ )*((?:[a-z][a-z-]* ?)+)", page.read_text(), re.MULTILINE
    ):
        name, *rest = line.split()
        assert name in COMMANDS, f"monitor {line}"
        command = root.get_command(typer.Context(root), name)  # type: ignore[attr-defined]
        if rest and hasattr(command, "commands") and name != "simulate":
            assert rest[0] in command.commands, f"monitor {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_metric_a_page_names_is_in_the_catalogue(page: Path) -> None:
    known = {metric.name + suffix for metric in CATALOGUE for suffix in SUFFIXES}
    assert set(re.findall(r"\bmonitor_[a-z_]+\b", page.read_text())) <= known


@pytest.mark.parametrize("query", PROMQL)
def test_every_alert_expression_is_promql(query: str) -> None:
    assert str(promql_parser.parse(query))
