"""Who asks twice gets the first answer; who says something else under the same name is refused."""

from msgspec import Struct

from monitor.engine.customer import Customer
from monitor.engine.state.identity import NO_NAME
from monitor.engine.state.packing import fingerprint, fingerprints
from topics.cards import CardAuthorization, CardOutcome
from topics.digest import content_digest
from topics.fields import CustomerMessage, OutcomeMessage, Posting, Request
from topics.loans import DrawRequest, LoanOutcome
from topics.refusals import Reason, Refused
from topics.transfers import TransferOutcome, TransferRequest

_REQUEST_OF: dict[type[OutcomeMessage], type[Request]] = {
    CardOutcome: CardAuthorization,
    TransferOutcome: TransferRequest,
    LoanOutcome: DrawRequest,
}
_REQUEST_NAMES = {kind: fingerprints(b"request", kind.__name__) for kind in _REQUEST_OF.values()}

event_key = fingerprints(b"event")
"""What an event id is kept as."""


class Identity(Struct, frozen=True, gc=False):
    """What makes a message itself: its id, what it is whatever its id, and what it says."""

    event: bytes
    name: bytes
    content: bytes


def identity_of(message: CustomerMessage) -> Identity:
    """Say what a repeat of this message would have in common with it."""
    return Identity(event_key(message.event_id), _name(message), content_digest(message))


def recall(customer: Customer, identity: Identity) -> bytes | None:
    """What was kept when this message came first; None when it is new. Raises `Refused` on a contradiction."""
    entry = customer.ids.find(identity.event)
    if entry is None and identity.name != NO_NAME:
        entry = customer.ids.find_name(identity.name)
    if entry is None:
        return None
    if entry.digest != identity.content[: len(entry.digest)]:
        raise Refused(Reason.CONFLICTING_REPEAT, "seen before with other content")
    return entry.core


def remember(customer: Customer, identity: Identity, core: bytes, clock: int) -> None:
    """Keep the message's names and its answer."""
    customer.ids.remember(identity.event, identity.content, core, clock, identity.name)


def _name(message: CustomerMessage) -> bytes:
    """What a message that is answered is, whatever its id: same payment and class, or same place in the ledger."""
    if isinstance(message, Request):
        return _REQUEST_NAMES[type(message)](message.payment_id)
    if isinstance(message, Posting):
        return fingerprint(b"posting", message.account, str(message.acct_seq))
    return NO_NAME


def request_ended(customer: Customer, message: OutcomeMessage) -> bool:
    """Whether the request of this outcome was answered and has ended: the outcome says nothing new."""
    name = _REQUEST_NAMES[_REQUEST_OF[type(message)]](message.payment_id)
    return customer.ids.find_name(name) is not None
