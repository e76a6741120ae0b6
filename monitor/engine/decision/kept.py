"""What is kept of a decision so that it can be given again, byte for byte, to whoever asks twice.

Texts and names are not kept: they are rendered again from the rule's card and the figures.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct, msgpack

from monitor.engine.decision.kept_flow import KeptFlow, pack_lead, pack_numbers, unpack_lead, unpack_numbers
from monitor.engine.decision.verdict import Hit
from monitor.engine.payment import payment_of
from monitor.engine.state.packing import get_varint, put_varint
from rules.fact_values import PaymentPart
from rules.rule import Rule
from rules.texts import render
from topics import answers
from topics.answers import Action as ActionName
from topics.answers import (
    Anomaly,
    Basis,
    CustomerText,
    Decision,
    EnforcementPoint,
    FundFlow,
    Position,
    Reason,
    ShadowHit,
)
from topics.fail_policy import fail_policy
from topics.fields import Posting, Request
from topics.instants import instant

ACTIONS: tuple[ActionName, ...] = ("ALLOW", "ALERT", "CHALLENGE", "HOLD", "BLOCK")  # by value of `rules.rule.Action`

Figures = dict[str, int | float | str | bool]


class Versions(Struct, array_like=True, frozen=True):
    """What ran: kept once per partition, decisions refer to it by index."""

    rule_set: str
    engine: str
    model: str


class KeptReason(Struct, array_like=True):
    """A reason without its texts."""

    code: str
    action: int
    margin: float
    figures: Figures
    event_ids: list[str]
    payments: list[PaymentPart] = []


class KeptShadow(Struct, array_like=True):
    """A hit of a rule in shadow mode."""

    code: str
    action: int
    margin: float


class KeptBasis(Struct, array_like=True):
    """What the figures of a stopped payment rest on; the account is the message's."""

    acct_seq: int
    reserved: int
    transfers: list[str]


class Detail(Struct, array_like=True):
    """What most decisions have nothing of."""

    point: EnforcementPoint | None = None
    reasons: list[KeptReason] = []
    shadow: list[KeptShadow] = []
    drivers: list[str] = []
    degraded: list[str] = []
    over_budget: list[str] = []
    block_ids: list[str] = []
    until: int | None = None
    lifted_by: str | None = None
    basis: KeptBasis | None = None


class Kept(Struct):
    """One decision: place in the journal, outcome, loan money in the payment, and the detail if there is any.

    `quantile` is in thousandths; -1 while the model warms up, -2 when the event was not scored.
    """

    versions: int
    epoch: int
    too_late: bool
    action: int
    clock: int
    sequence: int
    quantile: int
    flow: KeptFlow | None = None
    detail: Detail | None = None


WARM_UP, NOT_SCORED = -1, -2
_ACTION, _TOO_LATE, _WARM_UP, _SCORED, _DETAILED = 7, 8, 16, 32, 64
_CLOCK_BYTES, _MINUTES = 6, 4  # the first four of the clock's bytes change once in 65 s
_encoder = msgpack.Encoder(order="deterministic")
_decoder = msgpack.Decoder(Detail)
_NOTHING = Detail()


def pack(kept: Kept) -> bytes:
    """Canonical bytes, about fifteen when there is neither flow nor detail.

    What changes least comes first: neighbours in the memory of ids share their beginning, which is stored once.
    """
    scored = kept.quantile >= 0
    flags = kept.action | kept.too_late * _TOO_LATE | scored * _SCORED | (kept.quantile == WARM_UP) * _WARM_UP
    flags |= (kept.detail is not None) * _DETAILED
    clock, (batches, batch) = kept.clock.to_bytes(_CLOCK_BYTES, "big"), divmod(kept.sequence, 256)
    head = pack_lead(kept.flow) + put_varint(kept.versions) + put_varint(kept.epoch)
    head += clock[:_MINUTES] + put_varint(batches) + clock[_MINUTES:] + bytes([batch, flags])
    head += (put_varint(kept.quantile) if scored else b"") + pack_numbers(kept.flow)
    return head + _encoder.encode(kept.detail) if kept.detail is not None else head


