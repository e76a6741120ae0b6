"""The topic files, `topics/<name>.toml`, as typed values."""

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from topics.names import ALL_TOPICS

FOREVER = -1


class Example(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A record as it may stand on the topic. `key` is absent where the topic has none."""

    name: str
    value: str
    key: str | None = None


class BadExample(Example, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A record that is refused, and the reason code it is refused with."""

    reason: str


class Topic(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """One topic: what it carries, for whom, and how Kafka keeps it."""

    name: str
    carries: Annotated[str, Meta(min_length=20)]
    key: Annotated[str, Meta(min_length=1)]
    partitions: Literal["by customer", "one"]
    cleanup_policy: Literal["delete", "compact"]
    retention_days: Annotated[int, Meta(ge=FOREVER)]
    timestamp_type: Literal["LogAppendTime", "CreateTime"]
    owner: Annotated[str, Meta(min_length=1)]
    producers: Annotated[list[str], Meta(min_length=1)]
    consumers: Annotated[list[str], Meta(min_length=1)]
    compaction_lag_days: int = 0
    append_time: datetime | None = None
    """Append time the examples are tried with."""
    binary: bool = False
    """Keys and values of the examples are hexadecimal: workers read them, see `monitor/edge/entries.py`."""
    valid: list[Example] = []
    invalid: list[BadExample] = []


@cache
def topic(name: str) -> Topic:
    """The topic called `name`, without prefix. Raises FileNotFoundError when it has no file."""
    return msgspec.toml.decode(files("topics").joinpath(f"{name}.toml").read_bytes(), type=Topic)


@cache
def catalogue() -> tuple[Topic, ...]:
    """All topics, in the order of `topics.names`."""
    return tuple(topic(name) for name in ALL_TOPICS)
