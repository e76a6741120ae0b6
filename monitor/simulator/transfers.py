"""Transfers out, between accounts of the bank, and in from outside; salaries, cash, in-house orders, returns."""

from dataclasses import dataclass
from typing import Literal

from monitor.simulator import identity
from monitor.simulator.calendar import MINUTE
from monitor.simulator.core import Core
from monitor.simulator.kernel import Process
from monitor.simulator.ledger import Account
from monitor.simulator.loan_money import NOTHING, Parts
from monitor.simulator.parties import Payee, Person
from monitor.simulator.randomness import jitter
from monitor.simulator.requests import Result, payment_from, submit
from topics.customers import PayeeAdded
from topics.names import CUSTOMERS, TRANSFERS
from topics.transfers import TransferPosting, TransferRequest

PostingKind = Literal["transfer", "refund", "return", "cash", "salary", "interest", "purchase_order"]
IN_HOUSE = frozenset({"WEALTH_PURCHASE", "FUND_PURCHASE", "METAL_PURCHASE", "TIME_DEPOSIT"})


@dataclass(frozen=True, slots=True)
class Manner:
    """How a transfer is made. `honest`: the payer is who he says and would pass a challenge. `wages`: a salary."""

    honest: bool = True
    device: str | None = None
    in_call: bool = False
    screen_shared: bool = False
    text: str | None = None
    wages: bool = False


ORDINARY = Manner()


def transfer(
    core: Core, person: Person, source: Account, payee: Payee, amount: int, manner: Manner = ORDINARY
) -> Process[Result]:
    """Pay `amount` from `source` to `payee`: request, outcome, then the posting of each leg the bank keeps."""
    request = _request(core, person, source, payee, amount, manner)
    asked = source.loan_money.part_of(amount, source.balance)
    result = yield from submit(core, request, honest=manner.honest, funds=lambda: _hold(source, amount))
    result.asked = asked
    if result.accepted:
        yield 150 + jitter(result.payment_id, 900)
        source.held -= amount
        _post(core, source, payee, person.name, amount, result, manner)
    return result


def receive(
    core: Core,
    account: Account,
    payer: Payee,
    amount: int,
    kind: PostingKind = "transfer",
    original: str | None = None,
    parts: Parts = NOTHING,
) -> str:
    """Credit `account` with money from outside the bank; return the event id.

    `parts` is loan money it may stand for, when the same hands took it out of the bank before.
    """
    entry = core.ledger.credit(account, amount, parts)
    envelope = core.envelope(account.customer_id)
    posting = TransferPosting(
        **envelope,
        payment_id=payment_from(envelope),
        account=account.account_id,
        acct_seq=entry.acct_seq,
        balance_after=entry.balance_after,
        amount=amount,
        currency="CNY",
        posting_kind=kind,
        credit_debit="CRDT",
        account_kind=account.kind,
        counterparty_account=None if kind in {"cash", "interest"} else payer.account,
        counterparty_name=payer.name,
        counterparty_agent=payer.agent,
        same_name=payer.own_name,
        original_payment_id=original,
    )
    core.publish(TRANSFERS, posting)
    return posting.event_id


def remember(core: Core, source: Account, payer: str, payee: Payee, amount: int, at: int) -> None:
    """Post a payment of the past, made at `at`, ms: it was never asked for here, and is known by its legs."""
    payment = identity.payment_id(f"{source.account_id}/{payee.account}/{at}")
    _post(core, source, payee, payer, amount, Result("accepted", payment, "", at), ORDINARY, at)


def wages(core: Core, employer: Payee, source: Account, person: Person) -> None:
    """Post the salary that an employer with an account here pays from a file: nobody asks for each."""
    payment = identity.payment_id(f"{source.account_id}/{person.main.account_id}/{core.now}")
    result = Result("accepted", payment, "", core.now)
    _post(core, source, person.as_payee(), employer.name, person.salary, result, Manner(wages=True))


