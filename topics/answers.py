"""Messages the monitor publishes: `decisions`, `blocks`, `alerts`, `dead-letters`, `control-acks`.

What it says of loans and accounts (`use-of-proceeds`, `headroom`) is in `topics.loan_money`.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

Action = Annotated[
    Literal["ALLOW", "ALERT", "CHALLENGE", "HOLD", "BLOCK"], Meta(description="The answer; a later one wins.")
]
EnforcementPoint = Annotated[Literal["AUTH", "TRANSFER", "DRAW", "LIMIT"], Meta(description="Where the action bites.")]
BlockStatus = Literal["ARMED", "OBEYED", "RELEASED", "EXPIRED"]
BlockScope = Literal["payment", "next_draw", "merchant", "next_transfers"]
AlertStatus = Literal["OPEN", "UPDATED"]
BatchClock = Annotated[datetime, Meta(description="The batch's one reading of the clock.")]
Figures = Annotated[dict[str, int | float | str | bool], Meta(description="The figures actually used, by name.")]


FailAction = Literal["open", "hold"]


class Position(Struct, kw_only=True, frozen=True):
    """Where in the journal the decision was taken."""

    partition: Annotated[int, Meta(description="Partition.")]
    epoch: Annotated[int, Meta(description="Offset of the owner's claim record.")]
    sequence: Annotated[int, Meta(description="Number of the batch within the partition.")]


class CustomerText(Struct, kw_only=True, frozen=True):
    """What the customer may be told."""

    zh: Annotated[str, Meta(description="Chinese.")]
    en: Annotated[str, Meta(description="English.")]


class PaymentPart(Struct, kw_only=True, frozen=True):
    """Loan money in one payment."""

    account: Annotated[str, Meta(description="The account it left, or came to.")]
    payment_id: Annotated[str, Meta(description="The payment.")]
    draw_id: Annotated[str, Meta(description="Whose money it is.")]
    certain: Annotated[int, Meta(description="At least so much of it, minor units.")]


class Reason(Struct, kw_only=True, frozen=True):
    """Why: at most four on a decision, ranked."""

    code: Annotated[str, Meta(description="Rule code.")]
    action: Annotated[Action, Meta(description="What this rule asked for, after mode, budget and trust.")]
    customer_text: CustomerText
    analyst_text: Annotated[str, Meta(description="For the desk, figures filled in.")]
    figures: Figures
    margin: Annotated[float, Meta(description="Distance to the rule's threshold, as a share of it; >= 0 fired.")]
    event_ids: Annotated[list[str], Meta(description="Messages that are the evidence.")] = []
    payments: Annotated[
        list[PaymentPart], Meta(description="What a finding about other payments rests on: of them eight at most.")
    ] = []


class Basis(Struct, kw_only=True, frozen=True):
    """What the figures of a stopped payment rest on: enough to find every posting that shows them."""

    account: Annotated[str, Meta(description="The account that would have paid.")]
    acct_seq: Annotated[int, Meta(description="Its last posting that was counted.")]
    reserved: Annotated[int, Meta(description="Open requests on it, minor units: they may be paid first.")]
    transfers: Annotated[list[str], Meta(description="On-us payments that brought loan money, newest 8.")] = []


class FundFlow(Struct, kw_only=True, frozen=True):
    """Loan money in this payment; minor units."""

    certain: Annotated[int, Meta(description="At least this much is loan money, however it is counted.")]
    possible: Annotated[int, Meta(description="At most this much is loan money.")]
    point: Annotated[int, Meta(description="Point estimate, first in first out.")]
    destination_class: Annotated[str, Meta(description="Class of use of the payee.")]
    confidence: Annotated[float, Meta(description="Confidence of the class, 0 to 0.99.")]
    provisional: Annotated[bool, Meta(description="An earlier movement is not final yet; certain can only grow.")] = (
        False
    )
    loans: Annotated[dict[str, list[int]], Meta(description="Draw -> [certain, possible, point].")] = {}
    basis: Annotated[Basis | None, Meta(description="Of a stopped payment: what a proof starts from.")] = None


class Anomaly(Struct, kw_only=True, frozen=True):
    """How unusual the event is for this partition's customers."""

    quantile: Annotated[float | None, Meta(description="Share of the model's own past scores below this one.")]
    drivers: Annotated[list[str], Meta(description="Features that drive the score, strongest first.")] = []
    warm_up: Annotated[bool, Meta(description="The model has not seen enough yet; no quantile.")] = False


class ShadowHit(Struct, kw_only=True, frozen=True):
    """A rule in shadow mode that would have acted."""

    code: Annotated[str, Meta(description="Rule code.")]
    action: Annotated[Action, Meta(description="What it would have asked for.")]
    margin: Annotated[float, Meta(description="Distance to the threshold, as a share of it.")]


