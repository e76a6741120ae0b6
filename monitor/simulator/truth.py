"""The truth beside the events: what was planted, on whom, and from when it could be proven."""

from typing import Literal, get_args

from msgspec import Struct

Code = Literal["CO01", "FF01", "FR01", "FR02", "FR09", "FF02", "CO13", "CO10", "FF03", "CO21", "FF04", "FF05", "AN01"]
Kind = Literal["episode", "look_alike"]
Grade = Literal["blatant", "ordinary", "careful"]
CODES: tuple[Code, ...] = get_args(Code)
DEALT: tuple[Code, ...] = tuple(code for code in CODES if code != "AN01")
"""What is played unless somebody asks for more: the model's own rule is in shadow, where no alert could show a find."""
GRADES: tuple[Grade, ...] = ("blatant", "ordinary", "careful")


class Truth(Struct, kw_only=True):
    """One planted case. Money in minor units, times in ms since the epoch.

    `customer_id` is whose case it is: the borrower, the victim, the agent. `partners` are the other customers in it;
    they know what they do in an episode, and are as innocent as he is in a look-alike.
    `provable_event_id` is the event at which the case could first be proven; None for a look-alike, and for an
    episode that stayed within what an innocent may do, or was stopped before. A case that time proves (FF04) has the
    last event before `provable_at`.
    `request_ids` are the requests a block could have hit, `stopped` those a block or a failed challenge did hit.
    `uses` says where the loan went by what its people meant: class of use -> amount.
    """

    episode_id: str
    code: Code
    kind: Kind
    grade: Grade
    variant: str
    customer_id: str
    partners: list[str] = []
    event_ids: list[str] = []
    request_ids: list[str] = []
    stopped: list[str] = []
    provable_event_id: str | None = None
    provable_at: int | None = None
    amount: int = 0
    uses: dict[str, int] = {}
    started_at: int = 0
    ended_at: int = 0

    @property
    def people(self) -> list[str]:
        """Everybody in the case."""
        return [self.customer_id, *self.partners]
