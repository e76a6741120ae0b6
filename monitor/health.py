"""A small HTTP server beside the worker: /metrics, /healthz (alive) and /readyz (ready, or the reasons why not)."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import ClassVar, Self

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from monitor.errors import UserError

_TEXT = "text/plain; charset=utf-8"
NotReady = Callable[[], Sequence[str]]
"""The reasons why the worker is not ready; none when it is. Called in the server's threads."""


class HealthServer:
    """Serves from `start` to `stop` in threads of its own, so that a busy or stuck worker still answers."""

    def __init__(
        self, registry: CollectorRegistry, not_ready: NotReady, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        handler = type("Handler", (_Handler,), {"registry": registry, "not_ready": staticmethod(not_ready)})
        try:
            self._server = ThreadingHTTPServer((host, port), handler)
        except OSError as error:
            remedy = "Choose another one with --set http.port=, or 0 for any."
            raise UserError(f"cannot serve metrics on {host}:{port}: {error.strerror}", remedy) from error
        self._thread = Thread(target=self._server.serve_forever, args=(0.1,), name="health", daemon=True)

    @property
    def address(self) -> str:
        """Where it listens, `host:port`."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class _Handler(BaseHTTPRequestHandler):
    registry: ClassVar[CollectorRegistry]
    not_ready: ClassVar[Callable[..., Sequence[str]]]  # a static method: called without the handler

    def do_GET(self) -> None:
        """Answer by path; anything unknown is not found."""
        answer = {"/metrics": self._metrics, "/healthz": self._alive, "/readyz": self._ready}
        answer.get(self.path.partition("?")[0], self._unknown)()

    def _metrics(self) -> None:
        encode, content_type = choose_encoder(self.headers.get("Accept") or "")
        self._send(HTTPStatus.OK, encode(self.registry), content_type)

    def _alive(self) -> None:
        self._send(HTTPStatus.OK, b"alive\n")

    def _ready(self) -> None:
        reasons = self.not_ready()
        if reasons:
            self._send(HTTPStatus.SERVICE_UNAVAILABLE, "".join(f"{reason}\n" for reason in reasons).encode())
        else:
            self._send(HTTPStatus.OK, b"ready\n")

    def _unknown(self) -> None:
        self._send(HTTPStatus.NOT_FOUND, b"there are /metrics, /healthz and /readyz\n")

    def _send(self, status: HTTPStatus, body: bytes, content_type: str = _TEXT) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Stay silent: a probe every second is no news."""
