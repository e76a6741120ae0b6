"""The payment that a decision is about: the request it stops, or the posting whose loan money armed the block."""

from typing import Final, NamedTuple

from monitor.live.seen import Seen
from monitor.proofs.books import Books, OutRequest, account_of, message_of, order
from topics.answers import Decision, FundFlow, Reason
from topics.fields import Posting

OWN_DRAWS: Final = frozenset({"FF01"})
OTHERS_DRAWS: Final = frozenset({"FF02"})
PROVEN: Final = OWN_DRAWS | OTHERS_DRAWS
"""Tracing rules whose blocks are proven: they speak of the borrower's own draws, or of other people's."""


class Subject(NamedTuple):
    """`number`: the account's last posting before it that counts. `reserved`: open requests, which may be paid first.

    `reasons`: what tracing rules say of it. `flow`: what the decision says of it, if the decision is its own.
    """

    seen: Seen
    message: OutRequest | Posting
    account: str
    number: int
    reasons: list[Reason]
    flow: FundFlow | None
    reserved: int = 0
    requests: tuple[Seen, ...] = ()


def blocking(decision: Decision) -> list[Reason]:
    """The reasons of tracing rules that block, or arm a block."""
    return [reason for reason in decision.reasons if reason.code in PROVEN and reason.action == "BLOCK"]


def subject_of(decision: Decision, books: Books) -> Subject | None:
    """Find the payment; None where the books do not have it."""
    reasons = blocking(decision)
    events = {event_id for reason in reasons for event_id in reason.event_ids}
    seen = books.payment(decision.customer_id, decision.payment_id, events) or books.posted(
        decision.customer_id, events
    )
    if seen is None:
        return None
    message = message_of(seen)
    reasons = [reason for reason in reasons if message.event_id in reason.event_ids]
    if isinstance(message, Posting):
        flow = decision.fund_flow if message.event_id == decision.event_id else None
        return Subject(seen, message, message.account, message.acct_seq - 1, reasons, flow)
    assert isinstance(message, OutRequest)
    return _of_request(seen, message, reasons, decision, books)


def _of_request(seen: Seen, message: OutRequest, reasons: list[Reason], decision: Decision, books: Books) -> Subject:
    account, place = account_of(message), order(seen)
    asked = list(books.open_requests(account, message.payment_id, place))
    reserved, requests = sum(one.amount for one in asked), tuple(one.seen for one in asked)
    counted = _counted(decision)
    if counted.get("reserved", reserved) != reserved:
        reserved, requests = counted["reserved"], ()
    number = counted.get("acct_seq") or books.last_before(account, place)
    return Subject(seen, message, account, number, reasons, decision.fund_flow, reserved, requests)


def _counted(decision: Decision) -> dict[str, int]:
    """Last posting and open requests that the decision says it counted; empty where it does not say."""
    basis = getattr(decision.fund_flow, "basis", None)
    return {} if basis is None else {"acct_seq": basis.acct_seq, "reserved": basis.reserved}
