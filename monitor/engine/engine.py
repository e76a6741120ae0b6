"""The engine of one partition: batches in, outputs out. Deterministic: same state and batches, same bytes."""

from collections.abc import Iterable, Iterator, Mapping

from monitor.engine import shared as shared_state
from monitor.engine.anomaly.detector import Detector
from monitor.engine.api import Batch, Entry, Output
from monitor.engine.context import Context
from monitor.engine.control import advance_controls, report_refused
from monitor.engine.customer import Customer, decode, encode
from monitor.engine.expiry import due_at, expire
from monitor.engine.globals import GlobalInputs
from monitor.engine.loan_money import between, standing
from monitor.engine.state.store import CustomerStore
from monitor.engine.state.timers import Timer, Timers
from monitor.engine.take import take
from rules.rule import Rule
from rules.rule_set import RuleSet, parse
from topics import names

CUSTOMER, MODEL, SHARED = b"c", b"m", b"s"


class Engine:
    """See `monitor.engine.api.PartitionEngine`. `rule_set` holds until `controls` brings another one."""

    def __init__(
        self,
        partition: int,
        *,
        catalogue: Mapping[str, Rule],
        rule_set: RuleSet,
        inputs: GlobalInputs,
        model: Detector,
        reply_topics: frozenset[str] = frozenset(),
        partitions: int = 1,
    ) -> None:
        self._inputs = inputs
        self._customers: CustomerStore[Customer] = CustomerStore(_new, encode, decode)
        self._timers = Timers()
        self._cut: list[Entry] | None = None
        self._ctx = Context(
            partition=partition,
            shared=shared_state.Shared(),
            model=model,
            catalogue=catalogue,
            rule_set=rule_set,
            view=inputs.reference.view(inputs.reference.floor),
            counts={},
            reply_topics=reply_topics,
            partitions=partitions,
        )

    def apply(self, batch: Batch) -> list[Output]:
        """Apply a batch; the outputs in order."""
        ctx = self._ctx
        ctx.outputs, ctx.told = [], 0
        ctx.epoch, ctx.sequence = batch.epoch, batch.sequence
        ctx.clock = ctx.shared.clock = max(batch.clock, ctx.shared.clock)
        self._advance(batch)
        self._tick()
        touched = {record.key or b"" for record in batch.records if take(ctx, self._customers, record)}
        ctx.record = None
        # Only now is everything applied that was appended before `through`.
        ctx.shared.through = max(batch.through, ctx.shared.through)
        between.give_word(ctx)
        touched.update(customer.customer_id.encode() for customer in standing.publish(ctx))
        self._schedule(touched)
        return ctx.outputs

    def _advance(self, batch: Batch) -> None:
        """Put what `reference` and `controls` hold at the batch's offsets in force."""
        ctx, shared = self._ctx, self._ctx.shared
        self._inputs.reached(batch.reference_offset, batch.controls_offset)
        if batch.reference_offset != ctx.view.offset:
            ctx.view = self._inputs.reference.view(batch.reference_offset)
            self._report(names.REFERENCE, shared.reference_offset, batch.reference_offset)
            shared.reference_offset = batch.reference_offset
        if batch.controls_offset > shared.controls_offset:
            controls = self._inputs.controls.between(shared.controls_offset, batch.controls_offset)
            before = (ctx.rule_set.hash, shared.alert_only)
            advance_controls(ctx, controls, lambda: (customer for _, customer in self._customers.items()))
            if before != (ctx.rule_set.hash, shared.alert_only):
                self._mark_limits()
            self._report(names.CONTROLS, shared.controls_offset, batch.controls_offset)
            shared.controls_offset = batch.controls_offset

    def _mark_limits(self) -> None:
        """Other rules, other headroom."""
        for key in [key for key, customer in self._customers.items() if customer.headroom]:
            self._ctx.mark(self._customers.for_change(key))

    def _report(self, topic: str, start: int, end: int) -> None:
        report_refused(self._ctx, self._inputs.refused[topic], start, end)

    def _tick(self) -> None:
        """Let the timers that are due go off, in order."""
        ctx = self._ctx
        ctx.model.expire(ctx.clock)
        between.expire(ctx)
        while timers := self._timers.due(ctx.clock):
            for timer in timers:
                self._expire(timer.key)

    def _expire(self, key: bytes) -> None:
        customer = self._customers.for_change(key)
        if expire(self._ctx, customer):
            self._customers.remove(key)
            self._ctx.count("evicted", "customer")
        else:
            self._schedule((key,))

    def _schedule(self, keys: Iterable[bytes]) -> None:
        for key in keys:
            customer = self._customers.get(key)
            if customer is not None:
                self._timers.schedule(Timer(due_at(customer), key, 0, ""))

    def next_timer(self) -> int | None:
        """Batch clock at which a tick is due, ms."""
        dues = (self._timers.next_due(), between.word_due(self._ctx))
        return min((due for due in dues if due is not None), default=None)

    def paused(self) -> str | None:
        """Why the partition refuses to go on."""
        if not self._ctx.shared.flood.paused:
            return None
        return f"a flood of bad messages; go on with: {_resume(self._ctx.partition)}"

    def troubled(self) -> str | None:
        """What somebody must look at although the partition goes on: readiness is red meanwhile."""
        flooded = self._ctx.shared.flooded
        if not flooded:
            return None
        told = "not all are told any more; stop the producer, then"
        return f"a flood of bad messages on {' and '.join(flooded)}, {told}: {_resume(self._ctx.partition)}"

    def begin_cut(self) -> None:
        """Freeze what changed since the last cut; the shared state is small and always part of it."""
        self._customers.begin_cut()
        model = self._ctx.model.dump_if_changed()
        self._cut = [] if model is None else [(MODEL, model)]
        self._cut.append((SHARED, shared_state.encode(self._ctx.shared)))

    def cut_piece(self, limit: int) -> list[Entry]:
        """Up to `limit` entries of the open cut; empty when it is complete."""
        piece = [(CUSTOMER + key, value) for key, value in self._customers.cut_piece(limit)]
        if not piece and self._cut is not None:
            piece, self._cut = self._cut, None
        return piece

    def restore(self, entries: Iterable[Entry]) -> None:
        """Load a complete cut into a fresh engine."""
        loaded = dict(entries)
        self._restore_partition(loaded.pop(MODEL, None), loaded.pop(SHARED, None))
        self._customers.restore((key[len(CUSTOMER) :], value) for key, value in sorted(loaded.items()))
        self._schedule(key for key, _ in self._customers.items())

    def _restore_partition(self, model: bytes | None, shared: bytes | None) -> None:
        ctx = self._ctx
        if model is not None:
            ctx.model.load(model)
        if shared is not None:
            ctx.shared = shared_state.decode(shared)
            ctx.clock = ctx.shared.clock
            self._inputs.reached(ctx.shared.reference_offset, ctx.shared.controls_offset)
            # A partition nobody had for long is not asked about the time before: its next batch names a newer offset,
            # or one that is forgotten, and then it is refused there.
            ctx.view = self._inputs.reference.view(max(ctx.shared.reference_offset, self._inputs.reference.floor))
            if ctx.shared.document is not None:
                ctx.activate(parse(ctx.shared.document, ctx.catalogue))

    def state(self) -> Iterator[Entry]:
        """The whole state, canonical, sorted by key."""
        for key, value in self._customers.entries():
            yield CUSTOMER + key, value
        yield MODEL, self._ctx.model.dump()
        yield SHARED, shared_state.encode(self._ctx.shared)

    def counters(self) -> dict[tuple[str, ...], int]:
        """Running totals since start."""
        return self._ctx.counts

    def gauges(self) -> dict[tuple[str, ...], float]:
        """What stands now: (metric, label values…) -> value."""
        ctx = self._ctx
        standing: dict[tuple[str, ...], float] = {
            ("customers",): len(self._customers),
            ("blocks_in_force",): ctx.shared.blocks_in_force,
            ("anomaly_warm",): not ctx.model.warming_up(),
        }
        for code in ctx.shared.budget.spent:
            share = ctx.shared.budget.used_share(code, ctx.rule_set.budget(code), ctx.clock)
            standing["budget_used", code] = share
        return standing

    def rule_set(self) -> bytes:
        """Hash of the rule set in force, for the journal."""
        return bytes.fromhex(self._ctx.rule_set.hash)

    @property
    def rule_set_hash(self) -> str:
        """Hash of the rule set in force."""
        return self._ctx.rule_set.hash


def _resume(partition: int) -> str:
    return f"monitor control resume --partition {partition}"


def _new(key: bytes) -> Customer:
    return Customer(key.decode())
