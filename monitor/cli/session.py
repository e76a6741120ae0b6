"""What the root command hands to every sub-command: the settings in force, and ways to Kafka that open on demand."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.settings_sources import InForce


class Session:
    """Settings, read when first asked for, so that `--help` needs none.

    `session[name]` is a way to Kafka from `monitor/cli/connections.py`. A test puts a plain dictionary in its place.
    """

    def __init__(self, config: Path | None = None, flags: Mapping[str, object] | None = None) -> None:
        self._config = config
        self._flags = dict(flags or {})

    @cached_property
    def in_force(self) -> "InForce":
        """The settings and where each was set. Raises UserError."""
        from monitor.settings_sources import load  # noqa: PLC0415 - keeps --help quick

        return load(self._config, self._flags)

    @property
    def settings(self) -> "Settings":
        """The settings in force. Raises UserError."""
        return self.in_force.settings

    def __getitem__(self, name: str) -> Any:
        from monitor.cli.connections import CONNECTIONS  # noqa: PLC0415 - keeps --help quick

        return CONNECTIONS[name](self.settings)


def session_of(context: typer.Context) -> Session:
    """Find the session of the running command."""
    return context.find_object(Session) or Session()