class Decision(Struct, kw_only=True, frozen=True):
    """The answer to one request or posting. Key: customer; header `event_id`."""

    schema_version: Annotated[Literal[1], Meta(description="Version of this schema.")]
    event_id: Annotated[str, Meta(description="The message that is answered.")]
    payment_id: Annotated[str, Meta(description="Its payment.")]
    customer_id: Annotated[str, Meta(description="Its customer.")]
    action: Action
    enforcement_point: EnforcementPoint | None
    fail_policy: Annotated[
        FailAction | None,
        Meta(description="What core does with this request when no answer comes in time; null for a posting."),
    ]
    too_late: Annotated[bool, Meta(description="The money had moved, or the deadline had passed.")]
    degraded: Annotated[list[str], Meta(description="Rules that failed; the answer may be incomplete.")]
    budget_exceeded: Annotated[list[str], Meta(description="Rules lowered to ALERT by their block budget.")]
    reasons: list[Reason]
    shadow: list[ShadowHit]
    fund_flow: FundFlow | None
    anomaly: Anomaly | None
    block_ids: Annotated[list[str], Meta(description="Blocks created or applied by this decision.")]
    until: Annotated[datetime | None, Meta(description="When a hold or block ends by itself.")]
    lifted_by: Annotated[str | None, Meta(description="What lifts it before.")]
    rule_set: Annotated[str, Meta(description="Hash of the rule set in force.")]
    engine_version: Annotated[str, Meta(description="Version of the engine.")]
    model_version: Annotated[str, Meta(description="Version of the model.")]
    position: Position
    batch_clock: BatchClock


class Block(Struct, kw_only=True, frozen=True):
    """A restriction and where it stands. Key: `block_id`; partition: the customer's."""

    schema_version: Annotated[Literal[1], Meta(description="Version of this schema.")]
    block_id: Annotated[str, Meta(description="Identity, the same through its life.")]
    customer_id: Annotated[str, Meta(description="Customer.")]
    status: Annotated[BlockStatus, Meta(description="Life cycle.")]
    action: Annotated[Literal["BLOCK", "HOLD"], Meta(description="What core does with a matching payment.")]
    scope: Annotated[BlockScope, Meta(description="What it hits.")]
    subject: Annotated[str | None, Meta(description="Payment id or merchant of the scope.")]
    enforcement_point: EnforcementPoint
    code: Annotated[str, Meta(description="Rule that asked for it.")]
    armed_at: Annotated[datetime, Meta(description="Batch clock when armed.")]
    until: Annotated[datetime, Meta(description="When it ends by itself.")]
    changed_by: Annotated[str | None, Meta(description="What moved the status: disposition, outcome, time.")]
    customer_text: CustomerText


class Alert(Struct, kw_only=True, frozen=True):
    """An episode for the desk: one per rule family and subject, closed by 24 quiet hours."""

    schema_version: Annotated[Literal[1], Meta(description="Version of this schema.")]
    alert_id: Annotated[str, Meta(description="Identity of the episode.")]
    customer_id: Annotated[str, Meta(description="Customer.")]
    family: Annotated[str, Meta(description="Rule family.")]
    subject: Annotated[str, Meta(description="What it is about: a payee, a merchant, a loan, or the customer.")]
    status: Annotated[AlertStatus, Meta(description="First or raised again.")]
    action: Action
    severity: Annotated[int, Meta(ge=1, le=5, description="5 is worst.")]
    rank: Annotated[float, Meta(description="Higher first: severity and amount at stake.")]
    amount: Annotated[int, Meta(description="Minor units at stake over the episode.")]
    currency: Annotated[str, Meta(description="ISO 4217.")]
    events: Annotated[int, Meta(description="Events in the episode so far.")]
    first_event_time: Annotated[datetime, Meta(description="Event time of the first event of the episode.")]
    last_event_time: Annotated[datetime, Meta(description="Event time of the newest event of the episode.")]
    event_id: Annotated[str, Meta(description="The message that raised it this time; `loan:<id>` where time did.")]
    payment_id: Annotated[str, Meta(description="Its payment; the loan where there is none.")]
    reasons: list[Reason]
    path: Annotated[list[str], Meta(description="The money's path in words.")]
    batch_clock: BatchClock


class DeadLetter(Struct, kw_only=True, frozen=True):
    """A message that was refused. Nothing of it changed state."""

    schema_version: Annotated[Literal[1], Meta(description="Version of this schema.")]
    reason: Annotated[str, Meta(description="Stable reason code, see docs/bad-input.toml.")]
    detail: Annotated[str, Meta(description="What was wrong, without the value.")]
    topic: Annotated[str, Meta(description="Topic it came from.")]
    partition: Annotated[int, Meta(description="Its partition.")]
    offset: Annotated[int, Meta(description="Its offset.")]
    key: Annotated[str | None, Meta(description="Its key, masked where it may hold a card number.")]
    value: Annotated[str | None, Meta(description="Its value, cut at 4 kB, masked where it may hold a card number.")]
    value_size: Annotated[int, Meta(description="Size of the whole value, bytes.")]
    value_digest: Annotated[str, Meta(description="SHA-256 of the whole value, hex.")]
    batch_clock: BatchClock


class ControlAck(Struct, kw_only=True, frozen=True):
    """A partition's word that it applies, or refuses, a control message."""

    schema_version: Annotated[Literal[1], Meta(description="Version of this schema.")]
    partition: Annotated[int, Meta(description="Partition that answers.")]
    controls_offset: Annotated[int, Meta(description="Offset of the control message.")]
    accepted: Annotated[bool, Meta(description="False: refused, what was in force stays.")]
    reason: Annotated[str | None, Meta(description="Reason code of a refusal.")]
    rule_set: Annotated[str, Meta(description="Hash of the rule set in force.")]
    enforcement: Annotated[Literal["alert_only", "enforce"], Meta(description="The kill switch.")]
    batch_clock: BatchClock
