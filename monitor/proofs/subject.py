"""What is to be proven of a decision: of the payment it is about, or of payments that its reasons name.

The payment is the request it stops, or the posting whose loan money armed the block. Named are payments that were made
before and armed the block together: what others spent of a loan, what came home of it.
"""

from typing import Final, NamedTuple

from monitor.live.seen import Seen
from monitor.proofs.books import Books, OutRequest, account_of, message_of, order
from topics.answers import Decision, FundFlow, Reason
from topics.fields import Posting

OWN_DRAWS: Final = frozenset({"FF01"})
OTHERS_DRAWS: Final = frozenset({"FF02"})
OF_PAYMENT: Final = OWN_DRAWS | OTHERS_DRAWS
"""Rules that weigh the loan money of one payment: they speak of the borrower's own draws, or of other people's."""

PROVEN: Final = OF_PAYMENT | {"CO13", "CO01"}
"""Rules whose blocks are proven; those of CO01 where the money itself showed the loop: then it names a payment."""

WHOLE_LOAN: Final = "OWN_LOAN"
MIXED_LOANS: Final = "MIXED_LOANS"
"""What FF02 says it is about: a loan as a whole; loan money so mixed that only that of all draws is certain."""


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
    """The reasons that block, or arm a block, and rest on traced loan money."""
    found = (reason for reason in decision.reasons if reason.code in PROVEN and reason.action == "BLOCK")
    return [reason for reason in found if reason.code != "CO01" or reason.payments]


def of_several(reason: Reason) -> bool:
    """Whether it is about payments made before, and not about one."""
    return reason.code not in OF_PAYMENT or reason.figures.get("whose") == WHOLE_LOAN


def subject_of(decision: Decision, books: Books) -> Subject | None:
    """Find the payment; None where the books do not have it."""
    reasons = [reason for reason in blocking(decision) if not of_several(reason)]
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
