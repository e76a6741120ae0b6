"""A worker process around the toy engine, for the proofs: configured by one JSON argument."""

import json
import logging
import sys
from dataclasses import asdict, is_dataclass

from monitor.edge.app import build, run_worker
from monitor.edge.config import EdgeConfig, Limits, Topics
from tests.edge.toy_engine import Controls, ToyEngine

INPUTS = ("cards", "transfers")
OUTPUTS = ("decisions", "alerts")


def config_of(settings: dict[str, object]) -> EdgeConfig:
    """The edge's configuration for a run of a proof."""
    return EdgeConfig(
        bootstrap=str(settings["bootstrap"]),
        group=str(settings["group"]),
        topics=Topics(inputs=INPUTS, outputs=OUTPUTS, prefix=str(settings["prefix"])),
        engine_version="1.0.0",
        limits=Limits(snapshot_seconds=float(str(settings.get("snapshot_seconds", 1.0)))),
        instance_id=str(settings["instance"]) if settings.get("instance") else None,
        fault=str(settings.get("fault", "")),
    )


class JsonLines(logging.Handler):
    """One JSON object a record; a dataclass argument becomes an object, so that proofs need not parse prose."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        found = [
            asdict(argument) for argument in arguments if is_dataclass(argument) and not isinstance(argument, type)
        ]
        line = {"at": record.created, "level": record.levelname, "text": record.getMessage(), "data": found}
        if record.exc_info:
            line["trace"] = logging.Formatter().formatException(record.exc_info)
        sys.stderr.write(json.dumps(line) + "\n")
        sys.stderr.flush()


def main() -> None:
    """Run."""
    logging.basicConfig(level=logging.INFO, handlers=[JsonLines()])
    controls = Controls()
    config = config_of(json.loads(sys.argv[1]))
    app, _ = build(config, lambda partition: ToyEngine(partition, controls), {"controls": controls.sink})
    run_worker(app)


if __name__ == "__main__":
    main()
