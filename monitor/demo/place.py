"""Where a demonstration lives: its own folder, broker and worker, which all end with it."""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psutil

import monitor
from monitor.errors import UserError
from monitor.kafka.local import LocalKafka
from monitor.kafka.process import ServerRecord, read_record, spawn, terminate
from monitor.settings import Kafka, Settings

_GRACE_S = 20.0
_GRACE_WITHOUT_KAFKA_S = 2.0  # a worker that cannot write its last snapshot would wait for the broker
_KEPT_SETTINGS = ("MONITOR_CACHE_DIR", "MONITOR_DATA_DIR")
_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


class Place:
    """A demonstration's processes. `data` is the monitor's data folder; nothing outside `demo` in it is touched."""

    def __init__(self, data: Path) -> None:
        self.home = data / "demo"
        self.broker = LocalKafka(data / "kafka" / "demo")
        self.worker_log = self.home / "worker.log"
        self._record = self.home / "worker.json"
        self._worker: ServerRecord | None = None
        self._bootstrap = ""

    @property
    def settings(self) -> Settings:
        """Settings of everything that talks to this broker: the defaults, whatever this machine has set."""
        return Settings(kafka=Kafka(bootstrap=self._bootstrap))

    @property
    def processes(self) -> dict[str, int]:
        """Process ids by name."""
        pids = {"Kafka": self.broker.status().pid, "the worker": self._worker.pid if self._worker else None}
        return {name: pid for name, pid in pids.items() if pid is not None}

    def start_broker(self) -> str:
        """Start an empty broker; its address. What an earlier demonstration left behind goes first."""
        self.stop()
        self.broker.wipe()
        self._bootstrap = self.broker.start()
        return self._bootstrap

    def start_worker(self) -> None:
        """Start a worker as anybody would, in a process of its own."""
        command = [sys.executable, "-m", "monitor", "--bootstrap", self._bootstrap, "--set", "http.port=0"]
        self._worker = spawn(
            [*command, "worker", "--loglevel", "warning"],
            0,
            self.worker_log,
            self._record,
            environment=_plain_environment(),
            folder=Path(monitor.__file__).parents[1],
        )

    def check(self) -> None:
        """Raise UserError when a process has died."""
        if self._worker is not None and self._worker.process() is None:
            raise UserError(f"the worker died ({_ending(self._worker)})", f"Its log: {self.worker_log}.")
        if self._bootstrap and self.broker.status().bootstrap is None:
            raise UserError("Kafka died", f"Its log: {self.broker.log_file}.")

    def stop(self) -> None:
        """End both processes in good order; the broker's data stays for a look."""
        worker = self._worker or read_record(self._record)
        if worker is not None:
            terminate(worker, _GRACE_S if self.broker.status().bootstrap else _GRACE_WITHOUT_KAFKA_S)
        self._record.unlink(missing_ok=True)
        self._worker = None
        self.broker.stop()


@contextmanager
def opened(data: Path) -> Iterator[Place]:
    """Open the place for one demonstration at a time; whatever happens, nothing runs behind it."""
    place = Place(data)
    place.home.mkdir(parents=True, exist_ok=True)
    with (place.home / "lock").open("w") as lock, _ended_by_signals():
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                "a demo runs already", "Wait for its end, or give MONITOR_DATA_DIR another folder."
            ) from error
        try:
            yield place
        except Exception:
            place.check()  # a dead process is the better reason
            raise
        finally:
            with _undisturbed():
                place.stop()


def _plain_environment() -> dict[str, str]:
    """Leave out what sets the monitor up for another place."""
    return {
        name: value for name, value in os.environ.items() if name in _KEPT_SETTINGS or not name.startswith("MONITOR_")
    }


def _ending(server: ServerRecord) -> str:
    """Say how a child ended, as far as the system still knows."""
    try:
        code = psutil.Process(server.pid).wait(0)
    except (psutil.NoSuchProcess, psutil.TimeoutExpired):
        code = None
    return "no exit code" if code is None else f"exit code {code}"


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a plain kill and a closed terminal end the program as Ctrl-C does, so that everything is put away."""

    def end(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the system's signature
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Do not be stopped while putting away."""
    numbers = (signal.SIGINT, *_ENDINGS)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
