"""A worker process of a proof: `python -m tests.edge.worker_process '<Run as JSON>'`. Logs JSON lines to stderr."""

import json
import logging
import sys
from dataclasses import asdict, is_dataclass

from monitor.edge.app import build, run_worker
from tests.edge.subject import Run, load_subject


class JsonLines(logging.Handler):
    """One JSON object a record; dataclass arguments become objects, so that proofs need not parse prose."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        data = {
            type(item).__name__: asdict(item) for item in arguments if is_dataclass(item) and not isinstance(item, type)
        }
        line = {"at": record.created, "level": record.levelname, "text": record.getMessage(), "data": data}
        if record.exc_info:
            line["trace"] = logging.Formatter().formatException(record.exc_info)
        sys.stderr.write(json.dumps(line) + "\n")
        sys.stderr.flush()


def main() -> None:
    """Run until told to stop."""
    logging.basicConfig(level=logging.INFO, handlers=[JsonLines()])
    run = Run(**json.loads(sys.argv[1]))
    subject = load_subject(run.subject)
    app, edge = build(run.config(subject), subject.engine_factory, subject.sinks)
    run_worker(app, edge)


if __name__ == "__main__":
    main()
