"""A request from its first message to its outcome, whatever the lane: card, transfer, draw."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from msgspec import structs

from monitor.simulator import identity
from monitor.simulator.calendar import MINUTE, SECOND
from monitor.simulator.core import Core
from monitor.simulator.kernel import Process
from monitor.simulator.loan_money import Parts
from monitor.simulator.randomness import jitter
from topics.answers import EnforcementPoint
from topics.cards import CardAuthorization, CardOutcome
from topics.fields import Outcome, OutcomeMessage, Request
from topics.loans import DrawRequest, LoanOutcome
from topics.names import CARD_TRANSACTIONS, LOANS, TRANSFERS
from topics.transfers import TransferOutcome, TransferRequest

_PATIENCE = 300
"""Shortest time core banking gives the monitor before it goes on, ms."""

Ending = Literal["accepted", "no_funds", "stopped", "failed_challenge", "cancelled"]
R = TypeVar("R", bound=Request)

TOPICS: dict[type[Request], str] = {
    CardAuthorization: CARD_TRANSACTIONS,
    TransferRequest: TRANSFERS,
    DrawRequest: LOANS,
}
_OUTCOMES: dict[type[Request], type[OutcomeMessage]] = {
    CardAuthorization: CardOutcome,
    TransferRequest: TransferOutcome,
    DrawRequest: LoanOutcome,
}
_POINTS: dict[type[Request], EnforcementPoint] = {
    CardAuthorization: "AUTH",
    TransferRequest: "TRANSFER",
    DrawRequest: "DRAW",
}


@dataclass(slots=True)
class Result:
    """What became of a payment: `request_id` is the event first judged, `payment_id` the payment that went through.

    `asked` is the loan money it would have carried when it was asked for, `moved` what it did carry. `posting_id` and
    `credit_id` are the legs of the payer and of the payee, posted at `posted_at`, ms; the latter only in this bank.
    """

    ending: Ending
    payment_id: str
    request_id: str
    request_time: int
    amount: int = 0
    event_ids: list[str] = field(default_factory=list)
    posting_id: str = ""
    credit_id: str = ""
    posted_at: int = 0
    asked: Parts = field(default_factory=dict)
    moved: Parts = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether the money moves."""
        return self.ending == "accepted"


def submit(core: Core, request: Request, *, honest: bool, funds: Callable[[], bool]) -> Process[Result]:
    """Publish `request`, ask the monitor, obey, publish the outcome. `honest` people pass challenges and call-backs."""
    result = Result("accepted", request.payment_id, request.event_id, core.now, request.amount)
    append = core.publish(TOPICS[type(request)], request)
    result.event_ids.append(request.event_id)
    yield append - core.now + _PATIENCE + jitter(request.event_id, _PATIENCE)
    action = "BLOCK" if _hit_by_block(core, request) else core.answers.action(request)
    if action == "BLOCK":
        result.ending = "stopped"
        _end(core, request, "declined", "monitor", result)
    elif action == "HOLD":
        yield from _hold(core, request, result, honest=honest)
    elif action == "CHALLENGE":
        return (yield from _challenge(core, request, result, honest=honest, funds=funds))
    if result.accepted:
        _settle_funds(core, request, result, funds=funds)
    return result


def payment_from(envelope: dict[str, object]) -> str:
    """Return the payment id a first message gives its payment."""
    return identity.payment_id(str(envelope["event_id"]))


def _settle_funds(core: Core, request: Request, result: Result, *, funds: Callable[[], bool]) -> None:
    if funds():
        _end(core, request, "accepted", "core", result)
    else:
        result.ending = "no_funds"
        _end(core, request, "declined", "core", result)


def _hold(core: Core, request: Request, result: Result, *, honest: bool) -> Process[None]:
    yield core.lasting(5 * MINUTE + jitter(request.payment_id, 30 * MINUTE))  # the call-back
    if honest:
        _end(core, request, "hold_released", "analyst", result)
        yield SECOND
    else:
        result.ending = "stopped"
        _end(core, request, "cancelled", "customer", result)


def _challenge(
    core: Core, request: Request, result: Result, *, honest: bool, funds: Callable[[], bool]
) -> Process[Result]:
    yield core.lasting(5 * SECOND + jitter(request.payment_id, 25 * SECOND))
    if not honest:
        result.ending = "failed_challenge"
        _end(core, request, "challenge_failed", "core", result)
        return result
    _end(core, request, "challenge_passed", "customer", result)
    yield SECOND
    envelope = core.envelope(request.customer_id)
    again = structs.replace(
        request,
        event_id=envelope["event_id"],
        event_time=envelope["event_time"],
        payment_id=payment_from(envelope),
        challenged_payment_id=request.payment_id,
    )
    second = yield from submit(core, again, honest=honest, funds=funds)
    second.event_ids[:0] = result.event_ids
    second.request_id, second.request_time = result.request_id, result.request_time
    return second


def _hit_by_block(core: Core, request: Request) -> bool:
    return core.answers.in_force(request.customer_id, _POINTS[type(request)], _subject(request))


def _subject(request: Request) -> str:
    if isinstance(request, CardAuthorization):
        return request.card_acceptor_id
    if isinstance(request, TransferRequest):
        return request.creditor_account
    return request.loan_id if isinstance(request, DrawRequest) else ""


def _end(core: Core, request: Request, outcome: Outcome, by: str, result: Result) -> None:
    message = _OUTCOMES[type(request)](
        **core.envelope(request.customer_id), payment_id=request.payment_id, outcome=outcome, decided_by=by
    )
    core.publish(TOPICS[type(request)], message)
    result.event_ids.append(message.event_id)
