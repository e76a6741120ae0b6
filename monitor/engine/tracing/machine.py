"""The traced state of one account: a sequential machine over movements in posting order."""

from collections.abc import Mapping
from typing import NamedTuple

from monitor.engine.tracing.interval import ANY_LOAN, NOTHING, OTHER, OWN, Bounds, Pair, named, squeeze
from monitor.engine.tracing.limits import Limits
from monitor.engine.tracing.lots import Composition, Lots, add
from monitor.engine.tracing.movements import Share
from monitor.engine.tracing.records import Part, Record, Source, record_key


class Ended(NamedTuple):
    """Loan money that ended here: which origin, in which bucket, how much."""

    origin: str
    bucket: str
    pair: Pair


class Carried(NamedTuple):
    """What a movement carried: bounds by source (the union among them) and its point composition."""

    bounds: dict[str, Bounds]
    composition: Composition

    def pairs(self) -> dict[str, Pair]:
        """Sources that may be in it, in name order; the union's point is the sum of the others'."""
        loan = sum(units for colour, units in self.composition.items() if colour != OWN)
        return {
            name: Pair(*bounds, loan if name == ANY_LOAN else self.composition.get(name, 0))
            for name, bounds in sorted(self.bounds.items())
            if bounds.high
        }


class Identity(NamedTuple):
    """By what a movement can be named later. Without one it leaves no record."""

    transfer: str
    time: int
    bucket: str = ""
    sure: bool = True


