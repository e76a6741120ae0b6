"""What is measured on Kafka: the worker and its peers, each a process with topics of its own."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from benchmarks.peers.merged import MERGED
from monitor.kafka.ports import free_port
from topics import names

PARTITIONS = 4
HTTP_PORT = free_port()
Command = Callable[[str, str, Path], list[str]]


@dataclass(frozen=True, slots=True)
class Subject:
    """`command` of (bootstrap, prefix, scratch folder). `backlog`: share of the usual one, for the slow.

    `health`: its HTTP address, if it has one.
    """

    name: str
    command: Command
    merged: bool = True
    backlog: float = 1.0
    health: str | None = None

    def create_topics(self, bootstrap: str, prefix: str) -> None:
        """Make what it reads and writes."""
        if self.merged:
            _create(bootstrap, prefix)
        else:
            subprocess.run(  # noqa: S603 - our own command
                [*_monitor(bootstrap, prefix), "topics", "apply"], check=True, stdout=subprocess.DEVNULL
            )

    def start(self, bootstrap: str, prefix: str, scratch: Path) -> subprocess.Popen[bytes]:
        """Start its process; what it says goes to a file of its name in `scratch`."""
        with (scratch / f"{prefix}log").open("ab") as log:
            return subprocess.Popen(self.command(bootstrap, prefix, scratch), stdout=log, stderr=log)  # noqa: S603

    def ready(self) -> bool:
        """Whether it says that it is ready; never, if it cannot say so."""
        if self.health is None:
            return False
        connection = HTTPConnection(self.health, timeout=1)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
        finally:
            connection.close()


def _monitor(bootstrap: str, prefix: str) -> list[str]:
    settings = {"kafka.topic_prefix": prefix, "kafka.group": f"{prefix}monitor", "kafka.instance_id": f"{prefix}1"}
    settings |= {"kafka.partitions": str(PARTITIONS), "http.port": str(HTTP_PORT)}
    flags = [part for name, value in settings.items() for part in ("--set", f"{name}={value}")]
    return [sys.executable, "-m", "monitor", "--bootstrap", bootstrap, *flags]


def _create(bootstrap: str, prefix: str) -> None:
    append_time = {"message.timestamp.type": "LogAppendTime"}
    new = [NewTopic(prefix + name, PARTITIONS, 1, config=append_time) for name in (MERGED, names.DECISIONS)]
    new.append(NewTopic(prefix + names.REFERENCE, 1, 1))
    admin = AdminClient({"bootstrap.servers": bootstrap})  # kept: its futures end with it
    for future in admin.create_topics(new).values():
        future.result(30)


def _peer(module: str, *more: str) -> Command:
    return lambda bootstrap, prefix, _: [sys.executable, "-m", f"benchmarks.peers.{module}", bootstrap, prefix, *more]


def _faust(bootstrap: str, prefix: str, scratch: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.peers.default_faust", bootstrap, prefix, str(scratch / prefix)]


BARE = Subject("bare loop, trivial work", _peer("bare", "trivial"))
BARE_ENGINE = Subject("bare loop, same engine", _peer("bare", "engine"))
FAUST = Subject("default Faust, trivial work", _faust, backlog=0.3)
MONITOR = Subject(
    "monitor worker",
    lambda bootstrap, prefix, _: [*_monitor(bootstrap, prefix), "worker", "--loglevel", "warning"],
    merged=False,
    health=f"127.0.0.1:{HTTP_PORT}",
)
ALL = (BARE, BARE_ENGINE, FAUST, MONITOR)
