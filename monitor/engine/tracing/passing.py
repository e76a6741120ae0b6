"""One movement whose provenance is known passes an account's base."""

from collections.abc import Mapping
from typing import Final

import msgspec

from monitor.engine.tracing.effects import (
    BAD_TAG,
    CUT_CURRENCY,
    CUT_HOPS,
    CUT_HUB,
    CUT_SMALL,
    RETURN_ABOVE,
    Effects,
)
from monitor.engine.tracing.interval import ANY_LOAN, NO_CAP, NOTHING, RESERVED, Bounds, Pair, named
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.machine import Carried, Identity, Machine
from monitor.engine.tracing.movements import (
    ACCOUNT_CLOSED,
    BACKWARD,
    LOAN_CURRENCY,
    TRAIL_ENDED,
    Envelope,
    Kind,
    Movement,
    Resync,
    Retire,
    Share,
    Shut,
    Tag,
)
from monitor.engine.tracing.records import Record, Source
from monitor.engine.tracing.undo import undo

Op = Movement | Retire | Resync | Shut
CLEAN: Final = Tag("", 0, {}, NOTHING)
MOST_VIA: Final = 5  # accounts of a way that are remembered, the latest


def pass_op(machine: Machine, op: Op, tag: Tag, effects: Effects) -> None:
    """Apply `op` to the base. `tag` says what an awaited credit brought; others have `CLEAN`."""
    if isinstance(op, Movement):
        _pass_movement(machine, op, tag, effects)
    elif isinstance(op, Retire):
        if op.origin in machine.sources:
            _retire(machine, op, effects)
    elif isinstance(op, Resync):
        effects.book_ended(machine.resync(op.balance))
    else:
        _shut(machine, effects)


def _retire(machine: Machine, op: Retire, effects: Effects) -> None:
    effects.retired(op, machine.drop(op.origin))
    machine.prune()


def _shut(machine: Machine, effects: Effects) -> None:
    for origin in named(machine.sources):
        effects.book(ACCOUNT_CLOSED, origin, machine.drop(origin))
    machine.sources.clear()
    machine.records.clear()


def _pass_movement(machine: Machine, op: Movement, tag: Tag, effects: Effects) -> None:
    if op.awaits_tag:
        _pass_tagged(machine, op, tag, effects)
    elif not op.credit:
        _pass_debit(machine, op, effects)
    elif op.kind is Kind.DRAW:
        _pass_draw(machine, op, effects)
    else:
        _pass_credit(machine, op, effects)


def _enter(
    machine: Machine,
    op: Movement,
    shares: Mapping[str, Share],
    union: Bounds,
    effects: Effects,
    tag: Tag | None = None,
) -> None:
    effects.book_ended(machine.credit(identity(op), op.amount, shares, union), op)
    pairs = {name: share.pair for name, share in sorted(shares.items())}
    if shares:
        pairs[ANY_LOAN] = Pair(*union, sum(share.point for share in shares.values()))
    effects.passes(op, pairs, tag=tag)


def identity(op: Movement) -> Identity | None:
    """By what the movement can be named later; one that was only inferred, by nothing."""
    if not op.payment_id:
        return None
    return Identity(op.transfer, op.event_time, "" if op.peer_account else op.bucket, op.sure)


# -- credits -----------------------------------------------------------------------------------


def draw_share(op: Movement, horizon_ms: int) -> dict[str, Share]:
    """A draw is loan money to the last unit; card credit and another currency than the ledgers' are never an origin."""
    if op.card or op.draw_id is None or op.draw_id in RESERVED or op.currency != LOAN_CURRENCY:
        return {}
    cap = max(op.amount, op.principal or 0)
    return {op.draw_id: Share(op.amount, op.amount, op.amount, cap, 0, op.event_time + horizon_ms)}


def _pass_draw(machine: Machine, op: Movement, effects: Effects) -> None:
    shares = draw_share(op, machine.limits.horizon_ms)
    _enter(machine, op, shares, Bounds(op.amount, op.amount) if shares else NOTHING, effects)