class Machine:
    """Usable balance, overdraft, bounds by source, point lots and the records that can be undone."""

    __slots__ = ("balance", "debt", "debt_bucket", "limits", "lots", "records", "sources")

    def __init__(self, limits: Limits, balance: int = 0, debt_bucket: str = "OVERDRAFT") -> None:
        self.limits = limits
        self.balance = max(0, balance)
        self.debt = max(0, -balance)
        self.debt_bucket = debt_bucket
        self.sources: dict[str, Source] = {}
        self.records: list[Record] = []
        self.lots = Lots(limits.lots, [{OWN: balance}] if balance > 0 else [])

    def copy(self) -> "Machine":
        """An independent copy, to decide on: without the records, as nothing is undone on it."""
        twin = Machine(self.limits, 0, self.debt_bucket)
        twin.balance, twin.debt = self.balance, self.debt
        twin.sources = {name: source.copy() for name, source in self.sources.items()}
        twin.lots = self.lots.copy()
        return twin

    def record(self, transfer: str) -> Record | None:
        """The record of a movement, if it is still kept."""
        key = record_key(transfer)
        return next((record for record in self.records if record.key == key), None)

    # -- movements -----------------------------------------------------------------------------

    def credit(self, identity: Identity | None, amount: int, shares: Mapping[str, Share], union: Bounds) -> list[Ended]:
        """Money came in, with these shares of it loan money; no shares: all clean."""
        for name, share in shares.items():
            self._enter(name, share)
        flows = {name: Bounds(share.certain, share.possible) for name, share in shares.items()}
        if shares:
            self.sources.setdefault(ANY_LOAN, Source())
            flows[ANY_LOAN] = union
        composition = {name: share.point for name, share in shares.items() if share.point}
        add(composition, {OWN: amount - sum(composition.values())})
        self._remember(identity, amount, Carried(flows, composition), outgoing=False)
        self.balance += amount
        for name, flow in flows.items():
            self._gain(self.sources[name], flow)
        self.lots.push(composition)
        return self.settle(amount)

    def _enter(self, name: str, share: Share) -> None:
        source = self.sources.get(name)
        if source is None:
            self.sources[name] = Source(
                cap=share.cap, hops=share.hops, expires=share.expires, home=share.home, via=share.via
            )
            return
        if not source.high:  # what was here is gone: the way is the newcomer's
            source.via = share.via
        source.cap, source.hops = max(source.cap, share.cap), max(source.hops, share.hops)
        source.expires = max(source.expires, share.expires)

    @staticmethod
    def _gain(source: Source, flow: Bounds) -> None:
        source.low += flow.low
        source.high += flow.high
        source.out_sum -= flow.low
        source.in_sum += flow.high

    def debit(self, identity: Identity | None, amount: int) -> Carried:
        """Money left. What exceeds the balance is overdraft and never loan money."""
        usable = min(amount, self.balance)
        carried = Carried(self.flows(usable), self.lots.take(usable))
        add(carried.composition, {OWN: amount - usable})
        self.debt += amount - usable
        self._mark_used()
        self._remember(identity, amount, carried, outgoing=True)
        self.balance -= usable
        for name, flow in carried.bounds.items():
            self._lose(self.sources[name], flow)
        self.narrow()
        return carried

    def _mark_used(self) -> None:
        """Before a used record all are used: only the newest can still be unused."""
        for record in reversed(self.records):
            if record.used:
                break
            record.used = True

    def _lose(self, source: Source, flow: Bounds) -> None:
        source.low = max(0, source.low - flow.high)
        source.high = min(source.high - flow.low, self.balance)
        source.out_sum += flow.high
        source.in_sum -= flow.low

    def flows(self, amount: int) -> dict[str, Bounds]:
        """What an outflow of `amount` would carry of each source, the balance being the most it can."""
        usable = min(amount, self.balance)
        return squeeze(
            {
                name: Bounds(max(0, usable - (self.balance - source.low)), min(usable, source.high))
                for name, source in self.sources.items()
            }
        )

    def preview(self, amount: int) -> Carried:
        """What `debit` would return; nothing changes."""
        usable = min(amount, self.balance)
        return Carried(self.flows(usable), self.lots.copy().take(usable))

    def _remember(self, identity: Identity | None, amount: int, carried: Carried, *, outgoing: bool) -> None:
        """Keep the movement with the anchors as they were before it; money that is nobody's loan needs no record."""
        if identity is None or not self.sources:
            return
        key, name = record_key(identity.transfer), "" if outgoing or identity.bucket else identity.transfer
        record = Record(
            key,
            outgoing,
            amount,
            dict(carried.composition),
            identity.bucket,
            identity.time,
            name=name,
            sure=identity.sure,
        )
        for origin, source in self.sources.items():
            low, high = carried.bounds.get(origin, NOTHING)
            record.parts[origin] = Part(low, high, source.low + source.out_sum, source.high - source.in_sum)
        self.records = [kept for kept in self.records if kept.key != key]
        self.records.append(record)
        del self.records[: -self.limits.records]

    # -- what follows a movement -----------------------------------------------------------------

    def narrow(self) -> None:
        """Apply cap, balance and union to what is held."""
        box = {
            name: Bounds(source.low, min(source.high, source.cap, self.balance))
            for name, source in self.sources.items()
        }
        for name, bounds in squeeze(box).items():
            self.sources[name].low, self.sources[name].high = bounds

    def settle(self, inflow: int) -> list[Ended]:
        """After an inflow: the overdraft is repaid first, then the number of origins is bounded."""
        self.narrow()
        ended = self._repay_debt(min(self.debt, inflow))
        while len(named(self.sources)) > self.limits.origins:
            victim = min(named(self.sources), key=lambda name: (self.sources[name].high, name))
            ended.append(Ended(victim, "TRAIL_ENDED", self.drop(victim, OTHER)))
        return ended

    def _repay_debt(self, due: int) -> list[Ended]:
        if not due:
            return []
        self.debt -= due
        repaid = self.debit(None, due).pairs()
        return [Ended(name, self.debt_bucket, repaid[name]) for name in named(repaid)]

    def drop(self, name: str, into: str = OWN) -> Pair:
        """End the origin's trail here: it becomes own money (closed, expired) or joins OTHER (too many)."""
        source, union = self.sources.pop(name), self.sources[ANY_LOAN]
        pair = Pair(source.low, source.high, self.lots.held(name))
        if into == OTHER:
            self.sources.setdefault(OTHER, Source(hops=source.hops)).high += source.high
            self._extend_other(source)
        else:
            union.high -= source.low
        union.low = max(0, union.low - source.high)
        for record in self.records:
            record.forget(name, into)
        self.lots.recolour(name, into)
        self._void_union_anchors(into)
        self.narrow()
        return pair

    def _extend_other(self, joined: Source) -> None:
        other = self.sources[OTHER]
        other.hops, other.expires = max(other.hops, joined.hops), max(other.expires, joined.expires)

    def _void_union_anchors(self, into: str) -> None:
        """Anchors speak of all that was in the sum: once it changes, older ones say nothing."""
        for record in self.records:
            for name in (ANY_LOAN, OTHER) if into == OTHER else (ANY_LOAN,):
                if name in record.parts:
                    record.parts[name].void()

    def resync(self, balance: int) -> list[Ended]:
        """The ledger says another balance: nothing is certain, everything up to the principal is possible."""
        lost = self._adjust_lots(max(0, balance))
        self.balance, self.debt, self.records = max(0, balance), max(0, -balance), []
        ended = [
            Ended(name, "UNKNOWN", Pair(0, self.sources[name].high, lost.get(name, 0))) for name in named(self.sources)
        ]
        for source in self.sources.values():
            source.low, source.high = 0, min(self.balance, source.cap)
            source.out_sum = source.in_sum = 0
        return ended

    def _adjust_lots(self, balance: int) -> Composition:
        came = balance - self.balance
        self.lots.push({OWN: max(0, came)})
        return self.lots.take(max(0, -came))

    def prune(self) -> None:
        """Forget sources that are gone and cannot come back by an undo."""
        alive = {name for record in self.records for name, part in record.parts.items() if part.possible}
        alive.add(ANY_LOAN)
        for name in [name for name, source in self.sources.items() if not source.high and name not in alive]:
            del self.sources[name]
            for record in self.records:
                record.parts.pop(name, None)
        if not (self.sources.keys() - {ANY_LOAN}):
            self.sources.clear()
            self.records.clear()

    @property
    def clean(self) -> bool:
        """Nothing is traced and nothing can come back."""
        return not self.sources
