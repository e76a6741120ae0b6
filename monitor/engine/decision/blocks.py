"""Restrictions: armed by a decision, ended by an outcome, a disposition, or time."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from monitor.engine.context import Context
from monitor.engine.customer import MAX_BLOCKS, BlockState, Customer
from monitor.engine.decision.kept import customer_text
from monitor.engine.decision.verdict import Hit
from monitor.engine.payment import DRAW, TRANSFER, Lane, Payment
from rules.rule import Action, Scope
from topics.answers import Block, BlockStatus, EnforcementPoint
from topics.instants import instant

HOUR = 3_600_000
PAYMENT_BLOCK = 24 * HOUR  # a stopped payment may be tried again a day later, whatever else happens


class Cause(NamedTuple):
    """What a block comes from: a payment, or what was found without one (then `payment_id` names that)."""

    payment_id: str
    event_id: str
    lane: Lane = TRANSFER
    draws: tuple[str, ...] = ()


def arm(ctx: Context, customer: Customer, payment: Payment, hit: Hit, draws: Iterable[str] = ()) -> list[str]:
    """Put the blocks a hit asks for in force and publish them; -> their ids.

    A request is stopped itself; a posting has happened, so the rule's wider blocks are armed instead.
    """
    message = payment.message
    cause = Cause(message.payment_id, message.event_id, payment.lane, tuple(draws))
    if payment.is_request:
        return [_put(ctx, customer, cause, _of_request(ctx, cause, hit))]
    return arm_wider(ctx, customer, cause, hit)


def arm_wider(ctx: Context, customer: Customer, cause: Cause, hit: Hit) -> list[str]:
    """Arm what the rule asks for when the money has moved; -> ids of the blocks."""
    return [_put(ctx, customer, cause, state) for state in _wider(ctx, cause, hit)]


def _put(ctx: Context, customer: Customer, cause: Cause, state: BlockState) -> str:
    block_id = block_identity(customer.customer_id, state.code, cause.payment_id, state.scope)
    if block_id not in customer.blocks:
        _make_room(ctx, customer)
        customer.blocks[block_id] = state
        ctx.shared.blocks_in_force += 1
        publish(ctx, customer, block_id, state, "ARMED", None)
    return block_id


def _of_request(ctx: Context, cause: Cause, hit: Hit) -> BlockState:
    life = hit.rule.hold_hours * HOUR if hit.action is Action.HOLD else PAYMENT_BLOCK
    return _state(ctx, cause, hit, Scope.PAYMENT, cause.payment_id, life)


def _wider(ctx: Context, cause: Cause, hit: Hit) -> list[BlockState]:
    return [
        _state(ctx, cause, hit, a.scope, hit.finding.subject if a.scope is Scope.MERCHANT else None, a.hours * HOUR)
        for a in hit.rule.arming
    ]


def _state(ctx: Context, cause: Cause, hit: Hit, scope: Scope, subject: str | None, life: int) -> BlockState:
    return BlockState(
        code=hit.rule.code,
        action=int(hit.action),
        scope=scope.value,
        subject=subject,
        point=_point(scope, cause.lane, hit),
        armed_at=ctx.clock,
        until=ctx.clock + life,
        figures=dict(hit.finding.figures),
        event_id=cause.event_id,
        draws=list(cause.draws),
        payments=list(hit.finding.payments),
    )


def _point(scope: Scope, lane: Lane, hit: Hit) -> EnforcementPoint:
    if scope is Scope.PAYMENT:
        return lane
    points: dict[Scope, EnforcementPoint] = {Scope.NEXT_DRAW: DRAW, Scope.NEXT_TRANSFERS: TRANSFER}
    return points.get(scope, hit.rule.point.value)


def block_identity(customer_id: str, code: str, payment_id: str, scope: str) -> str:
    """The same block has the same id however often it is computed."""
    return blake2b(f"{customer_id}|{code}|{payment_id}|{scope}".encode(), digest_size=12).hexdigest()


def matching(ctx: Context, customer: Customer, payment: Payment) -> list[tuple[str, BlockState]]:
    """Wider blocks in force that hit this request, oldest first."""
    found = [(b, s) for b, s in customer.blocks.items() if s.until > ctx.clock and _hits(s, payment)]
    return sorted(found, key=lambda item: (item[1].armed_at, item[0]))


def _hits(state: BlockState, payment: Payment) -> bool:
    if state.scope == Scope.NEXT_DRAW.value:
        return payment.lane == DRAW
    if state.scope == Scope.NEXT_TRANSFERS.value:
        return payment.lane == TRANSFER
    to_subject = payment.outgoing and state.subject in (payment.merchant, payment.counterparty)
    return state.scope == Scope.MERCHANT.value and to_subject


def of_payment(customer: Customer, payment_id: str) -> list[str]:
    """Blocks whose scope is this one payment."""
    return sorted(b for b, s in customer.blocks.items() if s.scope == Scope.PAYMENT.value and s.subject == payment_id)


def end(ctx: Context, customer: Customer, block_id: str, status: BlockStatus, by: str) -> None:
    """Take a block out of force and say so."""
    state = customer.blocks.pop(block_id)
    ctx.shared.blocks_in_force -= 1
    publish(ctx, customer, block_id, state, status, by)


def release_closed(ctx: Context, customer: Customer, draw: str) -> None:
    """A draw was closed: what rests on no other is released."""
    for block_id in sorted(b for b, s in customer.blocks.items() if draw in s.draws):
        state = customer.blocks[block_id]
        state.draws = [one for one in state.draws if one != draw]
        if not state.draws:
            end(ctx, customer, block_id, "RELEASED", "the loan was closed")
            ctx.count("blocks_of_closed_draws", state.code)


def suspend(ctx: Context, customers: Iterable[Customer]) -> None:
    """Release all blocks in the eyes of core, while the kill switch is on; they are kept and end when they would."""
    _say_again(ctx, customers, "RELEASED", "kill switch")


def resume(ctx: Context, customers: Iterable[Customer]) -> None:
    """Arm again what the kill switch released and nothing else has ended."""
    _say_again(ctx, customers, "ARMED", "kill switch lifted")


def _say_again(ctx: Context, customers: Iterable[Customer], status: BlockStatus, by: str) -> None:
    for customer in customers:
        for block_id in sorted(customer.blocks):
            publish(ctx, customer, block_id, customer.blocks[block_id], status, by)


def expire(ctx: Context, customer: Customer) -> None:
    """End what time has ended, in order of (time, id)."""
    due = sorted((s.until, b) for b, s in customer.blocks.items() if s.until <= ctx.clock)
    for _, block_id in due:
        end(ctx, customer, block_id, "EXPIRED", "time")


def _make_room(ctx: Context, customer: Customer) -> None:
    """Bounded: the block that would end first is released early, which errs to the borrower's side."""
    if len(customer.blocks) >= MAX_BLOCKS:
        _, block_id = min((s.until, b) for b, s in customer.blocks.items())
        end(ctx, customer, block_id, "RELEASED", "limit of blocks a customer")
        ctx.count("evicted", "block")


def publish(
    ctx: Context, customer: Customer, block_id: str, state: BlockState, status: BlockStatus, changed_by: str | None
) -> None:
    """One record on `blocks`; `headroom` shows it too."""
    ctx.mark(customer)
    ctx.count("blocks", status, state.code)
    ctx.send(
        "blocks",
        block_id,
        Block(
            schema_version=1,
            block_id=block_id,
            customer_id=customer.customer_id,
            status=status,
            action="HOLD" if state.action == Action.HOLD else "BLOCK",
            scope=state.scope,
            subject=state.subject,
            enforcement_point=state.point,
            code=state.code,
            armed_at=instant(state.armed_at),
            until=instant(state.until),
            changed_by=changed_by,
            customer_text=customer_text(ctx.catalogue[state.code], state.figures),
        ),
    )
