"""Card payments: request, outcome, clearing; cash machines; refunds that name the payment they give back."""

from typing import Literal

from monitor.simulator.calendar import HOUR
from monitor.simulator.core import Core
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.parties import Person, Shop
from monitor.simulator.randomness import jitter
from monitor.simulator.requests import Result, payment_from, submit
from topics.cards import CardAuthorization, CardPosting
from topics.names import CARD_TRANSACTIONS

Processing = Literal["00", "01", "20"]
_CLEARING_DELAY, _CLEARING_SPREAD = 6 * HOUR, 20 * HOUR


def purchase(core: Core, person: Person, account: Account, shop: Shop, amount: int) -> Process[Result]:
    """Pay at a shop. A debit card is cleared in seconds, a credit card within a day or so."""
    return (yield from _pay(core, person, account, shop, amount, "00"))


def cash(core: Core, person: Person, machine: Shop, amount: int) -> Process[Result]:
    """Take cash at a machine with the debit card."""
    return (yield from _pay(core, person, person.main, machine, amount, "01"))


def _pay(
    core: Core, person: Person, account: Account, shop: Shop, amount: int, processing: Processing
) -> Process[Result]:
    request = _authorization(core, person, account, shop, amount, processing)
    asked = account.loan_money.part_of(amount, account.balance)
    result = yield from submit(core, request, honest=True, funds=lambda: _hold(account, amount))
    result.asked = asked
    if result.accepted:
        on_credit = account.kind == "credit_card"
        yield core.lasting(_CLEARING_DELAY + jitter(result.payment_id, _CLEARING_SPREAD)) if on_credit else 200
        account.held -= amount
        entry, result.moved = core.ledger.debit(account, amount)
        _post(core, account, shop, amount, "clearing", result, entry, processing)
    return result


def refund(core: Core, account: Account, shop: Shop, amount: int, original: str) -> str:
    """Give money back for the payment `original`; return the event id."""
    entry = core.ledger.credit(account, amount)
    envelope = core.envelope(account.customer_id)
    result = Result("accepted", payment_from(envelope), "", core.now)
    _post(core, account, shop, amount, "refund", result, entry, "20", original)
    return result.posting_id


def _authorization(
    core: Core, person: Person, account: Account, shop: Shop, amount: int, processing: Processing
) -> CardAuthorization:
    envelope = core.envelope(person.customer_id)
    on_credit = account.kind == "credit_card"
    return CardAuthorization(
        **envelope,
        payment_id=payment_from(envelope),
        amount=amount,
        currency="CNY",
        deadline_ms=300,
        mti="0100" if on_credit else "0200",
        pan_token=person.credit_card if on_credit else person.debit_card,
        account=account.account_id,
        account_kind=account.kind,
        processing_code="01" if processing == "01" else "00",
        merchant_category_code=shop.mcc,
        card_acceptor_id=shop.card_acceptor_id,
        card_acceptor_name=shop.name,
        pos_entry_mode="81" if shop.category == "online" else "07",
        device_id=person.device if shop.category == "online" else None,
    )


def _hold(account: Account, amount: int) -> bool:
    if account.available < amount:
        return False
    account.held += amount
    return True


def _post(
    core: Core,
    account: Account,
    shop: Shop,
    amount: int,
    kind: Literal["clearing", "refund"],
    result: Result,
    entry: tuple[int, int],
    processing: Processing,
    original: str | None = None,
) -> None:
    posting = CardPosting(
        **core.envelope(account.customer_id),
        payment_id=result.payment_id,
        account=account.account_id,
        acct_seq=entry[0],
        balance_after=entry[1],
        amount=amount,
        currency="CNY",
        posting_kind=kind,
        credit_debit="CRDT" if kind == "refund" else "DBIT",
        account_kind=account.kind,
        merchant_category_code=shop.mcc,
        card_acceptor_id=shop.card_acceptor_id,
        card_acceptor_name=shop.name,
        processing_code=processing,
        original_payment_id=original,
    )
    core.publish(CARD_TRANSACTIONS, posting)
    result.event_ids.append(posting.event_id)
    result.posting_id = posting.event_id
