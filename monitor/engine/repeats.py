"""Who asks twice gets the first answer; who says something else under the same name is refused."""

from monitor.engine.customer import Customer
from monitor.engine.state.packing import fingerprint
from topics.digest import content_digest
from topics.fields import CustomerMessage, OutcomeMessage, Posting, Request
from topics.refusals import Reason, Refused


def recall(customer: Customer, message: CustomerMessage) -> bytes | None:
    """What was kept when this message came first; None when it is new. Raises `Refused` on a contradiction."""
    name, alias = _names(message)
    entry = customer.ids.find(name) or customer.ids.find_alias(alias)
    if entry is None:
        return None
    if entry.digest != content_digest(message)[: len(entry.digest)]:
        raise Refused(Reason.CONFLICTING_REPEAT, "seen before with other content")
    return entry.core


def remember(customer: Customer, message: CustomerMessage, core: bytes, clock: int) -> None:
    """Keep both names of the message and its answer."""
    name, alias = _names(message)
    customer.ids.remember(name, content_digest(message), core, clock, alias=alias)


def _names(message: CustomerMessage) -> tuple[bytes, bytes]:
    """What the message is whatever its id, and its id: a repeat is known by either."""
    alias = fingerprint(b"event", message.event_id)
    if isinstance(message, Request):
        return fingerprint(b"request", type(message).__name__, message.payment_id), alias
    if isinstance(message, Posting):
        return fingerprint(b"posting", message.account, str(message.acct_seq)), alias
    if isinstance(message, OutcomeMessage):
        return fingerprint(b"outcome", message.payment_id, message.outcome), alias
    return alias, alias
