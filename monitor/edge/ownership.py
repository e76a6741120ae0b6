"""Which partitions are ours, and the life of each: wanted, taken over, live, lost, claimed again, kept, dropped.

Everything here runs on the event loop, except where a comment says otherwise. Faust is not known here.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from monitor.edge.cutting import Cutting
from monitor.edge.effects import Reach, make_owner
from monitor.edge.entries import RULE_SET_BYTES
from monitor.edge.merge import Chunk
from monitor.edge.owner import PartitionOwner, Progress, Recovered, Surroundings
from monitor.edge.recovering import Recovering, StillOwner
from monitor.edge.take_over import Means
from monitor.edge.throttle import Throttle

log = logging.getLogger(__name__)


class Fetching(Protocol):
    """The fetch thread, as seen from here."""

    def add(self, partition: int, positions: dict[str, int], token: int) -> None:
        """Start fetching a partition's inputs at `positions`."""

    def remove(self, partition: int) -> None:
        """Stop fetching a partition's inputs."""

    def pause(self, topic: str, partition: int, *, paused: bool) -> None:
        """Hold one topic of a partition back, or let it go on."""


class Ownership:
    """All partitions of one worker."""

    def __init__(
        self,
        around: Surroundings,
        means: Means,
        fetching: Fetching,
        *,
        still_owner: StillOwner,
        crash: Callable[[BaseException], None],
    ) -> None:
        """`still_owner`: does the group accept a commit of ours for this partition? `crash`: any thread."""
        self.owners: dict[int, PartitionOwner] = {}
        self.starving = False  # some partition waits for a topic: the fetch thread must not rest
        self._around = around
        self._means = means
        self._fetching = fetching
        self._crash = crash
        self._throttle = Throttle(around.config.limits, fetching)
        self._loop = asyncio.get_running_loop()
        self._wanted: dict[int, object] = {}
        self._pool = ThreadPoolExecutor(2, "take-over")
        self._recovering = Recovering(
            around, means, still_owner, self._pool, lambda partition, token: self._wanted.get(partition) is token
        )
        self._recovering.on_recovered = self._recovered
        self._cutting = Cutting(around, self.lost)
        self._reach = Reach(
            around=around,
            outputs=means.outputs,
            open_reader=lambda: means.open_reader(lambda: True),
            pool=ThreadPoolExecutor(1, "gaps"),
            lost=self.lost,
            wake=lambda partition: self._soon(self.wake, partition),
        )
        self._awake: set[int] = set()
        self._scheduled = False
        self._tokens = 0
        self._flooded: set[int] = set()
        self._halted = True

    # -- assignment

    def assign(self, partitions: Iterable[int]) -> None:
        """The group's word: these are ours. State kept over the rebalance goes on, the rest is taken over."""
        wanted = set(partitions)
        self._halted = False
        self._around.stats.assigned = True
        for partition in [p for p in self.owners if p not in wanted or self.owners[p].pipeline.void is not None]:
            self._drop(partition)
        for partition in [p for p in self._around.stats.partitions if p not in wanted]:
            del self._around.stats.partitions[partition]
        known = self._wanted
        self._wanted = {partition: known.get(partition) or object() for partition in wanted}
        for partition in sorted(wanted):
            if partition in self.owners:  # started anew even if it is live: Faust may have emptied the channels
                self._go_live(self.owners[partition])
            elif partition not in known:
                self._recovering.start(partition, self._wanted[partition])

    def halt(self) -> None:
        """Stop applying; fetching is stopped by the caller. The state is kept until the next assignment."""
        self._halted = True
        self._wanted = {}
        self._awake.clear()
        self._flooded.clear()
        for owner in self.owners.values():
            owner.token = 0
            owner.inbox.clear()

    def _drop(self, partition: int) -> None:
        owner = self.owners.pop(partition)
        owner.pipeline.void = owner.pipeline.void or "dropped"
        self._flooded.discard(partition)
        self._loop.run_in_executor(self._pool, owner.writer.close)

    def _recovered(self, recovered: Recovered) -> None:
        owner = make_owner(recovered, self._reach)
        self.owners[owner.partition] = owner
        self._go_live(owner)

    def _go_live(self, owner: PartitionOwner) -> None:
        self._tokens += 1
        owner.token = self._tokens
        owner.inbox.clear()
        self._throttle.forget(owner.partition)
        self._cutting.schedule(owner)
        stats = self._around.stats.of(owner.partition)
        stats.phase, stats.reason, stats.epoch = "live", "", owner.place.epoch
        if self._note_flood(owner) is None:
            self._fetching.add(owner.partition, dict(owner.inbox.consumed), owner.token)

    # -- losing

    def lost(self, owner: PartitionOwner, why: str) -> None:
        """Any thread: the pipeline or a snapshot found out that this claim is over, or that nobody can tell."""
        owner.pipeline.abandon(why)
        self._soon(self._lost, owner, why)

    def _soon(self, function: Callable[..., None], *arguments: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is ending
            self._loop.call_soon_threadsafe(function, *arguments)

    def _lost(self, owner: PartitionOwner, why: str) -> None:
        if self.owners.get(owner.partition) is not owner:
            return
        log.warning("lost partition %d, epoch %d: %s", owner.partition, owner.place.epoch, why)
        self._around.stats.lost += 1
        self._around.stats.void_batches += len(owner.pipeline)
        self._fetching.remove(owner.partition)
        self._drop(owner.partition)
        token = self._wanted.get(owner.partition)
        if token is not None:
            self._recovering.start_again(owner.partition, token)

    # -- work

    def receive(self, chunk: Chunk) -> None:
        """What an agent hands over. An exception voids the partition and ends the worker: nothing is passed by."""
        owner = self.owners.get(chunk.partition)
        if owner is None:
            return
        try:
            owner.receive(chunk)
        except Exception as error:
            self._die(owner, error)
            raise
        self._throttle.check(owner.inbox, chunk.topic, chunk.partition)
        self.wake(chunk.partition)

    def wake(self, partition: int) -> None:
        """Look at a partition in the next turn of the loop, so that all topics of one fetch are there first."""
        self._awake.add(partition)
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._scheduled = False
        awake, self._awake = self._awake, set()
        for partition in sorted(awake):
            owner = self.owners.get(partition)
            if owner is not None and not self._halted:
                self._pump(owner)
        self.starving = any(owner.inbox.waiting for owner in self.owners.values())

    def _pump(self, owner: PartitionOwner) -> None:
        try:
            progress = owner.pump()
        except Exception as error:  # noqa: BLE001  # half applied: this state is dead
            self._die(owner, error)
            return
        self._note_flood(owner)
        self._throttle.check_paused(owner.inbox, owner.partition)
        if progress is Progress.MORE:
            self.wake(owner.partition)
        elif progress is Progress.WAITING:
            self._loop.call_later(0.01, self.wake, owner.partition)

    def _note_flood(self, owner: PartitionOwner) -> str | None:
        """A partition that refuses to go on stops fetching; readiness says so; a tick may lift it."""
        reason, partition = owner.engine.paused(), owner.partition
        stats = self._around.stats.of(partition)
        if reason is not None and partition not in self._flooded:
            log.error("partition %d paused: %s", partition, reason)
            self._flooded.add(partition)
            stats.phase, stats.reason = "paused", reason
            owner.token = 0
            owner.inbox.clear()
            self._fetching.remove(partition)
        elif reason is None and partition in self._flooded:
            log.info("partition %d goes on", partition)
            self._flooded.discard(partition)
            self._go_live(owner)
        return reason

    def _die(self, owner: PartitionOwner, error: Exception) -> None:
        log.critical("partition %d: engine or inbox failed, the worker stops", owner.partition, exc_info=error)
        self._wanted.pop(owner.partition, None)  # not claimed again here: the next process meets the same input
        owner.pipeline.abandon(f"failed: {error!r}")
        self._crash(error)

    def tick(self) -> None:
        """Every few hundredths of a second: timers, cuts, numbers."""
        if self._halted:
            return
        for owner in list(self.owners.values()):
            try:
                owner.tick()
            except Exception as error:  # noqa: BLE001  # as in _pump
                self._die(owner, error)
                return
            self._note_flood(owner)
            if self._cutting.advance(owner):
                self.wake(owner.partition)
            self._measure(owner)

    def _measure(self, owner: PartitionOwner) -> None:
        stats, inbox = self._around.stats.of(owner.partition), owner.inbox
        stats.in_flight, stats.inbox = len(owner.pipeline), len(inbox)
        stats.lag_records = sum(max(inbox.high[t] - inbox.consumed[t], 0) for t in inbox.consumed)
        stats.lag_ms = inbox.age_ms(self._around.now_ms())
        # The engine's word: before its first batch here the place holds no rule set yet.
        stats.sequence, stats.rule_set = owner.place.sequence, owner.engine.rule_set()[:RULE_SET_BYTES].hex()

    # -- what is asked from outside

    def committable(self, topic: str, partition: int) -> int | None:
        """Next offset that may be committed: its outputs are acknowledged."""
        owner = self.owners.get(partition)
        return None if owner is None or owner.pipeline.void is not None else owner.pipeline.committable.get(topic)

    def note_high(self, topic: str, partition: int, high: int) -> None:
        """The high watermark the fetch thread last heard of."""
        owner = self.owners.get(partition)
        if owner is not None:
            owner.inbox.high[topic] = max(high, owner.inbox.high[topic])

    def note_ends(self, partition: int, ends: dict[str, int], asked_at: int) -> None:
        """Where the inputs of a partition ended when the broker was asked, ms."""
        owner = self.owners.get(partition)
        if owner is not None:
            owner.through.note(ends, asked_at)

    def backlog(self) -> int:
        """Records waiting in the inboxes. Any thread."""
        return sum(len(owner.inbox) for owner in list(self.owners.values()))

    async def drain(self, seconds: float) -> None:
        """Wait until everything applied is acknowledged, at most `seconds`."""
        end = self._loop.time() + seconds
        while self._loop.time() < end and any(  # noqa: ASYNC110  # acknowledgements come in another thread
            len(owner.pipeline) and owner.pipeline.void is None for owner in self.owners.values()
        ):
            await asyncio.sleep(0.005)

    async def finish(self) -> None:
        """A graceful stop: drain, leave a last snapshot of every partition, so that nothing is left to replay."""
        self.halt()
        await self.drain(self._around.config.limits.drain_seconds)
        await self._cutting.last_cuts([owner for owner in self.owners.values() if owner.pipeline.void is None])

    async def close(self) -> None:
        """After the last commit: let everything go."""
        for partition in list(self.owners):
            self._drop(partition)
        await self._loop.run_in_executor(None, self._pool.shutdown)
