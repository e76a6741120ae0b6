"""What stands after a batch: the use of each loan's money, and what may leave each account. Said when it changed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TypeVar

import msgspec

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.loan_money import headroom
from monitor.engine.tracing.interval import Pair
from monitor.engine.tracing.movements import ACCOUNT_CLOSED, CLOSED, LOAN_CURRENCY, REPAID, TRAIL_ENDED, UNKNOWN
from monitor.engine.tracing.use import UseOfDraw
from topics import names
from topics.instants import instant
from topics.loan_money import Headroom, Range, UseOfProceeds

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_DEBTS = frozenset({REPAID, "CARD_DEBT", "OVERDRAFT"})
_ENDED = frozenset({TRAIL_ENDED, CLOSED, ACCOUNT_CLOSED})
Told = TypeVar("Told", UseOfProceeds, Headroom)


def publish(ctx: Context) -> list[Customer]:
    """Say what changed in this batch of loans and accounts; -> the customers that were looked at, by name."""
    changed = [ctx.changed[name] for name in sorted(ctx.changed)]
    ctx.changed = {}
    for customer in changed:
        _loans(ctx, customer)
        _accounts(ctx, customer)
    return changed


def _loans(ctx: Context, customer: Customer) -> None:
    for loan_id in sorted({use.loan for use in customer.ledger.uses.by_draw.values()}):
        loan, draws = customer.loans.get(loan_id), customer.ledger.use_of_loan(loan_id)
        if loan is None:
            continue
        record = use_record(customer, loan_id, draws)
        digest = _digest(record)
        if digest != loan.told:
            loan.told = digest
            ctx.send(names.USE_OF_PROCEEDS, loan_id, _now(ctx, record))


def _digest(record: UseOfProceeds | Headroom) -> bytes:
    return blake2b(msgspec.msgpack.encode(record, order="deterministic"), digest_size=4).digest()


def _now(ctx: Context, record: Told) -> Told:
    return msgspec.structs.replace(record, batch_clock=instant(ctx.clock))


def use_record(customer: Customer, loan_id: str, draws: list[UseOfDraw]) -> UseOfProceeds:
    """The use of a loan's money, without the time it is said at."""
    principal = sum(draw.principal for draw in draws)
    classes: dict[str, Pair] = {}
    for draw in draws:
        for bucket, pair in draw.buckets.items():
            classes[bucket] = _add(classes.get(bucket, Pair(0, 0)), pair)
    kinds = {bucket: _kind(bucket) for bucket in classes}
    parts = {kind: _total(classes[bucket] for bucket in sorted(classes) if kinds[bucket] == kind) for kind in _KINDS}
    return UseOfProceeds(
        schema_version=1,
        loan_id=loan_id,
        customer_id=customer.customer_id,
        currency=LOAN_CURRENCY,
        principal=principal,
        draws=[draw.draw for draw in draws if draw.draw],
        closed=all(draw.ended for draw in draws),
        unspent=_range(_total(draw.held for draw in draws), principal),
        with_others=_range(_total(draw.with_others for draw in draws), principal),
        classes={bucket: _range(classes[bucket], principal) for bucket in sorted(classes)},
        batch_clock=_NO_TIME,
        **{kind: _range(parts[kind], principal) for kind in _KINDS},
    )


_KINDS = ("repaid", "left_bank", "trail_ended", "unknown")


def _kind(bucket: str) -> str:
    if bucket in _DEBTS:
        return "repaid"
    if bucket in _ENDED:
        return "trail_ended"
    return "unknown" if bucket == UNKNOWN else "left_bank"


def _add(one: Pair, two: Pair) -> Pair:
    return Pair(one.certain + two.certain, one.possible + two.possible, one.point + two.point)


def _total(pairs: Iterable[Pair]) -> Pair:
    total = Pair(0, 0)
    for pair in pairs:
        total = _add(total, pair)
    return total


def _range(pair: Pair, principal: int) -> Range:
    """No more can be in one place than was drawn, though what is possible of many payments adds up to more.

    So may, for seconds, all three of what was spent, came back and was spent again before word of its return is here.
    """
    return Range(
        certain=min(pair.certain, principal), possible=min(pair.possible, principal), point=min(pair.point, principal)
    )


def _accounts(ctx: Context, customer: Customer) -> None:
    limits = headroom.of(ctx, customer, _NO_TIME)
    for account in sorted(customer.headroom.keys() - limits.keys()):
        del customer.headroom[account]
        ctx.forget(names.HEADROOM, account)
    for account, record in limits.items():
        digest = _digest(record)
        if customer.headroom.get(account) != digest:
            customer.headroom[account] = digest
            ctx.send(names.HEADROOM, account, _now(ctx, record))
