"""Reference messages with what every message carries filled in."""

from datetime import UTC, datetime
from typing import Any

from topics.reference import CuratedDestination, Hub, ListedAccount, Merchant, PartyAccount, PartyLink, TrustEntry

_ENVELOPE: dict[str, Any] = {"schema_version": 1, "event_id": "e", "event_time": datetime(2026, 1, 1, tzinfo=UTC)}


def merchant(name: str, *, owner: str | None = None, account: str | None = None, withdrawn: bool = False) -> Merchant:
    return Merchant(
        **_ENVELOPE,
        card_acceptor_id=name,
        merchant_name=f"shop {name}",
        merchant_category_code="5411",
        owner_party_id=owner,
        settlement_account=account,
        withdrawn=withdrawn,
    )


def link(party: str, other: str, relation: Any = "household", *, withdrawn: bool = False) -> PartyLink:
    return PartyLink(**_ENVELOPE, party_id=party, linked_party_id=other, relation=relation, withdrawn=withdrawn)


def holder(account: str, party: str, *, withdrawn: bool = False) -> PartyAccount:
    return PartyAccount(**_ENVELOPE, account=account, party_id=party, withdrawn=withdrawn)


def listed(account: str, list_name: str = "police", *, withdrawn: bool = False) -> ListedAccount:
    return ListedAccount(**_ENVELOPE, account=account, list_name=list_name, withdrawn=withdrawn)


def curated(kind: Any, identifier: str, destination: Any, *, withdrawn: bool = False) -> CuratedDestination:
    return CuratedDestination(
        **_ENVELOPE, kind=kind, identifier=identifier, destination_class=destination, withdrawn=withdrawn
    )


def hub(account: str, *, withdrawn: bool = False) -> Hub:
    return Hub(**_ENVELOPE, account=account, kind="payroll", withdrawn=withdrawn)


def trust(kind: Any, identifier: str, *, withdrawn: bool = False) -> TrustEntry:
    return TrustEntry(**_ENVELOPE, kind=kind, identifier=identifier, withdrawn=withdrawn)
