"""A server process that outlives the command that started it, found again by a record on disk."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

_START_TIME_SLACK_S = 2.0


@dataclass(frozen=True)
class ServerRecord:
    """What is written down about a running server. `created`: seconds since the epoch, as the system tells."""

    pid: int
    created: float
    port: int

    def process(self) -> psutil.Process | None:
        """Return the server's process; None when it ended, also when its pid now belongs to another program."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < _START_TIME_SLACK_S
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


def spawn(
    command: Sequence[str],
    port: int,
    log: Path,
    record: Path,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> ServerRecord:
    """Start `command` in a session of its own, its output in `log`, and write the record.

    `environment` and the `folder` it works in are this process's own unless given.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - built by our own code, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=environment,
            cwd=folder,
        )
    server = ServerRecord(process.pid, psutil.Process(process.pid).create_time(), port)
    process.returncode = 0  # from here on the record owns the process; keeps Popen from warning that it still runs
    partial = record.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(server)))
    partial.replace(record)
    return server


def read_record(record: Path) -> ServerRecord | None:
    """Return the record of a server that is running; None when there is none or it is stale."""
    try:
        server = ServerRecord(**json.loads(record.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return server if server.process() else None


def terminate(server: ServerRecord, grace_s: float) -> None:
    """Ask the server to end; kill it when it does not within `grace_s`."""
    process = server.process()
    if process is None:
        return
    process.terminate()
    try:
        process.wait(grace_s)
    except psutil.TimeoutExpired:
        kill(server)


def kill(server: ServerRecord) -> None:
    """End the server at once, as a crash would, and wait until it is gone."""
    process = server.process()
    if process:
        process.kill()
        process.wait(30)
