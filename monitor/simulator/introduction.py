"""What the monitor is told before life starts: reference data, then every customer as he stands."""

from monitor.simulator.calendar import DAY, HOUR, MINUTE
from monitor.simulator.core import Core
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.lending import grant
from monitor.simulator.merchants import Town
from monitor.simulator.names import CURATED
from monitor.simulator.parties import Payee, Person, Shop
from monitor.simulator.people import YUAN
from monitor.simulator.randomness import jitter, money, substream
from monitor.simulator.transfers import add_payee, remember
from topics.customers import AccountOpened, CustomerProfile, DeviceBound
from topics.names import CUSTOMERS, REFERENCE
from topics.reference import CuratedDestination, Hub, ListedAccount, Merchant, PartyAccount, PartyLink

_ACCOUNT_AGE, _DEVICE_AGE, _PAYEE_AGE, _PAID_AGE, _LINE_AGE = 120 * DAY, 100 * DAY, 60 * DAY, 40 * DAY, 120 * DAY
_ESTATE_HAS = 1_000_000_000 * YUAN


def introduce_town(core: Core, town: Town) -> Process[None]:
    """Publish merchants with their owners, curated destinations, the employer that banks here, the official list."""
    for shop in town.all_shops():
        _introduce_shop(core, shop)
    for use in CURATED:
        for payee in town.destinations[use]:
            core.publish(REFERENCE, _curated(core, payee, use))
    for wallet in town.wallets:
        core.publish(REFERENCE, _curated(core, wallet.settlement, "CASH"))
    _introduce_estate(core, town.estate)
    for payee in town.listed:
        key = f"listed:{payee.account}"
        core.publish(REFERENCE, ListedAccount(**core.header(key), account=payee.account, list_name="involved-accounts"))
    yield 0


def introduce_person(core: Core, person: Person) -> Process[None]:
    """Publish a customer as he stands: profile, accounts, device, payees paid before, line. All lie in the past."""
    past = _past_payments(core, person)
    person.main.balance += sum(amount for _, amount in past)
    for account in person.accounts:
        core.ledger.open(account)
    _introduce_accounts(core, person)
    for party in person.household:
        core.publish(REFERENCE, _household(core, person.party_id, party))
    if person.errands is not None:
        _introduce_party(core, person.errands.spouse, person.errands.spouse_party)
        core.publish(REFERENCE, _household(core, person.party_id, person.errands.spouse_party))
    person_header = core.envelope(person.customer_id)
    core.publish(
        CUSTOMERS,
        CustomerProfile(
            **person_header, party_id=person.party_id, birth_year=person.birth_year, student=person.student
        ),
    )
    yield MINUTE
    born = core.now - _DEVICE_AGE + jitter(person.customer_id, 20 * DAY)
    core.publish(CUSTOMERS, DeviceBound(**core.envelope(person.customer_id, born), device_id=person.device))
    for number, payee in enumerate([*person.payees, *(person.errands.payees if person.errands else [])]):
        add_payee(core, person, payee, core.now - _PAYEE_AGE + number * HOUR)
    for number, (payee, amount) in enumerate(past):
        remember(core, person.main, person.name, payee, amount, core.now - _PAID_AGE + number * HOUR)
    if person.line is not None:
        grant(core, person, person.line, at=core.now - _LINE_AGE + jitter(person.party_id, 20 * DAY))


def _past_payments(core: Core, person: Person) -> list[tuple[Payee, int]]:
    """Last payment of the past to everybody the customer knows: the first one seen would look like a stranger's."""
    rng = substream("past", core.tag, person.index)
    known = [*person.payees, *([person.broker] if person.broker else [])]
    known += person.errands.payees if person.errands else []
    usual = max(person.rent, 500 * YUAN)
    return [(p, usual if p == person.landlord else money(rng, 160 * YUAN, 0.9)) for p in known]


def _introduce_accounts(core: Core, person: Person) -> None:
    for account in person.accounts:
        key = f"account:{account.account_id}"
        core.publish(REFERENCE, PartyAccount(**core.header(key), account=account.account_id, party_id=person.party_id))
        _open(core, account)


def _open(core: Core, account: Account) -> None:
    opened = AccountOpened(
        **core.envelope(account.customer_id, core.now - _ACCOUNT_AGE),
        account=account.account_id,
        account_kind=account.kind,
        currency="CNY",
        acct_seq=account.sequence,
        balance=account.balance,
    )
    core.publish(CUSTOMERS, opened)


def _introduce_estate(core: Core, estate: Payee) -> None:
    """Publish the employer that banks here as a customer, and that a crowd uses its account."""
    _open(core, core.ledger.open(Account(estate.account, estate.customer_id or "", balance=_ESTATE_HAS)))
    core.publish(REFERENCE, Hub(**core.header(f"hub:{estate.account}"), account=estate.account, kind="payroll"))


def _introduce_shop(core: Core, shop: Shop) -> None:
    key = f"merchant:{shop.card_acceptor_id}"
    merchant = Merchant(
        **core.header(key),
        card_acceptor_id=shop.card_acceptor_id,
        merchant_name=shop.name,
        merchant_category_code=shop.mcc,
        owner_party_id=shop.owner_party,
        settlement_account=shop.settlement.account,
    )
    core.publish(REFERENCE, merchant)
    _introduce_party(core, shop.owner, shop.owner_party)
    _introduce_party(core, shop.relative, shop.relative_party)
    core.publish(REFERENCE, _household(core, shop.owner_party, shop.relative_party))


def _household(core: Core, party: str, other: str) -> PartyLink:
    header = core.header(f"link:{party}:{other}")
    return PartyLink(**header, party_id=party, linked_party_id=other, relation="household")


def _introduce_party(core: Core, payee: Payee, party: str) -> None:
    key = f"account:{payee.account}"
    core.publish(REFERENCE, PartyAccount(**core.header(key), account=payee.account, party_id=party))


def _curated(core: Core, payee: Payee, use: str) -> CuratedDestination:
    return CuratedDestination(
        **core.header(payee.account),
        kind="account",
        identifier=payee.account,
        destination_class=use,  # type: ignore[arg-type]
    )
