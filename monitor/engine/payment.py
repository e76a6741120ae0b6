"""One view of every message that moves, or asks to move, money."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, Literal

from msgspec import Struct

from monitor.engine.tracing.movements import LOAN_CURRENCY
from topics.cards import CardAuthorization, CardPosting
from topics.fields import Posting, Request
from topics.instants import event_time_ms
from topics.loans import DrawRequest, LoanDisbursed, LoanRepaid
from topics.transfers import TransferPosting, TransferRequest

Lane = Literal["AUTH", "TRANSFER", "DRAW"]
AUTH: Final = "AUTH"
TRANSFER: Final = "TRANSFER"
DRAW: Final = "DRAW"


class Payment(Struct):
    """A request or a posting, seen from the customer's account. Money in minor units, time in ms.

    `counterparty` is the account, else the merchant, on the other side. `kind` is the posting kind, "" on a request.
    """

    message: Request | Posting
    event: str
    lane: Lane
    is_request: bool
    outgoing: bool
    account: str
    time: int
    deposit: bool = True
    counterparty: str = ""
    merchant: str | None = None
    mcc: str | None = None
    name: str = ""
    agent: str | None = None
    product: str | None = None
    other_customer: str | None = None
    cash: bool = False
    device: str | None = None
    card: str | None = None
    kind: str = ""
    original: str | None = None
    in_call: bool = False
    screen_shared: bool = False
    payee_opened_on: date | None = None
    same_name: bool = False
    peer_currency: str = ""
    peer_amount: int = 0

    @property
    def amount(self) -> int:
        """Minor units, never negative."""
        return self.message.amount

    @property
    def in_yuan(self) -> bool:
        """Whether the amount may be added to and compared with sums of CNY."""
        return self.message.currency == LOAN_CURRENCY


CASH_CODES = frozenset({"01", "17"})


def _authorization(m: CardAuthorization) -> Payment:
    return Payment(
        message=m,
        event="card.authorization",
        lane=AUTH,
        is_request=True,
        outgoing=m.processing_code != "28",
        account=m.account,
        time=event_time_ms(m),
        deposit=m.account_kind == "deposit",
        card=m.pan_token,
        counterparty=m.card_acceptor_id,
        merchant=m.card_acceptor_id,
        mcc=m.merchant_category_code,
        name=m.card_acceptor_name,
        cash=m.processing_code in CASH_CODES,
        device=m.device_id,
    )


def _card_posting(m: CardPosting) -> Payment:
    return Payment(
        message=m,
        event="card.posting",
        lane=AUTH,
        is_request=False,
        outgoing=m.credit_debit == "DBIT",
        account=m.account,
        time=event_time_ms(m),
        deposit=m.account_kind == "deposit",
        counterparty=m.card_acceptor_id,
        merchant=m.card_acceptor_id,
        mcc=m.merchant_category_code,
        name=m.card_acceptor_name,
        cash=m.processing_code in CASH_CODES,
        kind=m.posting_kind,
        original=m.original_payment_id,
    )


def _transfer(m: TransferRequest) -> Payment:
    return Payment(
        message=m,
        event="transfer.request",
        lane=TRANSFER,
        is_request=True,
        outgoing=True,
        account=m.debtor_account,
        time=event_time_ms(m),
        counterparty=m.creditor_account,
        name=m.creditor_name,
        agent=m.creditor_agent,
        product=m.product_code,
        other_customer=m.creditor_customer_id,
        same_name=m.same_name,
        device=m.device_id,
        in_call=m.in_call,
        screen_shared=m.screen_shared,
        payee_opened_on=m.creditor_account_opened_on,
    )


def _transfer_posting(m: TransferPosting) -> Payment:
    return Payment(
        message=m,
        event="transfer.posting",
        lane=TRANSFER,
        is_request=False,
        outgoing=m.credit_debit == "DBIT",
        account=m.account,
        time=event_time_ms(m),
        deposit=m.account_kind == "deposit",
        counterparty=m.counterparty_account or "",
        name=m.counterparty_name,
        agent=m.counterparty_agent,
        product=m.product_code,
        other_customer=m.counterparty_customer_id,
        same_name=m.same_name,
        cash=m.posting_kind == "cash",
        kind=m.posting_kind,
        original=m.original_payment_id,
        peer_currency=m.counterparty_currency or "",
        peer_amount=m.counterparty_amount or 0,
    )


def _draw(m: DrawRequest) -> Payment:
    return Payment(
        message=m,
        event="loan.draw_request",
        lane=DRAW,
        is_request=True,
        outgoing=False,
        account=m.disbursement_account,
        time=event_time_ms(m),
        device=m.device_id,
    )


def _disbursed(m: LoanDisbursed) -> Payment:
    return Payment(
        message=m,
        event="loan.disbursed",
        lane=DRAW,
        is_request=False,
        outgoing=False,
        account=m.account,
        time=event_time_ms(m),
        kind="disbursement",
    )


def _repaid(m: LoanRepaid) -> Payment:
    return Payment(
        message=m,
        event="loan.repaid",
        lane=DRAW,
        is_request=False,
        outgoing=True,
        account=m.account,
        time=event_time_ms(m),
        kind="repayment",
    )


_VIEWS: dict[type, Callable[[Any], Payment]] = {
    CardAuthorization: _authorization,
    CardPosting: _card_posting,
    TransferRequest: _transfer,
    TransferPosting: _transfer_posting,
    DrawRequest: _draw,
    LoanDisbursed: _disbursed,
    LoanRepaid: _repaid,
}


def payment_of(message: Request | Posting) -> Payment:
    """The view of a request or posting."""
    return _VIEWS[type(message)](message)