def add_payee(core: Core, person: Person, payee: Payee, at: int | None = None) -> str:
    """Store a payee with the customer; return the event id."""
    message = PayeeAdded(
        **core.envelope(person.customer_id, at), creditor_account=payee.account, creditor_name=payee.name
    )
    core.publish(CUSTOMERS, message)
    return message.event_id


def pay_new(
    core: Core, person: Person, source: Account, payee: Payee, amount: int, manner: Manner = ORDINARY
) -> Process[Result]:
    """Store the payee, then pay."""
    added = add_payee(core, person, payee)
    yield core.lasting(MINUTE // 2 + jitter(added, MINUTE))
    result = yield from transfer(core, person, source, payee, amount, manner)
    result.event_ids.insert(0, added)
    return result


def _request(core: Core, person: Person, source: Account, payee: Payee, amount: int, manner: Manner) -> TransferRequest:
    envelope = core.envelope(person.customer_id)
    return TransferRequest(
        **envelope,
        payment_id=payment_from(envelope),
        amount=amount,
        currency="CNY",
        deadline_ms=1000,
        debtor_account=source.account_id,
        creditor_account=payee.account,
        creditor_name=payee.name,
        creditor_agent=payee.agent,
        creditor_customer_id=payee.customer_id,
        creditor_account_opened_on=payee.opened_on,
        same_name=payee.own_name or payee.customer_id == person.customer_id,
        product_code=payee.product_code,
        remittance_information=manner.text,
        channel="mobile",
        device_id=manner.device or person.device,
        in_call=manner.in_call,
        screen_shared=manner.screen_shared,
    )


def _hold(source: Account, amount: int) -> bool:
    if source.available < amount:
        return False
    source.held += amount
    return True


def _post(
    core: Core,
    source: Account,
    payee: Payee,
    payer: str,
    amount: int,
    result: Result,
    manner: Manner,
    at: int | None = None,
) -> None:
    """Post the debit leg, and behind it the credit leg when the payee's account is in this bank."""
    entry, result.moved = core.ledger.debit(source, amount)
    kind: PostingKind = "purchase_order" if payee.product_code in IN_HOUSE else "salary" if manner.wages else "transfer"
    debit = TransferPosting(
        **core.envelope(source.customer_id, at),
        payment_id=result.payment_id,
        account=source.account_id,
        acct_seq=entry.acct_seq,
        balance_after=entry.balance_after,
        amount=amount,
        currency="CNY",
        posting_kind=kind,
        credit_debit="DBIT",
        account_kind=source.kind,
        counterparty_account=payee.account,
        counterparty_name=payee.name,
        counterparty_agent=payee.agent,
        counterparty_customer_id=payee.customer_id,
        same_name=payee.own_name or payee.customer_id == source.customer_id,
        product_code=payee.product_code,
        remittance_information=manner.text,
    )
    append = core.publish(TRANSFERS, debit)
    result.event_ids.append(debit.event_id)
    result.posting_id, result.posted_at = debit.event_id, core.now
    target = core.ledger.accounts.get(payee.account)
    if target is not None:
        _post_credit(core, source, target, payer, amount, result, manner, append, at)


def _post_credit(
    core: Core,
    source: Account,
    target: Account,
    payer: str,
    amount: int,
    result: Result,
    manner: Manner,
    not_before: int,
    at: int | None,
) -> None:
    entry = core.ledger.credit(target, amount, result.moved)
    credit = TransferPosting(
        **core.envelope(target.customer_id, at),
        payment_id=result.payment_id,
        account=target.account_id,
        acct_seq=entry.acct_seq,
        balance_after=entry.balance_after,
        amount=amount,
        currency="CNY",
        posting_kind="salary" if manner.wages else "transfer",
        credit_debit="CRDT",
        account_kind=target.kind,
        counterparty_account=source.account_id,
        counterparty_name=payer,
        counterparty_customer_id=source.customer_id,
        same_name=source.customer_id == target.customer_id,
    )
    core.publish(TRANSFERS, credit, not_before=not_before)
    result.event_ids.append(credit.event_id)
    result.credit_id = credit.event_id
