"""Field types shared by the messages, and the envelope every message carries.

Names follow ISO 8583 and ISO 20022 in snake case. Money is an integer of minor units beside an ISO 4217 code.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

EventId = Annotated[str, Meta(min_length=1, max_length=64, description="Identity of this one message.")]
EventTime = Annotated[datetime, Meta(tz=True, description="The bank's instant of the event, RFC 3339 with offset.")]
CustomerId = Annotated[str, Meta(min_length=1, max_length=64, description="Customer; equals the Kafka key.")]
PaymentId = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="The payment through its whole life; derived once from its first message, copied by core after.",
    ),
]
Account = Annotated[str, Meta(min_length=1, max_length=64, description="Account token; never a PAN.")]
MONEY = {"money": True}
MOST_MONEY = 10**13  # a hundred billion yuan in one payment; so a million of them fit in 64 bits
Amount = Annotated[
    int, Meta(ge=0, le=MOST_MONEY, description="Minor units of `currency`; never a float or a string.", extra=MONEY)
]
Balance = Annotated[
    int,
    Meta(
        ge=-(10**15),
        le=10**15,
        description="Balance in minor units after this posting; negative is overdrawn.",
        extra=MONEY,
    ),
]
MOST_POSTINGS = 10**12  # beyond any account; larger numbers do not fit where states are kept
AcctSeq = Annotated[int, Meta(ge=1, le=MOST_POSTINGS, description="Posting number within the account; no gaps.")]
Currency = Annotated[str, Meta(min_length=3, max_length=3, description="ISO 4217 alphabetic code.")]
Token = Annotated[str, Meta(min_length=1, max_length=128)]
NOT_A_TOKEN = {"token": False}  # what people write, or a number of its own: not searched for card numbers
Text = Annotated[str, Meta(max_length=512, extra=NOT_A_TOKEN)]
DeviceId = Annotated[str, Meta(min_length=1, max_length=128, description="Device token. Purpose: anti-fraud only.")]
CreditDebit = Annotated[
    Literal["CRDT", "DBIT"], Meta(description="ISO 20022 CdtDbtInd, seen from `account`: CRDT adds money to it.")
]
Outcome = Annotated[
    Literal[
        "accepted",
        "declined",
        "cancelled",
        "expired",
        "challenge_passed",
        "challenge_failed",
        "challenge_abandoned",
        "hold_released",
        "block_obeyed",
    ],
    Meta(description="How the request ended. `accepted` is followed by a posting; all others move no money."),
]


class Message(Struct, kw_only=True, frozen=True, gc=False, tag_field="type"):
    """What every message carries."""

    schema_version: Annotated[Literal[1], Meta(description="Version of this message's schema.")]
    event_id: EventId
    event_time: EventTime
    source: Annotated[str | None, Meta(description="System that published the message.")] = None
    trace_id: Annotated[str | None, Meta(description="W3C trace id, passed through.")] = None


class CustomerMessage(Message, kw_only=True, frozen=True, gc=False):
    """A message about one customer; the Kafka key is the customer id."""

    customer_id: CustomerId


class Request(CustomerMessage, kw_only=True, frozen=True, gc=False):
    """Asks for a decision; moves no money, leaves a reservation until its outcome."""

    payment_id: PaymentId
    amount: Amount
    currency: Currency
    deadline_ms: (
        Annotated[
            int, Meta(ge=0, le=86_400_000, description="Milliseconds after append within which an answer is of use.")
        ]
        | None
    ) = None
    reply_to: Annotated[str | None, Meta(description="Topic that also gets the decision; one the worker allows.")] = (
        None
    )
    challenged_payment_id: Annotated[
        str | None, Meta(description="The challenged request this one repeats after the challenge was passed.")
    ] = None


class Posting(CustomerMessage, kw_only=True, frozen=True, gc=False):
    """A movement in ledger order. It happened: it can be traced and alerted, never stopped."""

    payment_id: PaymentId
    account: Account
    acct_seq: AcctSeq
    balance_after: Balance
    amount: Amount
    currency: Currency


class OutcomeMessage(CustomerMessage, kw_only=True, frozen=True, gc=False):
    """Ends a request's reservation. Gets no decision."""

    payment_id: PaymentId
    outcome: Outcome
    decided_by: Annotated[
        str | None, Meta(description="Who declined or released: core, scheme, monitor, customer.")
    ] = None
