"""A real Apache Kafka on this machine: one KRaft node on the loopback address, for development, tests and the demo."""

import fcntl
import re
import secrets
import shutil
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.errors import UserError
from monitor.kafka.cache import fetch_once, run_tool
from monitor.kafka.distribution import KAFKA_VERSION, Distribution, fetch_distribution
from monitor.kafka.ports import HOST, free_port, is_free
from monitor.kafka.process import ServerRecord, kill, read_record, spawn, terminate
from monitor.paths import cache_dir

QUICK_JVM = ("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
BENCHMARK_JVM = ("-Xms1g", "-Xmx1g", "-XX:+UseSerialGC")
_RECORD = "broker.json"
_WRITTEN = frozenset({_RECORD, "broker.partial", "start.lock", "server.log", "server.properties", "logs"})
_READY = "Kafka Server started"
_ADDRESS_TAKEN = "Address already in use"
# A restart after a crash waits until the session of the dead incarnation has run out: short, but longer than a stall.
_SETTINGS = """
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
controller.quorum.voters=1@{host}:{controller_port}
log.dirs={logs}
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.cleaner.dedupe.buffer.size=16777216
metadata.max.idle.interval.ms=0
broker.heartbeat.interval.ms=250
broker.session.timeout.ms=2500
"""


@dataclass(frozen=True)
class BrokerStatus:
    """What a data folder's broker is doing. `bootstrap` is None when it does not run."""

    bootstrap: str | None
    pid: int | None
    data_dir: Path
    has_data: bool


class LocalKafka:
    """One broker with its own data folder; any number may run side by side.

    `port`: where it listens; None picks a free one at the first start and keeps it for the life of this object.
    `settings`: lines of Kafka's own, which go before ours; `{host}`, `{port}` and `{controller_port}` are filled in.
    A second object on the same folder, in any process, finds a running broker again.
    """

    def __init__(
        self, data_dir: Path, port: int | None = None, *, jvm: tuple[str, ...] = QUICK_JVM, settings: str = ""
    ) -> None:
        self._home = data_dir
        self._port = port
        self._jvm = jvm
        self._settings = settings
        self._record = data_dir / _RECORD
        self.log_file = data_dir / "server.log"

    def start(self, timeout_s: float = 60.0) -> str:
        """Start the broker and wait until it serves; the bootstrap address. One that runs already is left alone.

        The first start on a machine fetches Kafka. Raises UserError when the port is taken or the broker gives up.
        """
        self._home.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(self._home / "start.lock"):
            server = read_record(self._record) or self._launch(timeout_s)
        if self._port not in (None, server.port):
            raise UserError(f"this broker already runs on port {server.port}", "Stop it first or leave out the port.")
        self._port = server.port
        return _address(server.port)

    def stop(self, grace_s: float = 20.0) -> bool:
        """Stop the broker in good order, data kept; False when it did not run."""
        server = self._running()
        if server:
            terminate(server, grace_s)
        self._record.unlink(missing_ok=True)
        return server is not None

    def kill(self) -> None:
        """End the broker as a crash would (SIGKILL), data kept as it is."""
        server = self._running()
        if server:
            kill(server)

    def wipe(self) -> None:
        """Delete this broker's data; what was fetched stays.

        Raises UserError while it runs, and for a folder that holds anything a broker does not write.
        """
        if self._running():
            raise UserError("the broker is running", "Stop it first: monitor kafka down.")
        foreign = sorted(path.name for path in self._home.glob("*") if path.name not in _WRITTEN)
        if foreign:
            raise UserError(
                f"{self._home} is no broker's folder: it holds {foreign[0]}", "Name the broker with --name."
            )
        shutil.rmtree(self._home, ignore_errors=True)

    def status(self) -> BrokerStatus:
        """Whether the broker runs, and where."""
        server = self._running()
        address, pid = (_address(server.port), server.pid) if server else (None, None)
        return BrokerStatus(address, pid, self._home, (self._home / "logs").exists())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _running(self) -> ServerRecord | None:
        return read_record(self._record)

    def _launch(self, timeout_s: float) -> ServerRecord:
        distribution = prepare(cache_dir())
        if self._port is not None and not is_free(self._port):
            raise UserError(f"port {self._port} is taken by another program", "Choose another one: --port.")
        _lay_out(distribution, self._home / "logs")
        self._port = self._port or free_port()
        options = (*self._jvm, *_shared_classes(distribution))
        return _run(distribution, self._home, self._port, options, timeout_s, self._settings)


def prepare(cache: Path) -> Distribution:
    """Fetch what a broker needs and make the next start quick: formatted folder and class-data archive, each once."""
    distribution = fetch_distribution(cache)
    fetch_once(_template(distribution), lambda target: _format(distribution, target))
    fetch_once(distribution.archive.parent, lambda target: _archive_classes(distribution, target))
    return distribution


def _run(
    distribution: Distribution,
    home: Path,
    port: int,
    options: tuple[str, ...],
    timeout_s: float,
    more_settings: str = "",
) -> ServerRecord:
    settings = _write_settings(home, port, more_settings)
    command = distribution.command("kafka.Kafka", str(settings), options=options)
    server = spawn(command, port, home / "server.log", home / _RECORD)
    try:
        _wait_until_ready(server, home / "server.log", time.monotonic() + timeout_s)
    except BaseException:
        kill(server)
        raise
    return server


def _wait_until_ready(server: ServerRecord, log: Path, deadline: float) -> None:
    while _READY not in (said := log.read_text(errors="replace")):
        if server.process() is None:
            raise UserError(f"Kafka did not start: {_cause(said)}", f"Its log: {log}.")
        if time.monotonic() > deadline:
            raise UserError("Kafka is not ready yet after a long wait", f"Its log: {log}.")
        time.sleep(0.02)


def _cause(log: str) -> str:
    if _ADDRESS_TAKEN in log:
        return "a port it needs is taken"
    reasons: list[str] = re.findall(r"(?:Caused by: |Exception: |Error: )(.+)", log)
    return reasons[-1] if reasons else "it said nothing"


def _write_settings(home: Path, port: int, more: str) -> Path:
    """Of a setting that is there twice Kafka takes the last."""
    settings = home / "server.properties"
    logs = home / "logs"
    settings.write_text((_SETTINGS + more).format(host=HOST, port=port, controller_port=free_port(), logs=logs))
    return settings


def _template(distribution: Distribution) -> Path:
    return distribution.cache / f"kafka-{KAFKA_VERSION}-formatted"


def _format(distribution: Distribution, target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        settings = Path(scratch, "server.properties")
        settings.write_text(_SETTINGS.format(host=HOST, port=9092, controller_port=9093, logs=target))
        arguments = ("format", "-t", _kafka_uuid(), "-c", str(settings))
        command = distribution.command("kafka.tools.StorageTool", *arguments, options=QUICK_JVM)
        run_tool(command, "Kafka could not format its folder", "Remove the cache folder and try again.")


def _lay_out(distribution: Distribution, logs: Path) -> None:
    """Make a formatted data folder with identities of its own; an existing one is left as it is."""
    if (logs / "meta.properties").exists():
        return
    shutil.copytree(_template(distribution), logs, dirs_exist_ok=True)
    properties = logs / "meta.properties"
    fresh = re.sub(
        r"(?m)^(cluster\.id|directory\.id)=.*$", lambda line: f"{line[1]}={_kafka_uuid()}", properties.read_text()
    )
    properties.write_text(fresh)


def _archive_classes(distribution: Distribution, target: Path) -> None:
    """Run a broker once in a scratch folder and have Java write down the classes it loaded."""
    dump = distribution.java.archive_at_exit(target / distribution.archive.name)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        _lay_out(distribution, home / "logs")
        server = _run(distribution, home, free_port(), (*QUICK_JVM, dump), 120.0)
        terminate(server, 120.0)


def _shared_classes(distribution: Distribution) -> tuple[str, ...]:
    return (distribution.java.use_archive(distribution.archive),) if distribution.archive.exists() else ()


def _kafka_uuid() -> str:
    """Make a random id in Kafka's notation; one that starts with a dash would read as an option."""
    return "A" + urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")[1:]


def _address(port: int) -> str:
    return f"{HOST}:{port}"


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
