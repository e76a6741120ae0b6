"""What came of applying movements: final pairs, ledger entries, messages, and events to count."""

from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from monitor.engine.tracing.interval import ANY_LOAN, RESERVED, Pair
from monitor.engine.tracing.machine import Ended
from monitor.engine.tracing.movements import LOAN_CURRENCY, TRAIL_ENDED, Booked, Envelope, Movement, Retire, Tag

ZERO: Final = Pair(0, 0, 0)

# Events, for counters.
RESYNC: Final = "resync"
GIVE_UP: Final = "give_up"
LATE: Final = "late"
REPEAT: Final = "repeat"
GAP_INFERRED: Final = "gap_inferred"
BAD_TAG: Final = "bad_tag"
TAG_EXPIRED: Final = "tag_expired"
OPENING_UNKNOWN: Final = "opening_unknown"
ACCOUNT_LIMIT: Final = "account_limit"
RETURN_ABOVE: Final = "return_above_payment"

# Why an origin is followed no further; one event for each. What ends with a bad or expired tag is counted as that.
CUT_SMALL: Final = "cut_small"
CUT_HOPS: Final = "cut_hops"
CUT_HUB: Final = "cut_hub"
CUT_ORIGINS: Final = "cut_origins"
CUT_HORIZON: Final = "cut_horizon"
CUT_CURRENCY: Final = "cut_currency"
CUT_LATE: Final = "cut_late"

# Why a tag is refused after it was taken.
CONFLICTING_REPEAT: Final = "CONFLICTING_REPEAT"
TAG_MISMATCH: Final = "TAG_MISMATCH"
TAG_UNMATCHED: Final = "TAG_UNMATCHED"


class Passed(NamedTuple):
    """A movement whose pairs are final. `pairs` has the origins and OTHER; `undone`: it took a record back.

    `tag`: what the other account said of a credit.
    """

    movement: Movement
    pairs: dict[str, Pair]
    union: Pair
    undone: bool = False
    tag: Tag | None = None


class Dust(NamedTuple):
    """A part of a payment that was too small to be followed: whose trail ended with it. `cap`: all that was drawn."""

    movement: Movement
    draw: str
    pair: Pair
    cap: int


@dataclass(slots=True)
class Effects:
    """Collects, in order.

    `foreign`: for an account in another currency than the loans; the trail ended where its money was exchanged.
    `others`: what goes to other customers' accounts. `refused`: bad tags, as (place on their topic, what was wrong).
    """

    passed: list[Passed] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    booked: list[Booked] = field(default_factory=list)
    outbox: list[Envelope] = field(default_factory=list)
    others: list[Envelope] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    dust: list[Dust] = field(default_factory=list)
    foreign: bool = False

    def of_account(self, *, foreign: bool) -> "Effects":
        """The same lists, for what happens to an account in the loans' currency or in another."""
        return self if self.foreign == foreign else replace(self, foreign=foreign)

    def book(self, bucket: str, origin: str, pair: Pair, by: Movement | None = None, currency: str = "") -> None:
        """Note an entry for the origin's use ledger, which is in the loans' currency; OTHER and the union have none.

        `by`: what it ended with. `currency`: the figures', "" for the account's own.
        """
        foreign = currency != LOAN_CURRENCY if currency else self.foreign
        if origin not in RESERVED and pair != ZERO and not foreign:
            account, payment, sure = (by.account, by.payment_id, by.sure) if by else ("", "", True)
            self.booked.append(Booked(origin, bucket, *pair, 1, account, payment, sure))

    def take_back(self, bucket: str, origin: str, pair: Pair, by: Movement, *, sure: bool) -> None:
        """Note that a payment came back: its entry is lowered, under the name and the sureness it was booked with."""
        if origin not in RESERVED and pair != ZERO and not self.foreign:
            self.booked.append(Booked(origin, bucket, *pair, -1, by.account, by.original, sure))

    def retired(self, retire: Retire, pair: Pair, currency: str = "") -> None:
        """Note what an origin had when its trail ended or it was closed. `currency`: as in `book`."""
        if retire.bucket == TRAIL_ENDED:
            self.cut(retire.cause, retire.origin, pair, currency=currency)
        else:
            self.book(retire.bucket, retire.origin, pair, currency=currency)

    def cut(self, cause: str, origin: str, pair: Pair, by: Movement | None = None, currency: str = "") -> None:
        """Note that an origin is followed no further, and count why; "": it is counted as something else."""
        if cause and origin not in RESERVED and pair != ZERO:
            self.events.append(cause)
        self.book(TRAIL_ENDED, origin, pair, by=by, currency=currency)

    def fell(self, movement: Movement, origin: str, pair: Pair, cap: int) -> None:
        """Note a part of a payment that was too small to be followed."""
        if origin not in RESERVED and not self.foreign:
            self.dust.append(Dust(movement, origin, pair, cap))

    def book_ended(self, ended: list[Ended], by: Movement | None = None) -> None:
        """Note what ended; a trail that a credit ended was that of one origin too many."""
        for origin, bucket, pair in ended:
            if bucket == TRAIL_ENDED:
                self.cut(CUT_ORIGINS, origin, pair, by)
            else:
                self.book(bucket, origin, pair, by=by)

    def passes(
        self, movement: Movement, pairs: dict[str, Pair], *, undone: bool = False, tag: Tag | None = None
    ) -> None:
        """Note a movement whose pairs are final; one that was only inferred has no payment."""
        union = pairs.pop(ANY_LOAN, ZERO)
        if movement.payment_id:
            self.passed.append(Passed(movement, pairs, union, undone, tag))