def _pass_credit(machine: Machine, op: Movement, effects: Effects) -> None:
    """Money from outside: what an earlier payment gives back, if we still know that payment; else clean."""
    record = machine.record(op.original) if op.kind in BACKWARD else None
    if record is not None and record.outgoing and record.amount < op.amount:
        effects.events.append(RETURN_ABOVE)
    if record is None or not record.outgoing or not record.bucket or record.amount < op.amount:
        possible = sum(share.possible for share in op.virtual.values())
        _enter(machine, op, op.virtual, Bounds(0, min(op.amount, possible)), effects)
        return
    _refund(machine, op, record, effects)


def _refund(machine: Machine, op: Movement, record: Record, effects: Effects) -> None:
    """The trail had ended in a bucket: take it out of there again."""
    before = {name: (part.certain, part.possible) for name, part in record.parts.items()}
    bucket = record.bucket
    carried, ended = undo(machine, record, op.amount)
    for name in sorted(before):
        part = record.parts[name]
        certain, possible = before[name]
        out = Pair(certain - part.certain, possible - part.possible, carried.composition.get(name, 0))
        effects.take_back(bucket, name, out, op, sure=record.sure)
    effects.book_ended(ended, op)
    effects.passes(op, carried.pairs(), undone=True)


def _pass_tagged(machine: Machine, op: Movement, tag: Tag, effects: Effects) -> None:
    if not fits(op, tag):
        effects.events.append(BAD_TAG)
        end_trail(tag, effects, by=op)
        tag = CLEAN
    record = machine.record(op.original) if tag.undo else None
    if record is None or not _came_back_whole(record, tag, op.amount):
        _enter(machine, op, tag.shares, tag.union, effects, tag)
        return
    carried, ended = undo(machine, record, op.amount, dict(tag.composition))
    effects.book_ended(ended, op)
    effects.passes(op, carried.pairs(), undone=True, tag=tag)


def fits(op: Movement, tag: Tag) -> bool:
    """Whether the tag can be of this credit: same amount and currency, and figures that can be true."""
    return tag == CLEAN or (tag.sound and tag.amount == op.amount and tag.currency in ("", op.currency))


def _came_back_whole(record: Record, tag: Tag, amount: int) -> bool:
    """Undo only where the payment's origins come back complete; else it is an ordinary credit."""
    return record.outgoing and record.amount >= amount and _origins(tag.whole) == _origins(whole(record))


def _origins(pairs: Mapping[str, Pair]) -> dict[str, Pair]:
    return {name: pair for name, pair in pairs.items() if pair.possible}


def whole(record: Record) -> dict[str, Pair]:
    """What is left of a recorded movement, by source other than the union."""
    return {
        name: Pair(part.certain, part.possible, record.composition.get(name, 0))
        for name, part in record.parts.items()
        if name != ANY_LOAN
    }


def end_trail(tag: Tag, effects: Effects, cause: str = "", by: Movement | None = None) -> None:
    """Book all that a tag brought as no longer followed. `cause`: "" where the tag itself is counted."""
    for name, share in sorted(tag.shares.items()):
        effects.cut(cause, name, share.pair, by, tag.currency)


# -- debits ------------------------------------------------------------------------------------


def _pass_debit(machine: Machine, op: Movement, effects: Effects) -> None:
    record = _unused_credit(machine, op)
    if record is None:
        before = None
        carried = machine.debit(identity(op), op.amount)
    else:
        before = whole(record)
        carried, ended = undo(machine, record, op.amount)
        effects.book_ended(ended, op)
    pairs = carried.pairs()
    if op.peer_account:
        tag = _tag(machine, op, carried, before, effects)
        if tag.shares or tag.undo or not op.peer_customer:  # a stranger's partition hears of clean payments by CLEAR
            effects.outbox.append(Envelope(op.account, op.peer_account, tag, op.peer_customer))
    else:
        for name, pair in pairs.items():
            _leave(op, name, pair, effects)
    effects.passes(op, pairs, undone=record is not None)


