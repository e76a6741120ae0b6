"""The customers of a partition, and consistent cuts of what changed.

A cut is the state as of `begin_cut`, whatever happens after it: what is still to be handed out is encoded just before
it changes. Order is by key everywhere; the order in which a dict was filled never shows.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import heapify, heappop
from typing import Generic, TypeVar

T = TypeVar("T")
Entry = tuple[bytes, bytes | None]


class CustomerStore(Generic[T]):
    """Customers by key. `encode` must be canonical; `decode` its inverse, given the key; `new` makes an empty one."""

    def __init__(
        self, new: Callable[[bytes], T], encode: Callable[[T], bytes], decode: Callable[[bytes, bytes], T]
    ) -> None:
        self._new = new
        self._encode = encode
        self._decode = decode
        self._customers: dict[bytes, T] = {}
        self._changed: set[bytes] = set()
        self._cut: list[bytes] | None = None  # heap of the keys still to hand out
        self._waiting: set[bytes] = set()  # those of them whose value is still the one of the cut
        self._kept: dict[bytes, bytes | None] = {}  # value as of the cut of those that changed since

    def __len__(self) -> int:
        return len(self._customers)

    def __contains__(self, key: bytes) -> bool:
        return key in self._customers

    def get(self, key: bytes) -> T | None:
        """Give the customer to read only, None when unknown."""
        return self._customers.get(key)

    def for_change(self, key: bytes) -> T:
        """Give the customer to change until the next `begin_cut`; created when unknown."""
        self._touch(key)
        customer = self._customers.get(key)
        if customer is None:
            customer = self._customers[key] = self._new(key)
        return customer

    def remove(self, key: bytes) -> None:
        """Forget an expired customer; the cut gets a tombstone. Nothing happens when it is unknown."""
        if key in self._customers:
            self._touch(key)
            del self._customers[key]

    def begin_cut(self) -> None:
        """Freeze what changed since the last cut. RuntimeError when one is still open."""
        if self._cut is not None:
            raise RuntimeError("a cut is open: take its pieces first")
        self._cut = list(self._changed)
        heapify(self._cut)
        self._waiting, self._changed = self._changed, set()

    def cut_piece(self, limit: int) -> list[Entry]:
        """Up to `limit` entries by key; empty when the cut is complete, which closes it."""
        if self._cut is None:
            return []
        piece = [self._entry(heappop(self._cut)) for _ in range(min(limit, len(self._cut)))]
        if not piece:
            self._cut = None
        return piece

    def restore(self, entries: Iterable[Entry]) -> None:
        """Fill an empty store from complete cuts, oldest first; later entries win. RuntimeError unless empty."""
        if self._customers or self._changed:
            raise RuntimeError("restore needs an empty store")
        raw = dict(entries)
        self._customers = {key: self._decode(key, value) for key, value in raw.items() if value is not None}

    def entries(self) -> Iterator[tuple[bytes, bytes]]:
        """Give the whole state, sorted by key."""
        return ((key, self._encode(customer)) for key, customer in self.items())

    def items(self) -> Iterator[tuple[bytes, T]]:
        """All customers to read, sorted by key."""
        return ((key, self._customers[key]) for key in sorted(self._customers))

    def _touch(self, key: bytes) -> None:
        self._changed.add(key)
        if key in self._waiting:
            self._waiting.remove(key)
            self._kept[key] = self._encoded(key)

    def _entry(self, key: bytes) -> Entry:
        if key in self._waiting:
            self._waiting.remove(key)
            return key, self._encoded(key)
        return key, self._kept.pop(key)

    def _encoded(self, key: bytes) -> bytes | None:
        customer = self._customers.get(key)
        return None if customer is None else self._encode(customer)
