"""Small money that leaves where nobody sees it and comes back, and the employer that banks here."""

from collections import defaultdict
from collections.abc import Iterable

from monitor.simulator.bank import Bank, Plan
from monitor.simulator.casting import Shares
from tests.simulator.banks import month
from topics.cards import CardPosting
from topics.reference import CuratedDestination, Hub, PartyAccount, PartyLink
from topics.transfers import TransferPosting

MESSAGES = [delivery.message for delivery in month()[0]]


def _transfers(accounts: Iterable[str], side: str) -> list[TransferPosting]:
    known = set(accounts)
    posted = (message for message in MESSAGES if isinstance(message, TransferPosting))
    return [leg for leg in posted if leg.credit_debit == side and leg.counterparty_account in known]


def test_wallets_are_filled_by_card_and_transfer_and_emptied_to_the_account() -> None:
    wallets = [m.identifier for m in MESSAGES if isinstance(m, CuratedDestination) and m.destination_class == "CASH"]
    loaded = [m for m in MESSAGES if isinstance(m, CardPosting) and m.merchant_category_code == "6540"]
    filled, emptied = _transfers(wallets, "DBIT"), _transfers(wallets, "CRDT")
    assert loaded
    assert emptied
    assert {m.customer_id for m in emptied} <= {m.customer_id for m in [*filled, *loaded]}
    assert sum(m.amount for m in emptied) < sum(m.amount for m in [*filled, *loaded])


def test_a_spouse_elsewhere_is_linked_as_household_and_sends_back_what_is_left() -> None:
    linked = {(m.party_id, m.linked_party_id) for m in MESSAGES if isinstance(m, PartyLink)}
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for m in MESSAGES:
        if isinstance(m, PartyAccount):
            holders[m.party_id].append(m.account)
    customers = {m.account for m in MESSAGES if isinstance(m, TransferPosting)}
    spouses = [
        a for one, other in linked if set(holders[one]) & customers for a in holders[other] if a not in customers
    ]
    assert _transfers(spouses, "DBIT")
    assert _transfers(spouses, "CRDT")


def test_the_estate_pays_wages_gets_fees_and_is_named_a_hub() -> None:
    (hub,) = [m.account for m in MESSAGES if isinstance(m, Hub)]
    assert {leg.posting_kind for leg in _transfers([hub], "CRDT")} == {"salary"}
    assert {leg.posting_kind for leg in _transfers([hub], "DBIT")} == {"transfer"}


def test_who_plays_in_a_case_has_no_errands_that_would_move_its_money() -> None:
    bank = Bank(Plan(seed=3, customers=100, shares=Shares(0.3, 0.3)))
    assert any(person.errands for person in bank.people)
    assert not [person for person in bank.customers if person.in_case and person.errands]
