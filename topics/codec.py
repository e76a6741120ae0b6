"""Bytes to messages and back: what a topic accepts, what it refuses and why.

The fast path is one tagged-union decoder a topic and a few cheap checks. Only what fails is looked at again.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, Final

import msgspec
import orjson
from msgspec import Struct, inspect

from topics import (
    answers,
    cards,
    customers,
    fund_flow,
    loan_money,
    loans,
    names,
    operations,
    proofs,
    reference,
    transfers,
)
from topics.card_numbers import SHORTEST, is_card_number, may_hold_card_number
from topics.currencies import MINOR_DIGITS
from topics.diagnosis import diagnose, diagnose_as
from topics.fields import NOT_A_TOKEN, Message
from topics.instants import event_time_ms, rfc3339
from topics.keys import entity_key
from topics.refusals import Reason, Refused

MAX_VALUE_BYTES: Final = 262_144
"""Largest value read; a rule set of hundreds of rules fits."""

MAX_DEPTH: Final = 500
"""Deepest nesting read; the schemas need 2. The decoder's own limit depends on the caller's stack."""

MAX_AHEAD_MS: Final = 5 * 60 * 1000
"""How far event time may be ahead of append time."""

MAX_BEHIND_MS: Final = 180 * 24 * 60 * 60 * 1000
"""How far event time may be behind append time: the tracing horizon."""

MESSAGE_TYPES: Final[Mapping[str, tuple[type[Message], ...]]] = {
    names.CARD_TRANSACTIONS: (cards.CardAuthorization, cards.CardPosting, cards.CardOutcome),
    names.TRANSFERS: (transfers.TransferRequest, transfers.TransferPosting, transfers.TransferOutcome),
    names.LOANS: (
        loans.LoanOpened,
        loans.DrawRequest,
        loans.LoanDisbursed,
        loans.LoanRepaid,
        loans.LoanOutcome,
        loans.LimitChanged,
        loans.LoanClosed,
    ),
    names.CUSTOMERS: (
        customers.AccountOpened,
        customers.AccountClosed,
        customers.AccountStatement,
        customers.DeviceBound,
        customers.CredentialReset,
        customers.PayeeAdded,
        customers.CustomerProfile,
    ),
    names.DISPOSITIONS: (operations.Disposition,),
    names.FUND_FLOW: (fund_flow.Tag, fund_flow.Book, fund_flow.Retire, fund_flow.RepaidFor, fund_flow.Clear),
    names.REFERENCE: (
        reference.Merchant,
        reference.PartyLink,
        reference.PartyAccount,
        reference.ListedAccount,
        reference.CuratedDestination,
        reference.Hub,
        reference.TrustEntry,
    ),
    names.CONTROLS: (operations.RuleSetPublished, operations.EnforcementSwitched, operations.PartitionResumed),
}
"""Input topic -> messages it carries, told apart by the field `type`."""

ANSWER_TYPES: Final[Mapping[str, type[Struct]]] = {
    names.DECISIONS: answers.Decision,
    names.BLOCKS: answers.Block,
    names.ALERTS: answers.Alert,
    names.DEAD_LETTERS: answers.DeadLetter,
    names.CONTROL_ACKS: answers.ControlAck,
    names.USE_OF_PROCEEDS: loan_money.UseOfProceeds,
    names.HEADROOM: loan_money.Headroom,
    names.PROOFS: proofs.Proof,
}
"""Output topic -> the one message it carries."""


def _by_tag(types: tuple[type[Message], ...]) -> dict[str, type[Message]]:
    return {str(kind.__struct_config__.tag): kind for kind in types}


def _decoder(types: tuple[type[Message], ...]) -> Callable[[bytes], Message]:
    union: Any = types[0]
    for kind in types[1:]:
        union |= kind
    return msgspec.json.Decoder(union).decode


_TAGS = {topic: _by_tag(types) for topic, types in MESSAGE_TYPES.items()}
_DECODE = {topic: _decoder(types) for topic, types in MESSAGE_TYPES.items()}
_DECODE_ANSWER = {topic: msgspec.json.Decoder(kind).decode for topic, kind in ANSWER_TYPES.items()}
_UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decode(topic: str, key: bytes | None, value: bytes | None, append_time_ms: int) -> Message:
    """Read the message in `value`; raises `Refused` with its reason.

    `topic` is a bare name of `MESSAGE_TYPES`; `append_time_ms` is the broker's append time, ms since the epoch.
    """
    body = _readable(key, value)
    try:
        message = _DECODE[topic](body)
    except _UNDECODABLE:
        raise diagnose(body, _TAGS[topic]) from None
    if key != entity_key(message):
        raise Refused(Reason.KEY_MISMATCH, "the key is not the one that belongs to the body")
    if not -MAX_AHEAD_MS <= append_time_ms - event_time_ms(message) <= MAX_BEHIND_MS:
        raise _untimely(message, append_time_ms)
    for check in _CHECKS[type(message)]:
        check(message)
    if may_hold_card_number(body):
        _check_identifiers(message)
    return message


def decode_answer(topic: str, value: bytes) -> Struct:
    """Read the answer in `value` of an output `topic`; raises `Refused` with its reason."""
    try:
        answer: Struct = _DECODE_ANSWER[topic](value)
    except _UNDECODABLE:
        raise diagnose_as(value, ANSWER_TYPES[topic]) from None
    return answer


def encode(struct: Struct) -> bytes:
    """JSON of `struct`: fields in their order, free mappings by name, instants in UTC with milliseconds.

    Equal structs give equal bytes, in every process.
    """
    plain = msgspec.to_builtins(struct, builtin_types=(datetime,), order="deterministic")
    return orjson.dumps(plain, default=rfc3339, option=orjson.OPT_PASSTHROUGH_DATETIME)


encode_plain: Final[Callable[[Struct], bytes]] = msgspec.json.Encoder(order="deterministic").encode
"""JSON of a struct as `encode` gives it, where every value is plain already: no instant among them."""


def _readable(key: bytes | None, value: bytes | None) -> bytes:
    if not key:
        raise Refused(Reason.EMPTY_KEY, "the record has no key")
    if value is None:
        raise Refused(Reason.NULL_VALUE, "the record has no value")
    if len(value) > MAX_VALUE_BYTES:
        raise Refused(Reason.TOO_LARGE, f"the value is larger than {MAX_VALUE_BYTES} bytes")
    if not value.isascii():
        _check_utf8(value)
    if len(value) > MAX_DEPTH and value.count(b"[") + value.count(b"{") > MAX_DEPTH:
        _check_depth(value)
    return value


def _check_utf8(value: bytes) -> None:
    """The decoder passes over bytes in parts it does not read; what is not text is not JSON."""
    try:
        value.decode()
    except UnicodeDecodeError:
        raise Refused(Reason.NOT_JSON, "the value is not UTF-8") from None


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def _check_depth(value: bytes) -> None:
    depth = deepest = 0
    for byte in _STRING.sub(b"", value):
        depth += _STEP.get(byte, 0)
        deepest = max(deepest, depth)
    if deepest > MAX_DEPTH:
        raise Refused(Reason.TOO_DEEP, f"the value is nested deeper than {MAX_DEPTH} levels")


def _untimely(message: Message, append_time_ms: int) -> Refused:
    if event_time_ms(message) > append_time_ms:
        return Refused(Reason.TIME_AHEAD, "event_time is more than 5 minutes ahead of the append time")
    return Refused(Reason.TIME_TOO_OLD, "event_time is more than 180 days behind the append time")


def _check_currency(message: Any) -> None:
    if message.currency not in MINOR_DIGITS:
        raise Refused(Reason.UNKNOWN_CURRENCY, "currency: not an ISO 4217 code with a minor unit")


def _check_parties(message: transfers.TransferRequest) -> None:
    if message.debtor_account == message.creditor_account:
        raise Refused(Reason.SAME_ACCOUNT, "debtor_account and creditor_account are the same")


def _check_counterparty(message: transfers.TransferPosting) -> None:
    if message.account == message.counterparty_account:
        raise Refused(Reason.SAME_ACCOUNT, "account and counterparty_account are the same")


def _check_split(message: loans.LoanRepaid) -> None:
    if message.principal + message.interest + message.fee != message.amount:
        raise Refused(Reason.SPLIT_MISMATCH, "principal, interest and fee do not add up to amount")


def _check_link(message: reference.PartyLink) -> None:
    if message.party_id == message.linked_party_id:
        raise Refused(Reason.SAME_PARTY, "party_id and linked_party_id are the same")


def _check_kind(message: reference.CuratedDestination | reference.TrustEntry) -> None:
    if message.kind == "account" and is_card_number(message.identifier):
        raise Refused(Reason.PAN_SUSPECTED, "identifier: looks like a card number")


def _check_tag(message: fund_flow.Tag) -> None:
    """Each figure of a tag can be true: 0 <= certain <= point <= possible <= amount, for each draw and the union."""
    triples = [(share.certain, share.point, share.possible) for share in message.shares.values()]
    triples.append((message.union_certain, message.union_possible, message.union_possible))
    for certain, point, possible in triples:
        if not certain <= point <= possible:
            raise Refused(Reason.TAG_ORDER, "a share is not certain <= point <= possible")
        if possible > message.amount:
            raise Refused(Reason.TAG_ABOVE_AMOUNT, "a share is more than the transfer")


def _check_book(message: fund_flow.Book) -> None:
    """Of what is taken out again more may be certain than possible: the rest may still be the loan."""
    ordered = message.sign < 0 or message.certain <= message.possible
    if message.sign == 0 or not ordered or min(message.certain, message.possible) < 0:
        raise Refused(Reason.TAG_ORDER, "an entry is not 0 <= certain <= possible with a sign")


def _check_document(message: operations.RuleSetPublished) -> None:
    if sha256(message.document.encode()).hexdigest() != message.document_hash:
        raise Refused(Reason.RULE_SET_HASH, "document_hash is not the SHA-256 of document")


_OWN_CHECKS: Mapping[type[Message], Callable[[Any], None]] = {
    transfers.TransferRequest: _check_parties,
    transfers.TransferPosting: _check_counterparty,
    loans.LoanRepaid: _check_split,
    reference.PartyLink: _check_link,
    reference.CuratedDestination: _check_kind,
    reference.TrustEntry: _check_kind,
    operations.RuleSetPublished: _check_document,
    fund_flow.Tag: _check_tag,
    fund_flow.Book: _check_book,
}


def _checks(kind: type[Message]) -> tuple[Callable[[Any], None], ...]:
    currency = (_check_currency,) if "currency" in kind.__struct_fields__ else ()
    own = (_OWN_CHECKS[kind],) if kind in _OWN_CHECKS else ()
    return currency + own


_CHECKS = {kind: _checks(kind) for types in MESSAGE_TYPES.values() for kind in types}


def _check_identifiers(message: Message) -> None:
    for name in _identifiers(type(message)):
        text = getattr(message, name)
        if text and len(text) >= SHORTEST and is_card_number(text):
            raise Refused(Reason.PAN_SUSPECTED, f"{name}: looks like a card number")


@cache
def _identifiers(kind: type[Message]) -> tuple[str, ...]:
    """List the fields a token or a code belongs in, which a card number may not be."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return tuple(field.name for field in info.fields if _is_identifier(field.type))


def _is_identifier(info: inspect.Type) -> bool:
    match info:
        case inspect.Metadata(extra=extra) if extra == NOT_A_TOKEN:
            return False
        case inspect.Metadata(type=inner):
            return _is_identifier(inner)
        case inspect.UnionType(types=types):
            return any(_is_identifier(inner) for inner in types)
        case _:
            return isinstance(info, inspect.StrType)
