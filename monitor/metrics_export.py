"""Plain numbers of engines and edge, turned into what Prometheus reads. Once a second, never once an event."""

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client import Metric as Family
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from monitor import __version__, metrics
from monitor.edge.stats import EdgeStats, Histogram, PartitionStats
from monitor.engine.context import ENGINE_VERSION
from monitor.metrics import Metric

Totals = Mapping[tuple[str, ...], int]
_NOT_YET = float("nan")


@dataclass(frozen=True)
class EngineReading:
    """One engine's numbers: running totals, and what stands now by (name, label values…)."""

    counters: Totals
    gauges: Mapping[tuple[str, ...], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """All numbers of a worker at one moment. `now`: ms since the epoch.

    `engines`: partition -> its engine. `untold`: topic -> bad messages that were only counted.
    """

    now: int
    edge: EdgeStats
    engines: Mapping[int, EngineReading]
    listed_accounts: int = 0
    untold: Mapping[str, int] = field(default_factory=dict)
    ready: bool = False


class WorkerCollector(Collector):
    """Holds the newest numbers for Prometheus.

    `refresh` is called by the thread that owns the numbers; a scrape only reads what it left. Totals stay monotone when
    a partition leaves and comes back with a fresh engine. `model`: version of the anomaly model.
    """

    def __init__(self, registry: CollectorRegistry, model: str) -> None:
        self._build = _build(model)
        self._totals: Counter[tuple[str, ...]] = Counter()
        self._seen: dict[int, dict[tuple[str, ...], int]] = {}
        self._families: tuple[Family, ...] = (self._build,)
        registry.register(self)

    def collect(self) -> Iterable[Family]:
        """Give the families as of the last `refresh`."""
        return self._families

    def refresh(self, reading: Reading) -> None:
        """Take over the numbers of this moment."""
        for partition, engine in reading.engines.items():
            self._add(partition, engine.counters)
        for gone in self._seen.keys() - reading.engines.keys():
            del self._seen[gone]
        self._families = (*_families(reading, self._totals), self._build)

    def _add(self, partition: int, counters: Totals) -> None:
        """Add what was counted since the last time; an engine that counts less than before is a new one."""
        seen = self._seen.get(partition, {})
        fresh = any(counters.get(key, 0) < total for key, total in seen.items())
        base = {} if fresh else seen
        for key, total in counters.items():
            self._totals[key] += total - base.get(key, 0)
        self._seen[partition] = dict(counters)


def _families(reading: Reading, totals: Totals) -> Iterator[Family]:
    for metric in metrics.ENGINE_COUNTERS:
        yield _counter(metric, {key[1:]: total for key, total in totals.items() if key[0] == metric.source})
    for metric in metrics.EDGE_COUNTERS:
        yield _counter(metric, {(): getattr(reading.edge, metric.source)})
    for metric in metrics.HISTOGRAMS:
        yield _histogram(metric, getattr(reading.edge, metric.source))
    yield from _partition_gauges(reading)
    yield from _engine_gauges(reading)
    yield _gauge(metrics.LISTED_ACCOUNTS, {(): float(reading.listed_accounts)})
    yield _gauge(metrics.UNTOLD, {(topic,): float(count) for topic, count in reading.untold.items()})
    yield _gauge(metrics.READY, {(): float(reading.ready)})


def _counter(metric: Metric, samples: Mapping[tuple[str, ...], int]) -> Family:
    family = CounterMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, total in sorted(samples.items()):
        family.add_metric(labels, total)
    return family


def _gauge(metric: Metric, samples: Mapping[tuple[str, ...], float]) -> Family:
    family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
    for labels, value in sorted(samples.items()):
        family.add_metric(labels, value)
    return family


def _histogram(metric: Metric, counted: Histogram) -> Family:
    bounds = [*(str(bound) for bound in counted.bounds), "+Inf"]
    buckets = list(zip(bounds, map(float, accumulate(counted.buckets)), strict=True))
    return HistogramMetricFamily(metric.name, metric.help, buckets=buckets, sum_value=counted.sum)


def _partition_gauges(reading: Reading) -> Iterator[Family]:
    partitions = dict(reading.edge.partitions)
    for metric in metrics.PARTITION_GAUGES:
        yield _gauge(metric, {(str(n),): _value(metric, stats, reading.now) for n, stats in partitions.items()})
    yield _gauge(
        metrics.PHASE,
        {(str(n), phase): float(stats.phase == phase) for n, stats in partitions.items() for phase in metrics.PHASES},
    )
    rule_set = InfoMetricFamily(metrics.RULE_SET.name, metrics.RULE_SET.help, labels=metrics.RULE_SET.labels[:1])
    for number, stats in sorted(partitions.items()):
        rule_set.add_metric((str(number),), {metrics.RULE_SET.labels[1]: stats.rule_set})
    yield rule_set


def _value(metric: Metric, stats: PartitionStats, now: int) -> float:
    number: int = getattr(stats, metric.source)
    if metric.name.endswith("_age_seconds"):
        return max(0, now - number) / 1000 if number else _NOT_YET
    return number / 1000 if metric.source.endswith("_ms") else float(number)


def _engine_gauges(reading: Reading) -> Iterator[Family]:
    for metric in metrics.ENGINE_GAUGES:
        yield _gauge(
            metric,
            {
                (str(partition), *key[1:]): value
                for partition, engine in reading.engines.items()
                for key, value in engine.gauges.items()
                if key[0] == metric.source
            },
        )


def _build(model: str) -> Family:
    values = (__version__, platform.python_version(), ENGINE_VERSION, model)
    what = dict(zip(metrics.BUILD.labels, values, strict=True))
    return InfoMetricFamily(metrics.BUILD.name, metrics.BUILD.help, value=what)
