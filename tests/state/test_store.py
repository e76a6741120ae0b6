"""A cut is the state as of its beginning, whatever happens while it is handed out."""

import json

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.engine.state.store import CustomerStore

KEYS = st.sampled_from([f"customer-{n}".encode() for n in range(8)])


def store() -> CustomerStore[list[int]]:
    return CustomerStore(
        new=lambda _: [], encode=lambda c: json.dumps(c).encode(), decode=lambda _, raw: json.loads(raw)
    )


class CutsBesideChanges(RuleBasedStateMachine):
    """`topic` is what a reader of complete cuts holds, `frozen` the state when the open cut began."""

    def __init__(self) -> None:
        super().__init__()
        self.store = store()
        self.model: dict[bytes, list[int]] = {}
        self.topic: dict[bytes, bytes | None] = {}
        self.frozen: dict[bytes, bytes] | None = None
        self.handed: list[tuple[bytes, bytes | None]] = []

    def now(self) -> dict[bytes, bytes]:
        """The model as a snapshot would hold it."""
        return {key: json.dumps(value).encode() for key, value in self.model.items()}

    @rule(key=KEYS, number=st.integers(0, 99))
    def change(self, key: bytes, number: int) -> None:
        """An event of a known or new customer."""
        self.store.for_change(key).append(number)
        self.model.setdefault(key, []).append(number)

    @rule(key=KEYS)
    def remove(self, key: bytes) -> None:
        """A customer expires."""
        self.store.remove(key)
        self.model.pop(key, None)

    @precondition(lambda self: self.frozen is None)
    @rule()
    def begin(self) -> None:
        """A cut begins."""
        self.store.begin_cut()
        self.frozen, self.handed = self.now(), []

    @precondition(lambda self: self.frozen is not None)
    @rule(limit=st.integers(1, 3))
    def take(self, limit: int) -> None:
        """The edge takes a piece."""
        piece = self.store.cut_piece(limit)
        assert len(piece) <= limit
        self.handed += piece
        if not piece:
            self.complete()

    def complete(self) -> None:
        """The whole cut is the state as of its beginning."""
        keys = [key for key, _ in self.handed]
        assert keys == sorted(set(keys))
        self.topic.update(self.handed)
        assert {key: value for key, value in self.topic.items() if value is not None} == self.frozen
        self.frozen = None

    @rule()
    def crash(self) -> None:
        """A successor loads the complete cuts; what came after the last one is lost here."""
        self.store = store()
        self.store.restore(self.topic.items())
        self.model = {key: json.loads(value) for key, value in self.topic.items() if value is not None}
        self.frozen = None

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        """The live state never suffers from a cut."""
        assert list(self.store.entries()) == sorted(self.now().items())
        assert len(self.store) == len(self.model)


TestCutsBesideChanges = CutsBesideChanges.TestCase


def test_reading_a_customer_does_not_put_it_into_a_cut() -> None:
    customers = store()
    customers.restore([(b"a", b"[1]")])
    assert customers.get(b"a") == [1]
    assert customers.get(b"b") is None
    assert b"a" in customers
    assert b"b" not in customers
    customers.begin_cut()
    assert customers.cut_piece(10) == []


def test_a_customer_that_came_and_went_before_the_cut_is_a_tombstone() -> None:
    customers = store()
    customers.for_change(b"a")
    customers.remove(b"a")
    customers.begin_cut()
    assert customers.cut_piece(10) == [(b"a", None)]


def test_a_customer_that_came_back_after_the_cut_began_is_a_tombstone_in_it() -> None:
    customers = store()
    customers.restore([(b"a", b"[1]")])
    customers.remove(b"a")
    customers.begin_cut()
    customers.for_change(b"a").append(2)
    assert customers.cut_piece(10) == [(b"a", None)]
    assert customers.cut_piece(10) == []
    customers.begin_cut()
    assert customers.cut_piece(10) == [(b"a", b"[2]")]


def test_a_second_cut_waits_for_the_first() -> None:
    customers = store()
    customers.begin_cut()
    with pytest.raises(RuntimeError, match="a cut is open"):
        customers.begin_cut()
    assert customers.cut_piece(1) == []
    customers.begin_cut()


def test_without_a_cut_there_is_no_piece() -> None:
    customers = store()
    customers.for_change(b"a")
    assert customers.cut_piece(1) == []


def test_of_several_cuts_the_later_entry_wins_and_a_tombstone_too() -> None:
    customers = store()
    customers.restore([(b"b", b"[1]"), (b"a", b"[1]"), (b"b", b"[2]"), (b"a", None)])
    assert list(customers.entries()) == [(b"b", b"[2]")]


def test_only_an_empty_store_is_restored() -> None:
    customers = store()
    customers.for_change(b"a")
    with pytest.raises(RuntimeError, match="empty store"):
        customers.restore([])


def test_customers_come_in_order_of_their_key() -> None:
    customers = store()
    for key in (b"c", b"a", b"b"):
        customers.for_change(key)
    assert [key for key, _ in customers.items()] == [b"a", b"b", b"c"]
