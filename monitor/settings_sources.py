"""Reads the settings from where they are set, and remembers where each came from."""

import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict, SettingsError

from monitor.errors import UserError
from monitor.settings import Settings, flattened

CONFIG_VARIABLE = "MONITOR_CONFIG"
_PREFIX = "MONITOR_"
_SEPARATOR = "__"


class _Environment(BaseSettings, Settings):
    """The same fields, for the source that reads them from the environment."""

    model_config = SettingsConfigDict(extra="forbid", env_prefix=_PREFIX, env_nested_delimiter=_SEPARATOR)


@dataclass(frozen=True)
class InForce:
    """The settings in force, and for each `section.name` where it was set."""

    settings: Settings
    origins: Mapping[str, str]


def load(file: Path | None = None, flags: Mapping[str, object] | None = None) -> InForce:
    """Merge defaults < file < environment < flags. `flags`: `section.name` -> value; text is read as JSON where it is.

    Raises UserError naming the setting and where it was set.
    """
    file = file or (Path(os.environ[CONFIG_VARIABLE]) if os.environ.get(CONFIG_VARIABLE) else None)
    layers = [
        (f"file {file}", _from_file(file) if file else {}),
        ("environment", _from_environment()),
        ("flag", _from_flags(flags or {})),
    ]
    merged: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, layer in layers:
        merged = _merge(merged, layer)
        origins |= {key: _named(origin, key) for key in flattened(layer)}
    return InForce(_validated(merged, origins), origins)


def parse_flags(pairs: Sequence[str]) -> dict[str, object]:
    """Read `section.name=value` pairs."""
    flags: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UserError(f"--set {pair} has no value", "Write it as section.name=value.")
        flags[name.strip()] = value
    return flags


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text())
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}", "Name another one with --config.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file} is not TOML: {error}", "Mend it, or name another one with --config.") from error


def _from_environment() -> dict[str, Any]:
    try:
        return EnvSettingsSource(_Environment)()
    except SettingsError as error:
        raise UserError(f"in the environment: {error}", "Lists and tables are written as JSON there.") from error


def _from_flags(flags: Mapping[str, object]) -> dict[str, Any]:
    layer: dict[str, Any] = {}
    for name, value in flags.items():
        nested: object = _decoded(value)
        for part in reversed(name.split(".")):
            nested = {part: nested}
        layer = _merge(layer, nested if isinstance(nested, dict) else {})
    return layer


def _decoded(value: object) -> object:
    if isinstance(value, str) and value[:1] in {"[", "{"}:
        try:
            decoded: object = json.loads(value)
        except ValueError:
            return value
        return decoded
    return value


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        merged[name] = _merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _named(origin: str, key: str) -> str:
    return f"environment {_PREFIX}{key.replace('.', _SEPARATOR).upper()}" if origin == "environment" else origin


def _validated(values: Mapping[str, Any], origins: Mapping[str, str]) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]  # an input may be a secret
        key = ".".join(str(part) for part in first["loc"])
        origin = next(
            (where for name, where in origins.items() if name == key or name.startswith(f"{key}.")), "settings"
        )
        raise UserError(f"setting {key}: {first['msg']}", f"It comes from: {origin}.") from None