def unpack(data: bytes) -> Kept:
    """The decision kept in `data`."""
    lead, at = unpack_lead(data)
    versions, at = get_varint(data, at)
    epoch, at = get_varint(data, at)
    minutes, (batches, at) = data[at : at + _MINUTES], get_varint(data, at + _MINUTES)
    end = at + _CLOCK_BYTES - _MINUTES
    clock, sequence = int.from_bytes(minutes + data[at:end], "big"), batches * 256 + data[end]
    flags, at = data[end + 1], end + 2
    quantile = WARM_UP if flags & _WARM_UP else NOT_SCORED
    if flags & _SCORED:
        quantile, at = get_varint(data, at)
    flow, at = unpack_numbers(lead, data, at)
    detail = _decoder.decode(data[at:]) if flags & _DETAILED else None
    return Kept(versions, epoch, bool(flags & _TOO_LATE), flags & _ACTION, clock, sequence, quantile, flow, detail)


def kept_reason(hit: Hit) -> KeptReason:
    """What is kept of a reason."""
    found = hit.finding
    events = [event_id for event_id in found.event_ids if event_id]  # time has none
    margin, payments = round(found.margin, 4), list(found.payments)
    return KeptReason(hit.rule.code, int(hit.action), margin, dict(found.figures), events, payments)


def reason(kept: KeptReason, rules: Mapping[str, Rule]) -> Reason:
    """A reason with its texts, rendered from the rule's card."""
    card = rules[kept.code]
    return Reason(
        code=kept.code,
        action=ACTIONS[kept.action],
        customer_text=customer_text(card, kept.figures),
        analyst_text=render(card.analyst, kept.figures),
        figures=kept.figures,
        margin=kept.margin,
        event_ids=kept.event_ids,
        payments=[
            answers.PaymentPart(account=one.account, payment_id=one.payment_id, draw_id=one.draw, certain=one.certain)
            for one in kept.payments
        ],
    )


def customer_text(card: Rule, figures: Figures) -> CustomerText:
    """What the customer may be told, figures filled in."""
    return CustomerText(zh=render(card.customer.zh, figures), en=render(card.customer.en, figures))


def decision(
    message: Request | Posting, kept: Kept, partition: int, versions: Sequence[Versions], rules: Mapping[str, Rule]
) -> Decision:
    """The answer to `message` from what was kept; the same bytes every time."""
    detail, ran = kept.detail or _NOTHING, versions[kept.versions]
    return Decision(
        schema_version=1,
        event_id=message.event_id,
        payment_id=message.payment_id,
        customer_id=message.customer_id,
        action=ACTIONS[kept.action],
        enforcement_point=detail.point,
        fail_policy=fail_policy(message) if isinstance(message, Request) else None,
        too_late=kept.too_late,
        degraded=detail.degraded,
        budget_exceeded=detail.over_budget,
        reasons=[reason(r, rules) for r in detail.reasons],
        shadow=[ShadowHit(code=s.code, action=ACTIONS[s.action], margin=s.margin) for s in detail.shadow],
        fund_flow=_flow(kept.flow, _basis(message, detail.basis)),
        anomaly=_anomaly(kept.quantile, detail.drivers),
        block_ids=detail.block_ids,
        until=None if detail.until is None else instant(detail.until),
        lifted_by=detail.lifted_by,
        rule_set=ran.rule_set,
        engine_version=ran.engine,
        model_version=ran.model,
        position=Position(partition=partition, epoch=kept.epoch, sequence=kept.sequence),
        batch_clock=instant(kept.clock),
    )


def _basis(message: Request | Posting, basis: KeptBasis | None) -> Basis | None:
    if basis is None:
        return None
    return Basis(
        account=payment_of(message).account, acct_seq=basis.acct_seq, reserved=basis.reserved, transfers=basis.transfers
    )


def _flow(flow: KeptFlow | None, basis: Basis | None) -> FundFlow | None:
    if flow is None:
        return None
    return FundFlow(
        certain=flow.certain,
        possible=flow.possible,
        point=flow.point,
        destination_class=flow.destination,
        confidence=flow.confidence,
        provisional=flow.provisional,
        loans=flow.loans,
        basis=basis,
    )


def _anomaly(quantile: int, drivers: list[str]) -> Anomaly | None:
    if quantile == NOT_SCORED:
        return None
    if quantile == WARM_UP:
        return Anomaly(quantile=None, warm_up=True)
    return Anomaly(quantile=quantile / 1000, drivers=drivers)
