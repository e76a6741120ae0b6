"""The reference data of a process: appended once, in order of offset; read by every partition at its own offset."""

from functools import singledispatchmethod

from monitor.engine.reference.versioned import NEWEST, pair
from monitor.engine.reference.view import Columns, MerchantEntry, ReferenceView
from topics.reference import CuratedDestination, Hub, ListedAccount, Merchant, PartyAccount, PartyLink, TrustEntry

ReferenceMessage = Merchant | PartyLink | PartyAccount | ListedAccount | CuratedDestination | Hub | TrustEntry


class ReferenceStore:
    """Append-only and versioned. One thread appends; any number of threads read views (see `versioned`).

    An entry is in place before `next_offset` moves past it, and a view never reaches beyond `next_offset`:
    a reader sees all of a message or nothing of it.
    """

    def __init__(self) -> None:
        self._columns = Columns()
        self._one_copy: dict[str, str] = {}
        self.next_offset = 0
        self.floor = 0
        self.listed_accounts = 0

    def append(self, offset: int, message: ReferenceMessage) -> None:
        """Let a message hold from `offset` on. Raises ValueError for an offset that was passed already."""
        self._check(offset)
        self._take(message, offset)
        self.next_offset = offset + 1

    def skip_to(self, offset: int) -> None:
        """Go on to `offset`: what lies below was appended, refused, or compacted away. Never goes back."""
        self.next_offset = max(self.next_offset, offset)

    def view(self, offset: int) -> ReferenceView:
        """Show what was appended below `offset`. Raises LookupError when that is not all here, or no longer."""
        if not self.floor <= offset <= self.next_offset:
            raise LookupError(f"reference offset {offset} is not within {self.floor} to {self.next_offset}")
        return ReferenceView(self._columns, offset)

    def raise_floor(self, offset: int) -> None:
        """Say that no view below `offset` is used any more; versions only it could see go when their key changes."""
        self.floor = max(self.floor, min(offset, self.next_offset))

    def _check(self, offset: int) -> None:
        if offset < self.next_offset:
            raise ValueError(f"reference offset {offset} was passed already; next is {self.next_offset}")

    @singledispatchmethod
    def _take(self, message: ReferenceMessage, offset: int) -> None:
        raise TypeError(f"{type(message).__name__} at offset {offset} is not a reference message")

    @_take.register
    def _take_merchant(self, message: Merchant, offset: int) -> None:
        entry = MerchantEntry(
            message.merchant_name,
            self._shared(message.merchant_category_code),
            message.owner_party_id,
            message.settlement_account,
        )
        name = message.card_acceptor_id
        self._columns.merchants.put(name, offset, None if message.withdrawn else entry, floor=self.floor)
        if message.settlement_account is not None:
            self._columns.settles.add(message.settlement_account, name)

    @_take.register
    def _take_link(self, message: PartyLink, offset: int) -> None:
        """Take a link; one of a party with itself says nothing, since a party is itself anyway."""
        party, other = message.party_id, message.linked_party_id
        if party == other:
            return
        relation = None if message.withdrawn else self._shared(message.relation)
        self._columns.links.put(pair(party, other), offset, relation, floor=self.floor)
        self._columns.neighbours.add(party, other)
        self._columns.neighbours.add(other, party)

    @_take.register
    def _take_account(self, message: PartyAccount, offset: int) -> None:
        party = None if message.withdrawn else message.party_id
        self._columns.holders.put(message.account, offset, party, floor=self.floor)

    @_take.register
    def _take_listed(self, message: ListedAccount, offset: int) -> None:
        name = None if message.withdrawn else self._shared(message.list_name)
        known = self._columns.listed.at(message.account, NEWEST) is not None
        self._columns.listed.put(message.account, offset, name, floor=self.floor)
        self.listed_accounts += (name is not None) - known

    @_take.register
    def _take_hub(self, message: Hub, offset: int) -> None:
        kind = None if message.withdrawn else self._shared(message.kind)
        self._columns.hubs.put(message.account, offset, kind, floor=self.floor)

    @_take.register
    def _take_curated(self, message: CuratedDestination, offset: int) -> None:
        name = None if message.withdrawn else self._shared(message.destination_class)
        self._columns.curated.put(pair(message.kind, message.identifier), offset, name, floor=self.floor)

    @_take.register
    def _take_trust(self, message: TrustEntry, offset: int) -> None:
        trusted = None if message.withdrawn else True
        self._columns.trusted.put(pair(message.kind, message.identifier), offset, trusted, floor=self.floor)

    def _shared(self, text: str) -> str:
        """Keep one copy of a text that a million entries carry."""
        return self._one_copy.setdefault(text, text)
