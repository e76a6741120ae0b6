"""Messages on `reference`: merchants, party links, listed accounts, curated destinations, hubs, the trust list.

The key is the entity (`merchant:<id>`, `listed:<account>` …); the newest record of a key is in force.
"""

from typing import Annotated, Literal

from msgspec import Meta

from topics.cards import CardAcceptorId, Mcc
from topics.fields import NOT_A_TOKEN, Account, Message, Text

Withdrawn = Annotated[bool, Meta(description="True takes the entry out of force.")]
PartyId = Annotated[str, Meta(min_length=1, max_length=64, description="A person or company in the party registry.")]
DestinationClass = Annotated[
    Literal[
        "SECURITIES",
        "FUTURES_DERIV",
        "WEALTH_AM",
        "PROPERTY",
        "MORTGAGE_REPAY",
        "OTHER_LENDER",
        "EQUITY_CAPITAL",
        "METAL",
        "CRYPTO",
        "GAMBLING",
        "INSURANCE_INVEST",
        "OWN_BUSINESS",
        "SELF_OFFUS",
        "CASH",
        "CONSUMPTION",
        "UNKNOWN",
    ],
    Meta(description="Where money goes, as a class of use."),
]


class Merchant(Message, kw_only=True, frozen=True, gc=False, tag="reference.merchant"):
    """A merchant, who owns it and where its takings are settled. Key `merchant:<card_acceptor_id>`."""

    card_acceptor_id: CardAcceptorId
    merchant_name: Annotated[Text, Meta(description="Registered name.")] = ""
    merchant_category_code: Mcc
    owner_party_id: PartyId | None = None
    settlement_account: Account | None = None
    withdrawn: Withdrawn = False


class PartyLink(Message, kw_only=True, frozen=True, gc=False, tag="reference.party_link"):
    """Two parties belong together. Key `link:<party_id>:<linked_party_id>`."""

    party_id: PartyId
    linked_party_id: PartyId
    relation: Annotated[
        Literal["household", "legal_person", "beneficial_owner", "shared_phone"],
        Meta(description="Why they are linked."),
    ]
    withdrawn: Withdrawn = False


class PartyAccount(Message, kw_only=True, frozen=True, gc=False, tag="reference.party_account"):
    """An account belongs to a party. Key `account:<account>`."""

    account: Account
    party_id: PartyId
    withdrawn: Withdrawn = False


class ListedAccount(Message, kw_only=True, frozen=True, gc=False, tag="reference.listed_account"):
    """An account on an official list of accounts involved in crime. Key `listed:<account>`."""

    account: Account
    list_name: Annotated[str, Meta(description="Which list.")]
    withdrawn: Withdrawn = False


class CuratedDestination(Message, kw_only=True, frozen=True, gc=False, tag="reference.destination"):
    """The bank's own word on where an account, merchant or agent stands. Key `destination:<kind>:<identifier>`.

    `CASH` on an account or agent names a wallet company.
    """

    kind: Annotated[Literal["account", "merchant", "agent"], Meta(description="What `identifier` names.")]
    identifier: Annotated[
        str, Meta(min_length=1, max_length=64, description="The account, merchant or agent.", extra=NOT_A_TOKEN)
    ]
    destination_class: DestinationClass
    withdrawn: Withdrawn = False


class TrustEntry(Message, kw_only=True, frozen=True, gc=False, tag="reference.trust"):
    """Payments of this customer, or to this account or merchant, are lowered to ALERT.

    Key `trust:<kind>:<identifier>`.
    """

    kind: Annotated[Literal["customer", "account", "merchant"], Meta(description="What `identifier` names.")]
    identifier: Annotated[str, Meta(min_length=1, max_length=64, description="Who is trusted.", extra=NOT_A_TOKEN)]
    reason: Annotated[Text, Meta(description="Why, for the audit.")] = ""
    withdrawn: Withdrawn = False


class Hub(Message, kw_only=True, frozen=True, gc=False, tag="reference.hub"):
    """An account with a crowd of counterparties (payroll, exchange, big shop): no trail is followed through it.

    Key `hub:<account>`.
    """

    account: Account
    kind: Annotated[Literal["payroll", "exchange", "shop", "public", "other"], Meta(description="What it is.")]
    withdrawn: Withdrawn = False
