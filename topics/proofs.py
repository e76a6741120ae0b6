"""Messages on `proofs`: why what a tracing rule stopped was loan money, shown by the bank's own messages.

Amounts in minor units, and lower bounds: at least so much is loan money, however it is counted. Money that came by
other ways than those shown counts as other money.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

AccountId = Annotated[str, Meta(description="Account.")]
PostingNumber = Annotated[int, Meta(description="Posting number within the account.")]


class Evidence(Struct, kw_only=True, frozen=True):
    """A message, and where it lies."""

    topic: Annotated[str, Meta(description="Topic, without prefix.")]
    partition: Annotated[int, Meta(description="Partition.")]
    offset: Annotated[int, Meta(description="Offset.")]
    sha256: Annotated[str, Meta(description="SHA-256 of the message's bytes, hex; its key in `messages`.")]


class Leg(Struct, kw_only=True, frozen=True):
    """A posting of another account."""

    account: AccountId
    acct_seq: PostingNumber


class Step(Struct, kw_only=True, frozen=True):
    """One posting, or the request that was stopped: what loan money it carries and what the account holds after it.

    An incoming one is loan money as `draw` or `comes_from` says; with neither it counts as other money.
    """

    account: AccountId
    acct_seq: Annotated[int | None, Meta(description="Posting number within the account; none of a request.")]
    kind: Annotated[str, Meta(description="Type of the bank's message.")]
    credit_debit: Annotated[Literal["CRDT", "DBIT"], Meta(description="CRDT adds money to the account.")]
    amount: Annotated[int, Meta(description="Minor units.")]
    balance_after: Annotated[int | None, Meta(description="Balance after it, minor units; none of a request.")]
    draw: Annotated[str | None, Meta(description="The draw it paid out.")]
    comes_from: Annotated[Leg | None, Meta(description="The other leg, an earlier step, that says what came.")]
    carries: Annotated[int, Meta(description="At least so much of it is loan money, minor units.")]
    holds: Annotated[int, Meta(description="At least so much in the account after it is, minor units.")]
    counts: Annotated[bool, Meta(description="The block rests on it: part of what is proven.")]
    shown_by: Annotated[Evidence, Meta(description="The bank's message.")]


class DrawShown(Struct, kw_only=True, frozen=True):
    """A draw whose money is followed here."""

    loan_id: Annotated[str, Meta(description="Its loan.")]
    customer_id: Annotated[str, Meta(description="Its borrower.")]


class Claim(Struct, kw_only=True, frozen=True):
    """What is shown of one reason of the decision."""

    reason: Annotated[int, Meta(description="Its place in the decision's `reasons`, from 0.")]
    code: Annotated[str, Meta(description="Rule code.")]
    currency: Annotated[str, Meta(description="ISO 4217, of every step.")]
    decided: Annotated[int, Meta(description="What the rule said is certain, minor units.")]
    certain: Annotated[int, Meta(description="What is shown of it, no less, minor units.")]
    draws: Annotated[dict[str, DrawShown], Meta(description="Draws whose money is in it, by id.")]
    named_by: Annotated[
        list[Evidence], Meta(description="Messages on fund-flow that name the payments, where the reason does not.")
    ]
    steps: Annotated[list[Step], Meta(description="Each leg a step comes from stands before it.")]


class Proof(Struct, kw_only=True, frozen=True):
    """The postings and the arithmetic behind a BLOCK of tracing rules. Key: `event_id`.

    `refused` says why there is no proof; then all that follows it is empty.
    """

    schema_version: Annotated[Literal[1], Meta(description="Version of this schema.")]
    event_id: Annotated[str, Meta(description="The message whose decision is proven.")]
    customer_id: Annotated[str, Meta(description="Its customer.")]
    decision: Annotated[Evidence, Meta(description="The decision.")]
    refused: Annotated[str | None, Meta(description="Why no proof could be built, see docs/proofs.md.")] = None
    claims: Annotated[list[Claim], Meta(description="One for each reason that can be shown.")] = []
    messages: Annotated[dict[str, str], Meta(description="SHA-256 -> the message as it was sent.")] = {}
    seal: Annotated[str, Meta(description="SHA-256 of all other fields: JSON, keys sorted, no blanks, ASCII.")] = ""
