"""Messages on `fund-flow`: what the partitions tell each other of loan money, keyed by the customer it concerns.

Workers write and read it. A sender's messages to one partition arrive in the order of its journal; a repeat is the
same bytes. `sender` says where in that journal a message comes from: what is not behind the last one was seen before.
"""

from typing import Annotated

from msgspec import Meta, Struct

from topics.fields import MOST_POSTINGS, Account, Amount, Currency, CustomerId, CustomerMessage, Message, PaymentId
from topics.loans import DrawId, LoanId

MOST_PARTITIONS = 100_000
MOST_HOPS = 4
"""Customers a share may have passed; tracing.md: beyond that the sender ends the trail."""

Bucket = Annotated[str, Meta(min_length=1, max_length=32, description="Row of a draw's use ledger.")]
Index = Annotated[int, Meta(ge=0, le=MOST_POSTINGS)]


class SentFrom(Struct, frozen=True, array_like=True, gc=False, order=True):
    """A place in the sender's journal; grows with every message it sends."""

    epoch: Annotated[int, Meta(ge=0, le=MOST_POSTINGS, description="Claim of the sender's owner.")]
    sequence: Annotated[int, Meta(ge=0, le=MOST_POSTINGS, description="Batch.")]
    index: Annotated[int, Meta(ge=0, le=MOST_POSTINGS, description="Message within the batch.")]


SenderPartition = Annotated[int, Meta(ge=0, le=MOST_PARTITIONS, description="Partition of the sender.")]
SenderPlace = Annotated[SentFrom, Meta(description="Where in the sender's journal the message was sent.")]


class SharePart(Struct, frozen=True, array_like=True, gc=False):
    """Loan money of one draw in a transfer: amounts in minor units, `expires` in ms since the epoch."""

    certain: Amount
    possible: Amount
    point: Amount
    cap: Annotated[int, Meta(ge=0, description="Principal drawn so far.")]
    hops: Annotated[int, Meta(ge=0, le=MOST_HOPS, description="Customers passed, this step included.")]
    expires: Annotated[int, Meta(ge=0, description="When the trail ends.")]
    home: Annotated[str, Meta(max_length=64, description="The borrower; the use ledger is there.")]
    via: Annotated[list[Account], Meta(max_length=MOST_HOPS + 1, description="Accounts it was sent from, in order.")]


class Tag(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="fund_flow.tag"):
    """What an on-us payment carries. Sent when the payer's account passed it; its figures are final."""

    sender_partition: SenderPartition
    sender: SenderPlace
    transfer: Annotated[str, Meta(min_length=1, max_length=65, description="The payment; `<` added to a reversal.")]
    account: Annotated[Account, Meta(description="The receiver's account.")]
    amount: Amount
    currency: Currency
    shares: Annotated[dict[str, SharePart], Meta(max_length=9, description="Draw -> its share; OTHER has no home.")]
    union_certain: Annotated[int, Meta(ge=0, description="Certain part of any named draw.")]
    union_possible: Annotated[int, Meta(ge=0, description="Possible part of any draw.")]
    undo: Annotated[bool, Meta(description="It takes an earlier payment back.")] = False
    composition: Annotated[dict[str, int], Meta(description="Of an undo: what comes back, by colour.")] = {}  # noqa: RUF012
    whole: Annotated[dict[str, list[int]], Meta(description="Of an undo: what it had brought.")] = {}  # noqa: RUF012


class Book(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="fund_flow.book"):
    """Loan money of this customer's draw ended in somebody else's account."""

    sender_partition: SenderPartition
    sender: SenderPlace
    draw_id: DrawId
    account: Annotated[Account, Meta(description="The account it ended in.")]
    bucket: Bucket
    certain: Annotated[int, Meta(description="Surely, minor units.")]
    possible: Annotated[int, Meta(description="At most, minor units.")]
    point: Annotated[int, Meta(description="Point estimate, minor units.")]
    sign: Annotated[int, Meta(ge=-1, le=1, description="-1 takes it out of the bucket again.")] = 1
    payment_id: Annotated[str | None, Meta(description="The payment that ended it, if one did.")] = None
    sure: Annotated[bool, Meta(description="Nobody would doubt the class of use of that payment.")] = True


class Retire(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="fund_flow.retire"):
    """The draw is closed: its money in this account is no longer loan money."""

    sender_partition: SenderPartition
    sender: SenderPlace
    draw_id: DrawId
    account: Account


class RepaidFor(CustomerMessage, kw_only=True, frozen=True, gc=False, tag="fund_flow.repaid_for"):
    """The customer (or `account:` and an account elsewhere) paid an instalment of somebody else's loan."""

    sender_partition: SenderPartition
    sender: SenderPlace
    payer_account: Account
    borrower: Annotated[CustomerId, Meta(description="Whose loan it is.")]
    borrower_party: Annotated[str | None, Meta(description="The borrower in the party registry.")] = None
    loan_id: LoanId
    payment_id: PaymentId
    amount: Amount


class Clear(Message, kw_only=True, frozen=True, gc=False, tag="fund_flow.clear"):
    """All the sender applied is tagged: an older credit without a tag brings nothing. Key `clear:<sender partition>`.

    It speaks of credits appended 5 s before `through`, but not of the payments that are still `waiting`.
    """

    sender_partition: SenderPartition
    sender: SenderPlace
    through: Annotated[int, Meta(ge=0, description="Append time up to which all inputs were applied, ms.")]
    waiting: Annotated[list[str], Meta(description="Payments that wait for something themselves.")] = []  # noqa: RUF012
