"""When cuts begin, and how they are published beside the hot path."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from monitor.edge.cut import Cut
from monitor.edge.owner import PartitionOwner, Surroundings
from monitor.edge.seams import FencedError, TransientError

log = logging.getLogger(__name__)
Lost = Callable[[PartitionOwner, str], None]


class Cutting:
    """Begins a cut of each partition every few seconds, staggered, and publishes what is complete and acknowledged."""

    def __init__(self, around: Surroundings, lost: Lost) -> None:
        self._around = around
        self._lost = lost
        self._due: dict[int, float] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}  # the newest publication of each partition
        self._pool = ThreadPoolExecutor(1, "snapshots")
        self._loop = asyncio.get_running_loop()

    def schedule(self, owner: PartitionOwner) -> None:
        """The first cut of a partition that went live; partitions take turns."""
        interval = self._around.config.limits.snapshot_seconds
        self._due[owner.partition] = self._loop.time() + interval * (1 + owner.partition % 8 / 8)

    def advance(self, owner: PartitionOwner) -> bool:
        """Begin a cut that is due, publish one that is ready. True: there are pieces to take, wake the partition."""
        cut = owner.take_publishable()
        if cut is not None:
            self._tasks[owner.partition] = self._loop.create_task(self._publish(owner, cut))
        if self._loop.time() >= self._due.get(owner.partition, 0.0) and owner.begin_cut():
            self._due[owner.partition] = self._loop.time() + self._around.config.limits.snapshot_seconds
        return owner.cut is not None and not owner.cut.complete

    async def _publish(self, owner: PartitionOwner, cut: Cut) -> None:
        success = await self._loop.run_in_executor(self._pool, self._write, owner, cut)
        owner.published(cut, success=success)
        stats = self._around.stats
        if success:
            stats.snapshots += 1
            stats.snapshot_entries += len(cut.entries)
            partition = stats.of(owner.partition)
            partition.snapshot_ms, partition.entries = cut.place.clock, len(owner.live_keys)
            partition.restart = (cut.place.reference_offset, cut.place.controls_offset)
        else:
            stats.snapshot_failures += 1

    def _write(self, owner: PartitionOwner, cut: Cut) -> bool:
        marker = cut.marker(owner.live_keys, self._around.config.engine_version)
        try:
            owner.writer.publish(cut.entries, marker)
        except FencedError as error:
            self._lost(owner, f"superseded: snapshot fenced: {error}")
            return False
        except TransientError as error:
            log.warning("snapshot of partition %d will be part of the next: %s", owner.partition, error)
            return False
        except Exception:
            log.exception("snapshot of partition %d failed", owner.partition)
            return False
        return True

    async def last_cuts(self, owners: list[PartitionOwner]) -> None:
        """A last cut of every partition that is drained. What is not goes to the successor by the journal."""
        for owner in owners:
            if owner.partition in self._tasks:
                await self._tasks[owner.partition]
            owner.final_cut()
            cut = owner.take_publishable()
            if cut is not None:
                await self._publish(owner, cut)
        await self._loop.run_in_executor(None, self._pool.shutdown)
