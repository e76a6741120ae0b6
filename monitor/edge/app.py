"""The Faust app: one agent per input topic, nothing else. Built by the composition root."""

import gc
import tempfile
from collections.abc import AsyncIterable, Mapping
from pathlib import Path
from typing import Any

import faust

from monitor.edge.broadcast import Sink
from monitor.edge.checks import check_cluster
from monitor.edge.config import EdgeConfig
from monitor.edge.merge import Chunk
from monitor.edge.take_over import EngineFactory
from monitor.edge.transport import EdgeTransport
from monitor.edge.worker import Edge

GC_THRESHOLDS = (10_000, 50, 1_000)  # with gc.freeze(): no full collection pauses of 45-130 ms


def build(config: EdgeConfig, engine_factory: EngineFactory, sinks: Mapping[str, Sink]) -> tuple[Any, Edge]:
    """The app and the edge behind it. `sinks`: logical names of reference and controls -> where their records go."""
    edge = Edge(config, engine_factory, sinks)
    app = faust.App(config.group, **_settings(config))
    # Before the first topic: declaring one builds Faust's conductor from the transport.
    app.transport = EdgeTransport(app.conf.broker_consumer, app, edge=edge)
    topics = [_input(app, config.topics.physical(name)) for name in config.topics.inputs]
    for name, topic in zip(config.topics.inputs, topics, strict=True):
        app.agent(topic, name=f"apply-{name}")(_agent(edge))
    return app, edge


def _settings(config: EdgeConfig) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "broker": ";".join(f"kafka://{address}" for address in config.bootstrap.split(",")),
        "store": "memory://",
        "value_serializer": "raw",
        "key_serializer": "raw",
        "web_enabled": False,
        "topic_disable_leader": True,
        "topic_allow_declare": False,
        # More than none makes Faust use its own assignor, which keeps all topics of a partition on one worker.
        "table_standby_replicas": 1,
        "consumer_auto_offset_reset": "earliest",
        "consumer_group_instance_id": config.instance_id,
        "broker_session_timeout": config.session_seconds,
        "broker_heartbeat_interval": config.heartbeat_seconds,
        "broker_rebalance_timeout": config.session_seconds,
        "broker_commit_interval": config.commit_seconds,
        "stream_recovery_delay": 0.0,
        "stream_buffer_maxsize": 64,
        "worker_redirect_stdouts": False,
        "datadir": str(Path(tempfile.gettempdir()) / f"{config.group}-faust"),  # Faust insists; nothing is kept there
    }
    if config.faust_credentials is not None:
        settings["broker_credentials"] = config.faust_credentials
    return settings


def _input(app: Any, name: str) -> Any:
    """A topic whose acknowledgements Faust does not count: the journal moves its position."""
    return app.topic(name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw", acks=False)


def _agent(edge: Edge) -> Any:
    async def apply(chunks: AsyncIterable[Chunk]) -> None:
        async for chunk in chunks:
            edge.receive(chunk)

    return apply


def run_worker(app: Any, edge: Edge, *, loglevel: str = "info") -> None:
    """Run until SIGTERM or SIGINT; exits the process, with a code other than 0 after a crash.

    Raises ClusterError when the topics are not as the journal needs them. Logging is the caller's.
    """
    check_cluster(edge.config)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    app.finalize()
    worker = faust.Worker(app, loglevel=loglevel, quiet=True, override_logging=False)
    worker.spinner = None
    worker.execute_from_commandline()
