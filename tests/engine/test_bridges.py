"""Virtual edges: what left unseen and may be what comes in. `possible` only, within 72 hours, by amount."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import pytest

from tests.engine.town import Town
from topics import cards, customers, reference, transfers

LOAN: Final = 50_000_00


class Edge(NamedTuple):
    """How `amount` leaves and how it comes back; `other` comes from somebody else."""

    leaves: Callable[[Town, int], Any]
    returns: Callable[[Town, int], Any]
    other: Callable[[Town, int], Any]


def _transfer(change: int, account: str, **fields: Any) -> Callable[[Town, int], Any]:
    def post(here: Town, amount: int) -> Any:
        where = {"counterparty_account": account, "counterparty_agent": "OTHER", "customer_id": "ann"}
        return here.post(transfers.TransferPosting, change * amount, account="ann-1", **(where | fields))

    return post


def _card(change: int, mcc: str, kind: str) -> Callable[[Town, int], Any]:
    def post(here: Town, amount: int) -> Any:
        shop = {"card_acceptor_id": f"shop-{mcc}", "card_acceptor_name": "Paywell", "merchant_category_code": mcc}
        how = {"account_kind": "deposit", "posting_kind": kind, "processing_code": "00" if change < 0 else "28"}
        return here.post(cards.CardPosting, change * amount, account="ann-1", customer_id="ann", **shop, **how)

    return post


_STRANGER = _transfer(1, "stranger-9")
_WALLET_OUT, _WALLET_IN = (_transfer(way, "paywell-1", counterparty_name="Paywell") for way in (-1, 1))
_TOP_UP = _card(-1, "6540", "clearing")
_POOLS = {"counterparty_agent": "PAYWELL"}
_LENDERS = {"product_code": "LOAN_REPAYMENT"}

EDGES: Final = {
    "self": Edge(_transfer(-1, "ann-there", same_name=True), _transfer(1, "ann-here", same_name=True), _STRANGER),
    "wallet by transfer": Edge(_WALLET_OUT, _WALLET_IN, _STRANGER),
    "wallet by card": Edge(_TOP_UP, _WALLET_IN, _STRANGER),
    "wallet in the own name": Edge(
        _TOP_UP, _transfer(1, "paywell-1", same_name=True), _transfer(1, "x", same_name=True)
    ),
    "wallet by its bank": Edge(_transfer(-1, "pool-1", **_POOLS), _transfer(1, "pool-2", **_POOLS), _STRANGER),
    "wallet to card": Edge(_WALLET_OUT, _card(1, "6540", "clearing"), _card(1, "5411", "clearing")),
    "household": Edge(_transfer(-1, "spouse-1"), _transfer(1, "spouse-2"), _transfer(1, "flatmate-1")),
    "lender": Edge(_transfer(-1, "lender-1"), _transfer(1, "lender-2"), _STRANGER),
}


@pytest.fixture
def here() -> Town:
    """Ann's account holds her loan and nothing else; her spouse banks elsewhere, and so do two lenders and a wallet."""
    found = Town()
    found.arrive("ann")
    found.send(found.make(customers.CustomerProfile, customer_id="ann", party_id="party-ann"))
    for party, relation in (("party-spouse", "household"), ("party-flatmate", "shared_phone")):
        link = {"party_id": "party-ann", "linked_party_id": party, "relation": relation}
        found.send(found.make(reference.PartyLink, **link))
    for account in ("spouse-1", "spouse-2", "flatmate-1"):
        party = f"party-{account[:-2]}"
        found.send(found.make(reference.PartyAccount, account=account, party_id=party))
    for kind, name, use in (
        ("account", "paywell-1", "CASH"),
        ("agent", "PAYWELL", "CASH"),
        ("account", "lender-1", "OTHER_LENDER"),
        ("account", "lender-2", "OTHER_LENDER"),
    ):
        curated = {"kind": kind, "identifier": name, "destination_class": use}
        found.send(found.make(reference.CuratedDestination, **curated))
    found.borrow("ann", LOAN)
    return found


def _held(here: Town) -> tuple[int, int]:
    """Certain and possible loan money in Ann's account."""
    unspent = here.use("ann").unspent
    return unspent.certain, unspent.possible


edges = pytest.mark.parametrize("edge", EDGES.values(), ids=EDGES)


@edges
def test_what_comes_back_may_be_loan_money_and_none_of_it_surely(edge: Edge, here: Town) -> None:
    edge.leaves(here, 40_000_00)
    assert _held(here) == (10_000_00, 10_000_00)
    here.later(71)
    edge.returns(here, 36_000_00)
    assert _held(here) == (10_000_00, 46_000_00)


@edges
def test_of_another_amount_or_by_a_stranger_or_after_three_days_it_is_other_money(edge: Edge, here: Town) -> None:
    edge.leaves(here, 20_000_00)
    edge.returns(here, 2_000_00)
    edge.returns(here, 42_000_00)
    edge.other(here, 18_000_00)
    here.later(73)
    edge.returns(here, 18_000_00)
    assert _held(here) == (30_000_00, 30_000_00)
    _transfer(-1, "stranger-9")(here, 10_000_00)
    edge.returns(here, 9_000_00)
    assert _held(here) == (20_000_00, 30_000_00)


@pytest.mark.parametrize(("name", "possible"), [("lender", 50_000_00), ("wallet by transfer", 30_000_00)])
def test_only_new_debt_may_be_much_more_than_what_paid_off_the_old(name: str, possible: int, here: Town) -> None:
    EDGES[name].leaves(here, 20_000_00)
    EDGES[name].returns(here, 39_000_00)
    assert _held(here) == (30_000_00, possible)


def test_a_wallet_company_with_a_hub_s_account_here_is_bridged_all_the_same(here: Town) -> None:
    here.arrive("paywell", 90_000_00)
    here.name_hub("paywell-1")
    here.pay("ann", "paywell", 40_000_00)
    here.pay("paywell", "ann", 36_000_00)
    assert _held(here) == (10_000_00, 46_000_00)
