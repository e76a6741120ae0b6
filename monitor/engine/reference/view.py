"""Reference data as of one offset: what was appended before it, and nothing that came later."""

from typing import NamedTuple

from monitor.engine.reference.versioned import Joins, Versioned, pair

POOL_ABOVE = 64
"""An account that settles for more merchants is a payment company's pool and says nothing about one party."""


class MerchantEntry(NamedTuple):
    """A merchant in force. `owner` is a party id."""

    name: str
    category_code: str
    owner: str | None
    settlement_account: str | None


class Columns:
    """The versioned maps behind every view. Keys of two parts are joined with `pair`.

    `settles` (account, merchant) and `neighbours` (party, party) know candidates; the maps know what holds.
    """

    __slots__ = ("curated", "holders", "hubs", "links", "listed", "merchants", "neighbours", "settles", "trusted")

    def __init__(self) -> None:
        self.merchants: Versioned[MerchantEntry] = Versioned()
        self.listed: Versioned[str] = Versioned()
        self.holders: Versioned[str] = Versioned()
        self.links: Versioned[str] = Versioned()
        self.curated: Versioned[str] = Versioned()
        self.hubs: Versioned[str] = Versioned()
        self.trusted: Versioned[bool] = Versioned()
        self.settles = Joins()
        self.neighbours = Joins()


class ReferenceView:
    """The reference data appended at offsets below `offset`. Equal offsets see equal data, whatever came later.

    Each look-up is a few dictionary reads; `linked` and `cluster` grow with the links of that one party.
    """

    __slots__ = ("_columns", "offset")

    def __init__(self, columns: Columns, offset: int) -> None:
        self._columns = columns
        self.offset = offset

    def merchant(self, card_acceptor_id: str) -> MerchantEntry | None:
        """Return the merchant, if known."""
        return self._columns.merchants.at(card_acceptor_id, self.offset)

    def listed(self, account: str) -> str | None:
        """Return the name of the official list the account is on."""
        return self._columns.listed.at(account, self.offset)

    def curated(self, kind: str, identifier: str) -> str | None:
        """Return the bank's own class of use for an `account`, `merchant` or `agent`."""
        return self._columns.curated.at(pair(kind, identifier), self.offset)

    def hub(self, account: str) -> str | None:
        """Return what kind of hub the account is; None for all others."""
        return self._columns.hubs.at(account, self.offset)

    def trusted(self, customer: str, account: str, merchant: str) -> bool:
        """Tell whether one of the three is on the trust list; an empty identifier is on none."""
        if not self._columns.trusted:
            return False
        named = (("customer", customer), ("account", account), ("merchant", merchant))
        return any(self._columns.trusted.at(pair(kind, name), self.offset) for kind, name in named if name)

    def parties_of_account(self, account: str) -> tuple[str, ...]:
        """Say who stands behind the account, sorted: its holder, and the owners of the merchants it settles for.

        A pool (see `POOL_ABOVE`) has its holder only.
        """
        parties = {self._columns.holders.at(account, self.offset)}
        parties.update(entry.owner for entry in self._settled_at(account))
        return tuple(sorted(party for party in parties if party is not None))

    def relation(self, party: str, other: str) -> str | None:
        """Say how two parties are linked directly, whichever of them was named first."""
        links = self._columns.links
        return links.at(pair(party, other), self.offset) or links.at(pair(other, party), self.offset)

    def linked(self, party: str) -> tuple[tuple[str, str], ...]:
        """Return the parties linked directly with `party`, sorted, each with the relation."""
        others = sorted(self._columns.neighbours.of(party))
        relations = ((other, self.relation(party, other)) for other in others)
        return tuple((other, relation) for other, relation in relations if relation is not None)

    def cluster(self, card_acceptor_id: str) -> tuple[str, ...]:
        """Return the merchant's owner first, then the parties linked directly with the owner; empty when unknown."""
        entry = self.merchant(card_acceptor_id)
        if entry is None or entry.owner is None:
            return ()
        return (entry.owner, *(party for party, _ in self.linked(entry.owner)))

    def tie(self, card_acceptor_id: str, account: str) -> str | None:
        """Say what ties an account to a merchant: `settlement_account`, `owner`, a link's relation, or None."""
        entry = self.merchant(card_acceptor_id)
        if entry is None:
            return None
        if entry.settlement_account == account and self._settled_at(account):
            return "settlement_account"
        return self._tie_to_owner(entry.owner, account)

    def _tie_to_owner(self, owner: str | None, account: str) -> str | None:
        if owner is None:
            return None
        parties = self.parties_of_account(account)
        if owner in parties:
            return "owner"
        return next((relation for party in parties if (relation := self.relation(owner, party))), None)

    def _settled_at(self, account: str) -> list[MerchantEntry]:
        """Return the merchants whose takings the account gets; none for a pool."""
        found: list[MerchantEntry] = []
        for name in self._columns.settles.of(account):
            entry = self.merchant(name)
            if entry is not None and entry.settlement_account == account:
                found.append(entry)
                if len(found) > POOL_ABOVE:
                    return []
        return found
