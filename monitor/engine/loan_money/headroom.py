"""What may leave an account for a forbidden use: how much is surely own money, and how much before a rule blocks."""

from datetime import datetime

from monitor.engine.context import Context
from monitor.engine.customer import Customer
from monitor.engine.tracing.book import Entry
from monitor.engine.tracing.interval import ANY_LOAN
from monitor.engine.tracing.machine import Machine
from monitor.engine.tracing.movements import LOAN_CURRENCY, Kind, Movement
from rules.rule import Mode
from rules.uses import FORBIDDEN
from topics.instants import instant
from topics.loan_money import BlockInForce, Headroom, Limit


def of(ctx: Context, customer: Customer, said_at: datetime) -> dict[str, Headroom]:
    """Account -> what may leave it, of the accounts that may hold loan money, by name."""
    entries = customer.ledger.entries
    holding = [name for name in sorted(entries) if _may_hold_loan_money(entries[name])]
    if not holding:
        return {}
    blocks = [
        BlockInForce(block_id=block_id, scope=state.scope, until=instant(state.until))
        for block_id, state in sorted(customer.blocks.items())
        if not ctx.shared.alert_only
    ]
    return {name: _record(ctx, customer, entries[name], blocks, said_at) for name in holding}


def _may_hold_loan_money(entry: Entry) -> bool:
    """Also where a draw waits behind a credit: a decision counts it already, as nothing else is certain that waits."""
    base = entry.account.base
    if entry.account.foreign or base is None:
        return False
    if ANY_LOAN in base.sources and base.sources[ANY_LOAN].high > 0:
        return True
    return any(isinstance(one.op, Movement) and one.op.kind is Kind.DRAW for one in entry.account.tail)


def _record(ctx: Context, customer: Customer, entry: Entry, blocks: list[BlockInForce], said_at: datetime) -> Headroom:
    account = entry.account.name
    limit = limit_of(ctx, customer, entry)
    return Headroom(
        schema_version=1,
        account=account,
        customer_id=customer.customer_id,
        currency=LOAN_CURRENCY,
        acct_seq=entry.sequence.last,
        balance=entry.account.balance,
        provisional=bool(entry.account.tail) or bool(entry.sequence.parked),
        classes=dict.fromkeys(FORBIDDEN, limit),
        blocks=blocks,
        batch_clock=said_at,
    )


def limit_of(ctx: Context, customer: Customer, entry: Entry) -> Limit:
    """The most one payment may take: without certain loan money, and before it is blocked."""
    machine, balance = entry.account.now(), max(0, entry.account.balance)
    if entry.sequence.parked:
        return Limit(free=balance, before_block=None)  # across a gap nothing is certain
    reserved = customer.reserved(entry.account.name)
    readings = [machine]
    if reserved:
        after = machine.copy()
        after.debit(None, reserved)
        readings.append(after)
    free = min(_surely_own(one) for one in readings)
    least = least_blocked(ctx)
    if least is None or entry.resync or any(_certain(one) < least for one in readings):
        return Limit(free=free, before_block=None)
    return Limit(free=free, before_block=free + least - 1)


def _certain(machine: Machine) -> int:
    union = machine.sources.get(ANY_LOAN)
    return union.low if union is not None else 0


def _surely_own(machine: Machine) -> int:
    return machine.balance - _certain(machine)


def least_blocked(ctx: Context) -> int | None:
    """The least certain amount at which a rule in force blocks; None when none does."""
    if ctx.shared.alert_only:
        return None
    limits = [
        int(ctx.rule_set.values(code)[rule.blocks_from])
        for code, rule in sorted(ctx.catalogue.items())
        if rule.blocks_from is not None and ctx.rule_set.mode(code) is Mode.ENFORCE
    ]
    return min(limits, default=None)
