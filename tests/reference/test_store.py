"""The reference store: what a view sees, and what it must never see."""

import threading

import pytest

from monitor.engine.reference.store import ReferenceMessage, ReferenceStore
from monitor.engine.reference.view import POOL_ABOVE, MerchantEntry, ReferenceView
from tests.reference.messages import curated, holder, link, listed, merchant, trust
from topics.operations import EnforcementSwitched


def store_of(*messages: ReferenceMessage) -> ReferenceStore:
    """Append the messages at offsets 0, 1, 2 …."""
    store = ReferenceStore()
    for offset, message in enumerate(messages):
        store.append(offset, message)
    return store


def view_of(*messages: ReferenceMessage) -> ReferenceView:
    return store_of(*messages).view(len(messages))


def test_an_entry_is_seen_from_the_next_offset_on() -> None:
    store = store_of(listed("a"))
    assert store.view(0).listed("a") is None
    assert store.view(1).listed("a") == "police"


def test_the_newest_entry_of_a_key_is_in_force_and_older_views_keep_the_old_one() -> None:
    store = store_of(listed("a", "police"), listed("b"), listed("a", "central bank"))
    assert [store.view(offset).listed("a") for offset in range(4)] == [None, "police", "police", "central bank"]


def test_a_withdrawn_entry_vanishes_from_that_offset_on() -> None:
    messages = (
        merchant("m", owner="p", account="s"),
        link("p", "q"),
        holder("a", "p"),
        listed("a"),
        curated("account", "a", "METAL"),
        trust("customer", "c"),
    )
    withdrawals = (
        merchant("m", owner="p", account="s", withdrawn=True),
        link("p", "q", withdrawn=True),
        holder("a", "p", withdrawn=True),
        listed("a", withdrawn=True),
        curated("account", "a", "METAL", withdrawn=True),
        trust("customer", "c", withdrawn=True),
    )
    store = store_of(*messages, *withdrawals)
    before, after = store.view(6), store.view(12)
    assert (before.merchant("m"), after.merchant("m")) == (MerchantEntry("shop m", "5411", "p", "s"), None)
    assert (before.linked("p"), after.linked("p")) == ((("q", "household"),), ())
    assert (before.parties_of_account("a"), after.parties_of_account("a")) == (("p",), ())
    assert (before.parties_of_account("s"), after.parties_of_account("s")) == (("p",), ())
    assert (before.listed("a"), after.listed("a")) == ("police", None)
    assert (before.curated("account", "a"), after.curated("account", "a")) == ("METAL", None)
    assert (before.trusted("c", "", ""), after.trusted("c", "", "")) == (True, False)


def test_a_link_holds_in_both_directions_and_the_first_named_relation_wins() -> None:
    view = view_of(link("p", "q", "household"), link("q", "p", "shared_phone"), link("q", "r", "legal_person"))
    assert (view.relation("p", "q"), view.relation("q", "p")) == ("household", "shared_phone")
    assert view.linked("q") == (("p", "shared_phone"), ("r", "legal_person"))
    assert view.linked("r") == (("q", "legal_person"),)


def test_a_link_of_a_party_with_itself_says_nothing() -> None:
    assert view_of(link("p", "p")).linked("p") == ()


def test_the_cluster_of_a_merchant_is_its_owner_and_whom_the_owner_is_linked_with() -> None:
    view = view_of(merchant("m", owner="p"), link("p", "r"), link("q", "p", "shared_phone"), link("q", "far"))
    assert view.cluster("m") == ("p", "q", "r")
    assert view.cluster("unknown") == ()
    assert view_of(merchant("m")).cluster("m") == ()


def test_behind_an_account_stand_its_holder_and_the_owners_it_settles_for() -> None:
    view = view_of(holder("s", "h"), merchant("m", owner="p", account="s"), merchant("n", owner="b", account="s"))
    assert view.parties_of_account("s") == ("b", "h", "p")
    assert view.parties_of_account("other") == ()


def test_a_merchant_that_moves_its_settlement_account_leaves_the_old_one() -> None:
    store = store_of(merchant("m", owner="p", account="s"), merchant("m", owner="p", account="t"))
    old, new = store.view(1), store.view(2)
    assert (old.parties_of_account("s"), old.parties_of_account("t")) == (("p",), ())
    assert (new.parties_of_account("s"), new.parties_of_account("t")) == ((), ("p",))


