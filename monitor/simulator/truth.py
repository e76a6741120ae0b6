"""The truth beside the events: what was planted, on whom, and from when it could be proven."""

from typing import Literal

from msgspec import Struct

Code = Literal["CO01", "FF01", "FR01", "FR02", "FR09"]
Kind = Literal["episode", "look_alike"]
Grade = Literal["blatant", "ordinary", "careful"]
CODES: tuple[Code, ...] = ("CO01", "FF01", "FR01", "FR02", "FR09")
GRADES: tuple[Grade, ...] = ("blatant", "ordinary", "careful")


class Truth(Struct, kw_only=True):
    """One planted case. Money in minor units, times in ms since the epoch.

    `provable_event_id` is the event at which the case could first be proven; None for a look-alike, and for an
    episode that stayed within what an innocent may do, or was stopped before.
    `request_ids` are the requests a block could have hit, `stopped` those a block or a failed challenge did hit.
    """

    episode_id: str
    code: Code
    kind: Kind
    grade: Grade
    variant: str
    customer_id: str
    event_ids: list[str] = []
    request_ids: list[str] = []
    stopped: list[str] = []
    provable_event_id: str | None = None
    provable_at: int | None = None
    amount: int = 0
    started_at: int = 0
    ended_at: int = 0
