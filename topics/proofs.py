"""Messages on `proofs`: why what a tracing rule stopped was loan money, shown by the bank's own messages.

Amounts in minor units. Loan money is bounded by draw, and for all draws together under the name ANY_LOAN:
`[at least, at most]`. Money that came by other ways than those shown counts as the customer's own.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Bounds = Annotated[
    dict[str, list[int]], Meta(description="Draw, or ANY_LOAN for all of them -> [at least, at most], minor units.")
]
Sha256 = Annotated[str, Meta(description="SHA-256 of the message's bytes, hex; its key in `messages`.")]
AccountId = Annotated[str, Meta(description="Account.")]
PostingNumber = Annotated[int, Meta(description="Posting number within the account.")]


class Evidence(Struct, kw_only=True, frozen=True):
    """A message, and where it lies."""

    topic: Annotated[str, Meta(description="Topic, without prefix.")]
    partition: Annotated[int, Meta(description="Partition.")]
    offset: Annotated[int, Meta(description="Offset.")]
    sha256: Sha256


class Leg(Struct, kw_only=True, frozen=True):
    """A posting of another account."""

    account: AccountId
    acct_seq: PostingNumber


class Step(Struct, kw_only=True, frozen=True):
    """One posting, what loan money it carried and what the account held after it.

    An incoming one is loan money as `draw` or `comes_from` says; with neither it counts as the customer's own.
    """

    account: AccountId
    acct_seq: PostingNumber
    kind: Annotated[str, Meta(description="Type of the bank's message.")]
    credit_debit: Annotated[Literal["CRDT", "DBIT"], Meta(description="CRDT adds money to the account.")]
    amount: Annotated[int, Meta(description="Minor units.")]
    balance_after: Annotated[int, Meta(description="Balance after it, minor units.")]
    draw: Annotated[str | None, Meta(description="The draw it paid out.")]
    comes_from: Annotated[Leg | None, Meta(description="The other leg, an earlier step, that says what came.")]
    carries: Annotated[Bounds, Meta(description="Loan money in it.")]
    holds: Annotated[Bounds, Meta(description="Loan money in the account after it.")]
    shown_by: Annotated[Evidence, Meta(description="The bank's message.")]


class DrawShown(Struct, kw_only=True, frozen=True):
    """A draw whose money is followed here."""

    loan_id: Annotated[str, Meta(description="Its loan.")]
    customer_id: Annotated[str, Meta(description="Its borrower.")]
    amount: Annotated[int, Meta(description="What was paid out of it in the steps, minor units.")]


class Stopped(Struct, kw_only=True, frozen=True):
    """The payment the proof is about: the request that was stopped, or the posting that armed the block."""

    event_id: Annotated[str, Meta(description="Its message.")]
    kind: Annotated[str, Meta(description="Type of the bank's message.")]
    account: Annotated[str, Meta(description="The account that pays.")]
    acct_seq: Annotated[int, Meta(description="The account's last posting before it.")]
    amount: Annotated[int, Meta(description="Minor units.")]
    currency: Annotated[str, Meta(description="ISO 4217.")]
    shown_by: Annotated[Evidence, Meta(description="The bank's message.")]


class Reserved(Struct, kw_only=True, frozen=True):
    """Requests still open on the account: they may be paid first."""

    amount: Annotated[int, Meta(description="Their sum, minor units.")]
    requests: Annotated[list[Evidence], Meta(description="The bank's messages; none where the decision alone says it.")]


class Certain(Struct, kw_only=True, frozen=True):
    """At least this much of the payment is loan money, however it is counted; minor units."""

    all: Annotated[int, Meta(description="Of any draw.")]
    own: Annotated[int, Meta(description="Of the customer's draws, which FF01 speaks of.")]
    others: Annotated[int, Meta(description="Of other people's draws, which FF02 speaks of.")]


class Final(Struct, kw_only=True, frozen=True):
    """Loan money in the payment."""

    alone: Annotated[Bounds, Meta(description="If it is paid next.")]
    after_reserved: Annotated[Bounds, Meta(description="If the open requests are paid first.")]
    certain: Certain


class PartShown(Struct, kw_only=True, frozen=True):
    """Loan money in a payment that a block rests on."""

    account: AccountId
    postings: Annotated[list[int], Meta(description="Its posting numbers within the account: steps.")]
    payment_id: Annotated[str, Meta(description="The payment.")]
    draw_id: Annotated[str, Meta(description="Whose money it is.")]
    certain: Annotated[int, Meta(description="At least so much of it is shown, minor units.")]


class RestsOn(Struct, kw_only=True, frozen=True):
    """A block that rests on payments made before: those that its reason names."""

    code: Annotated[str, Meta(description="Rule code.")]
    currency: Annotated[str, Meta(description="ISO 4217.")]
    decided: Annotated[int, Meta(description="What the rule said is certain, minor units.")]
    covers: Annotated[int, Meta(description="The part of it that it found in these payments; no less is shown.")]
    payments: list[PartShown]


class Proof(Struct, kw_only=True, frozen=True):
    """The postings and the arithmetic behind one BLOCK of a tracing rule. Key: `event_id`.

    It is about one `payment`, or about those that a block `rests_on`. `refused` says why there is no proof; then all
    that follows it is empty.
    """

    schema_version: Annotated[Literal[1], Meta(description="Version of this schema.")]
    event_id: Annotated[str, Meta(description="The message whose decision is proven.")]
    customer_id: Annotated[str, Meta(description="Its customer.")]
    decision: Annotated[Evidence, Meta(description="The decision.")]
    refused: Annotated[str | None, Meta(description="Why no proof could be built, see docs/proofs.md.")] = None
    payment: Annotated[Stopped | None, Meta(description="What is proven of, if it is one payment.")] = None
    rests_on: Annotated[list[RestsOn], Meta(description="What is proven of, if it is not.")] = []
    draws: Annotated[dict[str, DrawShown], Meta(description="Draws whose money is in it, by id.")] = {}
    steps: Annotated[list[Step], Meta(description="Postings; each leg a step comes from stands before it.")] = []
    reserved: Annotated[Reserved | None, Meta(description="Open requests that were counted.")] = None
    final: Annotated[Final | None, Meta(description="The arithmetic for the payment itself.")] = None
    messages: Annotated[dict[str, str], Meta(description="SHA-256 -> the message as the bank sent it.")] = {}
    seal: Annotated[str, Meta(description="SHA-256 of all other fields: JSON, keys sorted, no blanks, ASCII.")] = ""
