"""Messages on `card-transactions` (ISO 8583 names)."""

from typing import Annotated, Literal

from msgspec import Meta

from topics.fields import NOT_A_TOKEN, Account, CreditDebit, DeviceId, OutcomeMessage, Posting, Request, Text, Token

AccountKind = Annotated[
    Literal["deposit", "credit_card"],
    Meta(description="A debit card draws on a deposit account; card credit is never traced loan money."),
]
Mcc = Annotated[str, Meta(pattern="^[0-9]{4}$", description="DE18 merchant category code, ISO 18245.")]
CardAcceptorId = Annotated[
    str, Meta(min_length=1, max_length=64, description="DE42 merchant, often 15 digits.", extra=NOT_A_TOKEN)
]


class CardAuthorization(Request, kw_only=True, frozen=True, gc=False, tag="card.authorization"):
    """A card authorisation or financial request, MTI 0100 or 0200."""

    mti: Annotated[Literal["0100", "0200"], Meta(description="Message type indicator.")]
    pan_token: Annotated[Token, Meta(description="DE2 as a token; never the PAN.")]
    account: Account
    account_kind: AccountKind
    processing_code: Annotated[
        Literal["00", "01", "17", "28", "40"],
        Meta(description="DE3, first two digits: 00 purchase, 01 cash, 17 advance, 28 payment-in, 40 transfer."),
    ]
    merchant_category_code: Mcc
    card_acceptor_id: CardAcceptorId
    card_acceptor_name: Annotated[Text, Meta(description="DE43 merchant name.")] = ""
    terminal_id: Annotated[str | None, Meta(description="DE41 terminal.")] = None
    pos_entry_mode: Annotated[str | None, Meta(description="DE22, first two digits.")] = None
    device_id: DeviceId | None = None


class CardPosting(Posting, kw_only=True, frozen=True, gc=False, tag="card.posting"):
    """A cleared payment, an already approved advice (0120/0220), a refund, reversal or chargeback."""

    posting_kind: Annotated[
        Literal["clearing", "advice", "refund", "reversal", "chargeback", "fee"],
        Meta(description="What moved the money."),
    ]
    credit_debit: CreditDebit
    account_kind: AccountKind
    merchant_category_code: Mcc
    card_acceptor_id: CardAcceptorId
    card_acceptor_name: Annotated[Text, Meta(description="DE43 merchant name.")] = ""
    processing_code: Annotated[
        Literal["00", "01", "17", "20", "28", "40"], Meta(description="DE3, first two digits; 20 is a refund.")
    ] = "00"
    original_payment_id: Annotated[
        str | None, Meta(description="The payment a refund, reversal or chargeback gives back.")
    ] = None


class CardOutcome(OutcomeMessage, kw_only=True, frozen=True, gc=False, tag="card.outcome"):
    """How a card request ended."""