def _leave(op: Movement, name: str, pair: Pair, effects: Effects) -> None:
    """Into its bucket; where that is an ended trail, an account that a crowd uses was paid."""
    if op.bucket == TRAIL_ENDED:
        effects.cut(CUT_HUB, name, pair, op)
    else:
        effects.book(op.bucket, name, pair, by=op)


def _unused_credit(machine: Machine, op: Movement) -> Record | None:
    """The credit that `op` takes back, if no debit came after it: a statement shows that in one line."""
    record = machine.record(op.original) if op.kind in BACKWARD else None
    if record is None or record.outgoing or record.used or record.amount < op.amount:
        return None
    return record


def _tag(machine: Machine, op: Movement, carried: Carried, undone: dict[str, Pair] | None, effects: Effects) -> Tag:
    """Tell the receiver what came; what is cut off ends its trail here. An undo is never cut."""
    sent: dict[str, Share] = {}
    cut: dict[str, Pair] = {}
    for name, pair in carried.pairs().items():
        if name == ANY_LOAN:
            continue
        share = _share(machine.sources[name], pair, op)
        if undone is None and _too_far(share, op, machine.limits):
            cut[name] = pair
            _cut(op, name, share, machine.limits, effects)
        else:
            sent[name] = msgspec.structs.replace(share, hops=min(share.hops, machine.limits.hops))
    union = _union_sent(carried.bounds.get(ANY_LOAN, NOTHING), sent, cut)
    if op.peer_amount and op.amount:
        return _exchanged(op, sent, union, effects)
    if undone is None:
        return Tag(op.transfer, op.amount, sent, union, currency=op.currency)
    return Tag(
        op.transfer,
        op.amount,
        sent,
        union,
        undo=True,
        composition=carried.composition,
        whole=undone,
        currency=op.currency,
    )


def _cut(op: Movement, name: str, share: Share, limits: Limits, effects: Effects) -> None:
    """What is too small is dust, however far it has come."""
    small = share.possible < limits.smallest_tag
    effects.cut(CUT_SMALL if small else CUT_HOPS, name, share.pair, op)
    if small:
        effects.fell(op, name, share.pair, share.cap)


def _exchanged(op: Movement, sent: Mapping[str, Share], union: Bounds, effects: Effects) -> Tag:
    """Into another currency goes what is possible, at the rate of the two legs, rounded up; the trail ends here."""
    shares = {}
    for name, share in sent.items():
        effects.cut(CUT_CURRENCY, name, share.pair, op)
        possible, cap = min(op.peer_amount, _at_rate(op, share.possible)), min(NO_CAP, _at_rate(op, share.cap))
        shares[name] = msgspec.structs.replace(share, certain=0, possible=possible, point=0, cap=cap)
    high = min(op.peer_amount, _at_rate(op, union.high))
    return Tag(op.transfer, op.peer_amount, shares, Bounds(0, high), currency=op.peer_currency)


def _at_rate(op: Movement, amount: int) -> int:
    return -(-amount * op.peer_amount // op.amount)


def _share(source: Source, pair: Pair, op: Movement) -> Share:
    via = (*source.via, op.account)[-MOST_VIA:] if op.peer_customer else source.via
    return Share(*pair, source.cap, source.hops + (not op.same_name), source.expires, source.home, via)


def _too_far(share: Share, op: Movement, limits: Limits) -> bool:
    """Between accounts of one name nothing is cut: no message is saved there, and the owner is the same."""
    return not op.same_name and (share.possible < limits.smallest_tag or share.hops > limits.hops)


def _union_sent(union: Bounds, sent: Mapping[str, Share], cut: Mapping[str, Pair]) -> Bounds:
    low = max(sum(share.certain for share in sent.values()), union.low - sum(pair.possible for pair in cut.values()))
    return Bounds(low, min(union.high, sum(share.possible for share in sent.values())))
