"""Which requests a block hits: the part of the contract of `blocks` that core needs to obey a block by itself."""

from collections.abc import Callable, Mapping
from datetime import datetime

from topics.answers import Block, BlockScope
from topics.cards import CardAuthorization
from topics.fields import Request
from topics.loans import DrawRequest
from topics.transfers import TransferRequest

_PAYMENT_IN = "28"


def hits(block: Block, request: Request, now: datetime) -> bool:
    """Say whether the block is in force at `now` and forbids the request."""
    in_force = block.status == "ARMED" and now < block.until
    return in_force and block.customer_id == request.customer_id and _SCOPES[block.scope](block, request)


def _payee(request: Request) -> str | None:
    """Find who would get the money; nobody when it comes in."""
    if isinstance(request, CardAuthorization) and request.processing_code != _PAYMENT_IN:
        return request.card_acceptor_id
    return request.creditor_account if isinstance(request, TransferRequest) else None


_SCOPES: Mapping[BlockScope, Callable[[Block, Request], bool]] = {
    "payment": lambda block, request: block.subject == request.payment_id,
    "next_draw": lambda _, request: isinstance(request, DrawRequest),
    "next_transfers": lambda _, request: isinstance(request, TransferRequest),
    "merchant": lambda block, request: block.subject is not None and block.subject == _payee(request),
}
