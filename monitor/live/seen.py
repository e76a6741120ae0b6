"""A record as somebody who looks on sees it."""

from typing import NamedTuple


class Seen(NamedTuple):
    """One record. `topic` without prefix; `at`: the time the broker keeps for it, ms since the epoch."""

    topic: str
    partition: int
    offset: int
    at: int
    key: bytes | None
    value: bytes | None
