"""`monitor worker`: one worker, until it is told to stop."""

import logging
from enum import StrEnum
from typing import Annotated

import typer

from monitor.cli.session import session_of


class LogLevel(StrEnum):
    """How much a worker says."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def worker(
    context: typer.Context,
    loglevel: Annotated[LogLevel, typer.Option(case_sensitive=False, help="How much it says.")] = LogLevel.INFO,
    fault: Annotated[str, typer.Option(envvar="MONITOR_FAULT", hidden=True)] = "",
) -> None:
    """Consume the bank's events, decide, and publish; stops in order on SIGTERM, leaving a snapshot."""
    from monitor.app import run  # noqa: PLC0415 - Faust and the model take seconds to import

    logging.basicConfig(level=loglevel.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    run(session_of(context).settings, fault, loglevel)
