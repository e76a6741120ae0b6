"""The composition root: everything a worker is made of, put together from the settings."""

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector

from monitor import __version__
from monitor.edge.app import build, run_worker
from monitor.edge.checks import ClusterError
from monitor.edge.config import EdgeConfig, Limits, Topics
from monitor.edge.worker import Edge, now_ms
from monitor.engine.context import ENGINE_VERSION
from monitor.engine.engine import Engine
from monitor.engine.globals import GlobalInputs
from monitor.errors import UserError
from monitor.health import HealthServer
from monitor.kafka.clients import faust_credentials, librdkafka_security
from monitor.kafka.reachable import check_reachable
from monitor.metrics_export import EngineReading, Reading, WorkerCollector
from monitor.offline import new_engine, new_model
from monitor.readiness import not_ready
from monitor.settings import Settings
from rules import catalogue
from rules.rule_set import parse
from topics import names

log = logging.getLogger(__name__)
REFRESH_S = 1.0
STATE_VERSION = ENGINE_VERSION  # the major part: who wrote another one is refused, see `monitor.edge.versions`


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that is ready to run."""

    app: Any
    edge: Edge
    inputs: GlobalInputs
    engines: dict[int, Engine]

    def not_ready(self) -> list[str]:
        """Every reason why the worker is not ready."""
        troubles = {p: trouble for p, e in self._here().items() if (trouble := e.troubled())}
        return not_ready(self.edge.stats, lists_loaded=self.edge.lists_loaded, troubles=troubles)

    def reading(self) -> Reading:
        """All numbers at this moment; only of partitions that are here."""
        engines = {p: EngineReading(e.counters(), e.gauges()) for p, e in self._here().items()}
        listed = self.inputs.reference.listed_accounts
        untold = {topic: log.untold for topic, log in self.inputs.refused.items()}
        return Reading(now_ms(), self.edge.stats, engines, listed, untold, ready=not self.not_ready())

    def let_go(self) -> None:
        """Let what no partition here needs any more be forgotten, once it is old enough."""
        restart = self.edge.stats.restart()
        if restart is not None:
            self.inputs.needed_from(*restart)

    def _here(self) -> dict[int, Engine]:
        return {p: e for p, e in list(self.engines.items()) if p in self.edge.stats.partitions}


def edge_config(settings: Settings, fault: str = "") -> EdgeConfig:
    """What the edge must be told."""
    kafka, worker = settings.kafka, settings.worker
    outputs = (*names.OUTPUT_TOPICS, names.FUND_FLOW, *sorted(worker.reply_topics))
    return EdgeConfig(
        bootstrap=kafka.bootstrap,
        group=kafka.group,
        topics=Topics(inputs=worker.input_topics, outputs=outputs, prefix=kafka.topic_prefix),
        engine_version=f"{STATE_VERSION}.{__version__}",
        limits=Limits(batch_records=worker.batch_records, snapshot_seconds=worker.snapshot_seconds),
        instance_id=kafka.instance_id,
        session_seconds=worker.session_seconds,
        commit_seconds=worker.commit_seconds,
        fault=fault,
        librdkafka=librdkafka_security(kafka.security),
        faust_credentials=faust_credentials(kafka.security),
    )


def engine_factory(settings: Settings, inputs: GlobalInputs, made: dict[int, Engine]) -> Callable[[int], Engine]:
    """Fresh engines that share what the process reads once. `made` holds the newest of each partition."""
    rules = catalogue.load()
    rule_set = parse(catalogue.packaged(), rules)

    def factory(partition: int) -> Engine:
        made[partition] = new_engine(
            partition, rules, rule_set, inputs, settings.worker.reply_topics, settings.kafka.partitions
        )
        return made[partition]

    return factory


def worker(settings: Settings, fault: str = "") -> Worker:
    """Put a worker together; nothing runs yet."""
    inputs, engines = GlobalInputs(), dict[int, Engine]()
    sinks = {names.REFERENCE: inputs.take, names.CONTROLS: inputs.take}
    app, edge = build(edge_config(settings, fault), engine_factory(settings, inputs, engines), sinks)
    return Worker(app, edge, inputs, engines)


def run(settings: Settings, fault: str = "", loglevel: str = "info") -> None:
    """Run a worker until it is told to stop; ends the process. Raises UserError when Kafka is not as it must be."""
    check_reachable(settings.kafka)
    made, registry = worker(settings, fault), CollectorRegistry()
    ProcessCollector(registry=registry)
    collector = WorkerCollector(registry, new_model().version)
    made.app.timer(REFRESH_S)(_refreshing(made, collector))
    with HealthServer(registry, made.not_ready, settings.http.host, settings.http.port) as http, topics_explained():
        log.info("metrics, health and readiness at http://%s", http.address)
        run_worker(made.app, made.edge, loglevel=loglevel)


@contextmanager
def topics_explained() -> Iterator[None]:
    """Say in one line, with the command to use, that topics are missing or not as the journal needs them."""
    try:
        yield
    except ClusterError as error:
        raise UserError(
            f"the topics are not as they must be: {error}",
            "See: monitor topics show; create them: monitor topics apply",
        ) from error


def _refreshing(made: Worker, collector: WorkerCollector) -> Callable[[], Awaitable[None]]:
    """A timer on the loop that owns the numbers."""

    async def refresh_metrics() -> None:
        collector.refresh(made.reading())
        made.let_go()

    return refresh_metrics