@pytest.mark.parametrize(("shops", "parties"), [(POOL_ABOVE, POOL_ABOVE + 1), (POOL_ABOVE + 1, 1)])
def test_a_payment_company_pool_says_nothing_about_the_merchants_it_settles_for(shops: int, parties: int) -> None:
    messages = [merchant(f"m{i}", owner=f"p{i}", account="pool") for i in range(shops)]
    view = view_of(holder("pool", "acquirer"), *messages)
    assert len(view.parties_of_account("pool")) == parties
    assert view.tie("m0", "pool") == ("settlement_account" if parties > 1 else None)


def test_an_account_is_tied_to_a_merchant_by_settlement_ownership_or_link() -> None:
    view = view_of(
        merchant("m", owner="p", account="s"),
        merchant("n", owner="p", account="t"),
        holder("own", "p"),
        holder("wife", "q"),
        link("q", "p", "household"),
        holder("stranger", "x"),
    )
    ties = {account: view.tie("m", account) for account in ("s", "t", "own", "wife", "stranger", "nowhere")}
    assert ties == {
        "s": "settlement_account",
        "t": "owner",
        "own": "owner",
        "wife": "household",
        "stranger": None,
        "nowhere": None,
    }
    assert view.tie("unknown", "own") is None
    assert view_of(merchant("m"), holder("own", "p")).tie("m", "own") is None


def test_curated_and_trusted_entries_of_one_kind_are_not_those_of_another() -> None:
    view = view_of(curated("merchant", "x", "GAMBLING"), trust("merchant", "x"))
    assert view.curated("account", "x") is None
    assert view.trusted("x", "x", "") is False
    assert view.trusted("", "", "x") is True


def test_an_empty_identifier_is_never_trusted() -> None:
    assert view_of(trust("account", "a")).trusted("", "", "") is False


def test_a_view_beyond_what_is_loaded_is_refused() -> None:
    store = store_of(listed("a"))
    with pytest.raises(LookupError, match="2 is not within 0 to 1"):
        store.view(2)


def test_an_offset_that_was_passed_is_refused_and_changes_nothing() -> None:
    store = store_of(listed("a"), listed("b"))
    with pytest.raises(ValueError, match="offset 1 was passed"):
        store.append(1, listed("c"))
    assert store.view(2).listed("c") is None


def test_offsets_may_have_gaps_and_skipping_never_goes_back() -> None:
    store = ReferenceStore()
    store.append(5, listed("a"))
    store.skip_to(9)
    store.skip_to(3)
    assert store.next_offset == 9
    assert (store.view(5).listed("a"), store.view(9).listed("a")) == (None, "police")


def test_a_message_of_another_topic_is_refused_by_name() -> None:
    foreign = EnforcementSwitched(
        schema_version=1, event_id="e", event_time=listed("a").event_time, mode="enforce", ordered_by="me"
    )
    with pytest.raises(TypeError, match="EnforcementSwitched at offset 0"):
        ReferenceStore().append(0, foreign)  # type: ignore[arg-type]


def test_listed_accounts_are_counted_once_each_while_in_force() -> None:
    store = store_of(listed("a"), listed("a", "other"), listed("b"), listed("c", withdrawn=True))
    assert store.listed_accounts == 2
    store.append(4, listed("a", withdrawn=True))
    store.append(5, listed("a", withdrawn=True))
    assert store.listed_accounts == 1
    store.append(6, listed("a"))
    assert store.listed_accounts == 2


def test_below_the_floor_versions_go_and_views_are_refused_while_all_others_stay() -> None:
    store = store_of(*(listed("a", f"list {i}") for i in range(5)))
    store.raise_floor(3)
    store.append(5, listed("a", "list 5"))
    assert [store.view(offset).listed("a") for offset in (3, 4, 5, 6)] == ["list 2", "list 3", "list 4", "list 5"]
    with pytest.raises(LookupError, match="2 is not within 3 to 6"):
        store.view(2)


def test_a_reader_sees_its_view_unchanged_while_another_thread_appends() -> None:
    store = store_of(merchant("m", owner="p", account="s"), link("p", "q"), listed("a"))
    view, differing, done = store.view(3), [], threading.Event()
    expected = (("p",), (("q", "household"),), "police")

    def append() -> None:
        for i in range(1_000):
            base = 3 + 3 * i
            store.append(base, merchant(f"m{i}", owner=f"p{i}", account="s"))
            store.append(base + 1, link("p", f"q{i}"))
            store.append(base + 2, listed("a", f"list {i}"))
        done.set()

    writer = threading.Thread(target=append)
    writer.start()
    while not done.is_set():
        seen = (view.parties_of_account("s"), view.linked("p"), view.listed("a"))
        if seen != expected:
            differing.append(seen)
    writer.join()
    assert differing == []
    assert store.view(store.next_offset).listed("a") == "list 999"
