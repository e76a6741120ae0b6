"""The ledger as bytes, and back. Equal ledgers give equal bytes, in whatever order they were filled.

Positional msgpack. An account without loan money is a name and three numbers.
"""

from collections import deque
from typing import Final

import msgspec
from msgspec import Struct

from monitor.engine.tracing.account import Account, Edges, Receiver, Waiting
from monitor.engine.tracing.book import Entry
from monitor.engine.tracing.ledger import Ledger
from monitor.engine.tracing.limits import LIMITS, Limits
from monitor.engine.tracing.sequence import Parked, Sequence
from monitor.engine.tracing.tags import Applied, Early
from monitor.engine.tracing.use import SpentBy, Use
from monitor.engine.tracing.wire_machine import WireMachine, from_machine, to_machine

VERSION: Final = 4
_OPENED, _RESYNC, _CLOSED, _CARD, _FOREIGN = 1, 2, 4, 8, 16


class _Plain(Struct, array_like=True, gc=False):
    name: str
    last: int
    balance: int
    flags: int


class _Full(Struct, array_like=True):
    plain: _Plain
    machine: WireMachine | None
    parked: list[Parked]
    skipped: list[list[int]]
    tail: list[Waiting]
    early: dict[str, Early]
    forced: dict[str, int]
    applied: dict[str, Applied]
    edges: dict[str, tuple[int, list[Receiver]]]


class _Use(Struct, array_like=True):
    draw: str
    loan: str
    principal: int
    drawn: int
    ended: int
    accounts: list[str]
    buckets: dict[str, list[int]]
    through_others: dict[str, list[int]]
    doubtful: dict[str, list[int]]
    spent: list[SpentBy] = []


class _Ledger(Struct, array_like=True):
    version: int
    plain: list[_Plain]
    full: list[_Full]
    uses: list[_Use]
    folded: list[_Use]
    homes: dict[str, str]


_ENCODER: Final = msgspec.msgpack.Encoder(order="deterministic")
_DECODER: Final = msgspec.msgpack.Decoder(_Ledger)
_VERSION: Final = msgspec.msgpack.Decoder(list[msgspec.Raw])


def encode_ledger(ledger: Ledger) -> bytes:
    """The ledger's one canonical encoding."""
    wire = _Ledger(VERSION, [], [], [], [], ledger.homes)
    for name in sorted(ledger.entries):
        entry = ledger.entries[name]
        if entry.resting and not entry.sequence.skipped:
            wire.plain.append(_plain(entry))
        else:
            wire.full.append(_full(entry))
    wire.uses.extend(_from_use(ledger.uses.by_draw[draw]) for draw in sorted(ledger.uses.by_draw))
    wire.folded.extend(_from_use(ledger.uses.folded[loan]) for loan in sorted(ledger.uses.folded))
    return _ENCODER.encode(wire)


def decode_ledger(data: bytes, limits: Limits = LIMITS) -> Ledger:
    """The ledger again; it goes on exactly as the encoded one would have.

    Raises ValueError if another version wrote it, msgspec.DecodeError if it is damaged.
    """
    version = msgspec.msgpack.decode(_VERSION.decode(data)[0], type=int)
    if version != VERSION:
        raise ValueError(f"tracing state of version {version}; this program reads version {VERSION}")
    wire = _DECODER.decode(data)
    ledger = Ledger(limits)
    for plain in wire.plain:
        ledger.entries[plain.name] = _to_entry(plain, limits)
    for full in wire.full:
        ledger.entries[full.plain.name] = _to_full_entry(full, limits)
    for use in wire.uses:
        ledger.uses.by_draw[use.draw] = Use(*msgspec.structs.astuple(use))
    for use in wire.folded:
        ledger.uses.folded[use.loan] = Use(*msgspec.structs.astuple(use))
    ledger.homes = wire.homes
    return ledger


def _plain(entry: Entry) -> _Plain:
    flags = entry.opened * _OPENED | entry.resync * _RESYNC | entry.closed * _CLOSED
    flags |= entry.account.card * _CARD | entry.account.foreign * _FOREIGN
    return _Plain(entry.account.name, entry.sequence.last, entry.account.balance, flags)


def _full(entry: Entry) -> _Full:
    account = entry.account
    return _Full(
        _plain(entry),
        None if account.base is None else from_machine(account.base),
        entry.sequence.parked,
        entry.sequence.skipped,
        list(account.tail),
        account.tags.early,
        account.tags.forced,
        account.tags.applied,
        {origin: (edges.expires, sorted(edges.receivers)) for origin, edges in account.edges.items()},
    )


def _to_entry(plain: _Plain, limits: Limits) -> Entry:
    entry = Entry(Account(plain.name, limits), Sequence(limits, plain.last))
    entry.account.balance = plain.balance
    entry.opened, entry.resync = bool(plain.flags & _OPENED), bool(plain.flags & _RESYNC)
    entry.closed, entry.account.card = bool(plain.flags & _CLOSED), bool(plain.flags & _CARD)
    entry.account.foreign = bool(plain.flags & _FOREIGN)
    return entry


def _to_full_entry(full: _Full, limits: Limits) -> Entry:
    entry = _to_entry(full.plain, limits)
    account = entry.account
    entry.sequence.parked = full.parked
    entry.sequence.skipped = full.skipped
    account.base = None if full.machine is None else to_machine(full.machine, limits, account.debt_bucket)
    account.tail = deque(full.tail)
    tags = account.tags
    tags.early, tags.forced = full.early, full.forced
    tags.applied = dict(sorted(full.applied.items(), key=lambda one: one[1].since))
    account.edges = {origin: Edges(expires, receivers) for origin, (expires, receivers) in full.edges.items()}
    return entry


def _from_use(use: Use) -> _Use:
    accounts = sorted(use.accounts)
    ledgers = use.buckets, use.through_others, use.doubtful
    return _Use(use.draw, use.loan, use.principal, use.drawn, use.ended, accounts, *ledgers, use.spent)
