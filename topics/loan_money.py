"""What the monitor says of loan money: `use-of-proceeds` of a loan, `headroom` of an account. Both compacted."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from topics.answers import BatchClock, BlockScope


class Range(Struct, frozen=True, kw_only=True):
    """Loan money, minor units: 0 <= certain <= point <= possible."""

    certain: Annotated[int, Meta(description="At least, however it is counted.")]
    possible: Annotated[int, Meta(description="At most.")]
    point: Annotated[int, Meta(description="Estimate, first in first out.")]


class UseOfProceeds(Struct, frozen=True, kw_only=True):
    """Where the money of one loan is. Key: `loan_id`; partition: the borrower's.

    The points of `unspent`, `with_others` and `classes` add up to `principal`, to the last minor unit, while no message
    is on its way between customers; until then they may be more. Money on its way counts as with others.
    """

    schema_version: Annotated[Literal[1], Meta(description="Version of this schema.")]
    loan_id: Annotated[str, Meta(description="The loan.")]
    customer_id: Annotated[str, Meta(description="The borrower.")]
    currency: Annotated[str, Meta(description="ISO 4217.")]
    principal: Annotated[int, Meta(description="Drawn so far, minor units.")]
    draws: Annotated[list[str], Meta(description="Its draws; one that ended a month ago is in the sums only.")]
    closed: Annotated[bool, Meta(description="No draw of it runs: nothing more is claimed.")]
    unspent: Annotated[Range, Meta(description="In the borrower's own accounts.")]
    with_others: Annotated[Range, Meta(description="In other customers' accounts, or on the way there.")]
    repaid: Annotated[Range, Meta(description="Went into instalments of this loan or another.")]
    left_bank: Annotated[Range, Meta(description="Left the bank, or was spent, on whatever class.")]
    trail_ended: Annotated[Range, Meta(description="A limit of tracing ended the trail.")]
    unknown: Annotated[Range, Meta(description="Left to where no class is known.")]
    classes: Annotated[dict[str, Range], Meta(description="Class of use, or how its trail ended -> amount.")]
    batch_clock: BatchClock


class Limit(Struct, frozen=True, kw_only=True):
    """The most one payment may take, minor units; null where no rule would block."""

    free: Annotated[int, Meta(description="With nothing of it certainly loan money.")]
    before_block: Annotated[int | None, Meta(description="Without a rule that blocks; null: none would.")]


class BlockInForce(Struct, frozen=True, kw_only=True):
    """A restriction on the customer."""

    block_id: Annotated[str, Meta(description="As on `blocks`.")]
    scope: Annotated[BlockScope, Meta(description="What it hits.")]
    until: Annotated[datetime, Meta(description="When it ends by itself.")]


class Headroom(Struct, frozen=True, kw_only=True):
    """What may leave an account for a forbidden use. Key: `account`; partition: its customer's; null: no limit.

    Holds until the next posting or request on the account. Of several payments each needs the record after the last.
    """

    schema_version: Annotated[Literal[1], Meta(description="Version of this schema.")]
    account: Annotated[str, Meta(description="The account.")]
    customer_id: Annotated[str, Meta(description="Whose it is.")]
    currency: Annotated[str, Meta(description="ISO 4217.")]
    acct_seq: Annotated[int, Meta(description="Last posting counted.")]
    balance: Annotated[int, Meta(description="Balance after it, minor units.")]
    provisional: Annotated[bool, Meta(description="A credit's content is not known yet; the limits may move.")]
    classes: Annotated[dict[str, Limit], Meta(description="Forbidden class -> the most a payment may take.")]
    blocks: Annotated[list[BlockInForce], Meta(description="Restrictions in force on the customer.")]
    batch_clock: BatchClock
