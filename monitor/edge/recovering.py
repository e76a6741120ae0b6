"""Take-overs in the background: tried again, refused by name, or dropped when the partition is no longer wanted."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor
from typing import Any

from monitor.edge.owner import Recovered, Surroundings
from monitor.edge.refusal import Refusal, Superseded
from monitor.edge.seams import FencedError, TransientError
from monitor.edge.take_over import Means, Report, TakeOver

log = logging.getLogger(__name__)
RETRY_SECONDS = 1.0
StillOwner = Callable[[int], Awaitable[bool]]
Wanted = Callable[[int, object], bool]  # partition, token of the assignment that wants it


class Recovering:
    """Runs on the event loop; each attempt in a thread of `pool`."""

    def __init__(
        self, around: Surroundings, means: Means, still_owner: StillOwner, pool: Executor, wanted: Wanted
    ) -> None:
        self.on_recovered: Callable[[Recovered], None] = lambda _: None
        self._around = around
        self._means = means
        self._still_owner = still_owner
        self._pool = pool
        self._wanted = wanted
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()

    def start(self, partition: int, token: object) -> None:
        """Take a partition over that the group gave us."""
        self._spawn(partition, self._take_over(partition, token))

    def start_again(self, partition: int, token: object) -> None:
        """Take a partition over again whose claim was lost, once the group says that it is still ours."""
        self._spawn(partition, self._claim_again(partition, token))

    def _spawn(self, partition: int, work: Coroutine[Any, Any, None]) -> None:
        stats = self._around.stats.of(partition)
        stats.phase, stats.reason = "recovering", ""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_over(self, partition: int, token: object) -> None:
        while self._wanted(partition, token):
            if await self._attempt(partition, token):
                return
            await asyncio.sleep(RETRY_SECONDS)

    async def _claim_again(self, partition: int, token: object) -> None:
        """Superseded by the rightful owner, or by a claim that came late out of a paused process? The group knows."""
        while self._wanted(partition, token):
            if await self._still_owner(partition):
                log.info("partition %d is still ours: claiming it again", partition)
                await self._take_over(partition, token)
                return
            await asyncio.sleep(RETRY_SECONDS / 2)

    async def _attempt(self, partition: int, token: object) -> bool:
        """One attempt; False: try again."""
        attempt = TakeOver(partition, self._means, self._around, lambda: self._wanted(partition, token))
        try:
            recovered, report = await self._loop.run_in_executor(self._pool, attempt.run)
        except Superseded:
            return True
        except (TransientError, FencedError) as error:
            log.warning("take-over of partition %d will be tried again: %s", partition, error)
            return False
        except Exception as error:  # noqa: BLE001  # whatever it was: never live with part of a state
            self._refuse(partition, error)
            return True
        self._accept(recovered, report, token)
        return True

    def _accept(self, recovered: Recovered, report: Report, token: object) -> None:
        log.info("took over %s", report)
        self._around.stats.take_overs += 1
        if report.mismatches:
            log.error("partition %d: %d replayed batches have other outputs", report.partition, report.mismatches)
        if self._wanted(report.partition, token):
            self.on_recovered(recovered)
        else:
            self._loop.run_in_executor(self._pool, recovered.writer.close)

    def _refuse(self, partition: int, error: Exception) -> None:
        name = error.name if isinstance(error, Refusal) else "TAKE_OVER_FAILED"
        log.error("partition %d refused: %s", partition, error, exc_info=not isinstance(error, Refusal))
        stats = self._around.stats.of(partition)
        stats.phase, stats.reason = "refused", f"{name}: {error}"
        self._around.stats.refused += 1
