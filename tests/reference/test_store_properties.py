"""For any history: a view equals the plain reading of the history before its offset, whatever comes later."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.engine.reference.store import ReferenceMessage, ReferenceStore
from monitor.engine.reference.view import ReferenceView
from tests.reference.messages import curated, holder, hub, link, listed, merchant, trust
from topics.reference import CuratedDestination, Hub, ListedAccount, Merchant, PartyAccount, PartyLink, TrustEntry

NAMES = ("a", "b", "c")
names = st.sampled_from(NAMES)
maybe = st.one_of(st.none(), names)
flags = st.booleans()

messages: st.SearchStrategy[ReferenceMessage] = st.one_of(
    st.builds(merchant, names, owner=maybe, account=maybe, withdrawn=flags),
    st.builds(link, names, names, st.sampled_from(("household", "shared_phone")), withdrawn=flags),
    st.builds(holder, names, names, withdrawn=flags),
    st.builds(listed, names, names, withdrawn=flags),
    st.builds(curated, st.sampled_from(("account", "agent")), names, st.just("METAL"), withdrawn=flags),
    st.builds(hub, names, withdrawn=flags),
    st.builds(trust, st.sampled_from(("customer", "merchant")), names, withdrawn=flags),
)


def key_of(message: ReferenceMessage) -> tuple[str, ...]:  # noqa: PLR0911  one line a kind
    match message:
        case Merchant():
            return ("merchant", message.card_acceptor_id)
        case PartyLink():
            return ("link", message.party_id, message.linked_party_id)
        case PartyAccount():
            return ("holder", message.account)
        case ListedAccount():
            return ("listed", message.account)
        case CuratedDestination():
            return ("curated", message.kind, message.identifier)
        case Hub():
            return ("hub", message.account)
        case TrustEntry():
            return ("trust", message.kind, message.identifier)


def seen_by(view: ReferenceView) -> list[Any]:
    """Everything a view tells about the few names there are."""
    single = [
        (view.merchant(n), view.listed(n), view.parties_of_account(n), view.linked(n), view.cluster(n), view.hub(n))
        for n in NAMES
    ]
    paired = [(view.relation(m, n), view.tie(m, n), view.trusted(m, "", n)) for m in NAMES for n in NAMES]
    return [single, paired, [view.curated(kind, n) for kind in ("account", "agent") for n in NAMES]]


def plain(history: list[ReferenceMessage]) -> list[Any]:
    """The same, by a store that only ever saw the newest message of each key, in the order of the keys."""
    newest = {key_of(message): message for message in history}
    store = ReferenceStore()
    for offset, key in enumerate(sorted(newest)):
        store.append(offset, newest[key])
    return seen_by(store.view(len(newest)))


@given(history=st.lists(messages, max_size=30), later=st.lists(messages, max_size=10), data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_view_never_changes_when_later_entries_come(
    history: list[ReferenceMessage], later: list[ReferenceMessage], data: st.DataObject
) -> None:
    store = ReferenceStore()
    for offset, message in enumerate(history):
        store.append(offset, message)
    offset = data.draw(st.integers(0, len(history)))
    store.raise_floor(data.draw(st.integers(0, offset)))
    before = seen_by(store.view(offset))
    for number, message in enumerate(later):
        store.append(len(history) + number, message)
    assert seen_by(store.view(offset)) == before


@given(history=st.lists(messages, max_size=30), data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_view_depends_only_on_the_newest_entry_of_each_key_before_it(
    history: list[ReferenceMessage], data: st.DataObject
) -> None:
    """So a compacted topic, which keeps just those, gives the same view."""
    store = ReferenceStore()
    for offset, message in enumerate(history):
        store.append(offset, message)
    offset = data.draw(st.integers(0, len(history)))
    assert seen_by(store.view(offset)) == plain(history[:offset])
