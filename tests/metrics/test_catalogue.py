"""The catalogue is complete, unique, named as Prometheus asks, and agrees with what engine and edge count."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from monitor import engine, metrics
from monitor.edge.stats import EdgeStats, Histogram, PartitionStats
from monitor.metrics import CATALOGUE, Metric


def _counted() -> Iterator[tuple[str, int]]:
    """Find what the engine counts: the name and the number of labels of every `count("name", label…)`."""
    for file in Path(str(engine.__file__)).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "count":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, len(node.args) - 1


def test_the_engine_counts_exactly_what_the_catalogue_says() -> None:
    catalogued = {(metric.source, len(metric.labels)) for metric in metrics.ENGINE_COUNTERS}
    assert set(_counted()) == catalogued


def test_every_number_of_the_edge_has_a_metric() -> None:
    whole = {field.name for field in fields(EdgeStats)} - {"partitions", "assigned"}
    published = {metric.source for metric in (*metrics.EDGE_COUNTERS, *metrics.HISTOGRAMS)}
    assert whole - {"records"} == published  # `records` is counted by topic in the engine
    of_partition = {field.name for field in fields(PartitionStats)} - {
        "phase",
        "reason",
        "epoch",
        "sequence",
        "rule_set",
        "restart",
    }
    assert of_partition == {metric.source for metric in metrics.PARTITION_GAUGES}
    assert all(isinstance(getattr(EdgeStats(), metric.source), Histogram) for metric in metrics.HISTOGRAMS)


def test_names_are_unique() -> None:
    names = [metric.name for metric in CATALOGUE]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_every_metric_is_named_and_described_as_prometheus_asks(metric: Metric) -> None:
    assert re.fullmatch(r"monitor(_[a-z]+)+", metric.name)
    assert not metric.name.endswith(("_total", "_info"))  # added where they are published
    assert metric.help.endswith(".")
    assert metric.kind != "histogram" or metric.name.endswith("_seconds")


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.name)
def test_labels_are_bounded(metric: Metric) -> None:
    bounded = {
        "topic",
        "partition",
        "rule",
        "mode",
        "status",
        "action",
        "reason",
        "outcome",
        "result",
        "verdict",
        "direction",
    }
    assert set(metric.labels) <= bounded | {"kind", "event", "phase", "hash", "version", "python", "engine", "model"}
