"""What core does with a request when no answer comes in time: lane x amount -> open or hold.

Part of the contract. A dead monitor answers nothing, so core applies its own copy of this table; each decision says
what the table says of its request, so that an audit sees which copy was meant.

Small card payments go through: a cashier waits, and the loss is small. Large transfers and all draws wait: money that
has left in a transfer is gone, and a draw can be made an hour later.
"""

from typing import NamedTuple

from topics.answers import FailAction
from topics.cards import CardAuthorization
from topics.fields import Request
from topics.loans import DrawRequest
from topics.transfers import TransferRequest


class FailRule(NamedTuple):
    """Requests of the lane below `below` (minor units of CNY; None: of any amount and currency) are treated so."""

    lane: str
    below: int | None
    action: FailAction


FAIL_POLICY: tuple[FailRule, ...] = (  # the first one that fits decides
    FailRule("AUTH", 1_000_00, "open"),
    FailRule("AUTH", None, "hold"),
    FailRule("TRANSFER", 50_000_00, "open"),
    FailRule("TRANSFER", None, "hold"),
    FailRule("DRAW", None, "hold"),
)

_LANES: dict[type[Request], str] = {CardAuthorization: "AUTH", TransferRequest: "TRANSFER", DrawRequest: "DRAW"}


def fail_action(lane: str, amount: int, currency: str) -> FailAction:
    """Say what becomes of `amount` minor units in a lane. What cannot be compared, or fits no line, is held."""
    for rule in FAIL_POLICY:
        if rule.lane == lane and (rule.below is None or (currency == "CNY" and amount < rule.below)):
            return rule.action
    return "hold"


def fail_policy(request: Request) -> FailAction:
    """Say what becomes of a request without an answer."""
    return fail_action(_LANES[type(request)], request.amount, request.currency)
