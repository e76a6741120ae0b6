"""The bank plays in a thread of its own, so that who looks on never delays it."""

import time
from collections import deque
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING

from monitor.simulator.bank import Bank
from monitor.simulator.listening import Listening
from monitor.simulator.live import Clock, LiveBank, Send, Show

if TYPE_CHECKING:
    from monitor.simulator.stories.story import Step

_END_S = 10.0


class CurtainError(Exception):
    """The performance is to end now."""


class Performance:
    """A bank in front of the curtain. `steps`: what the stories told, for another thread to take."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.steps: SimpleQueue[Step] = SimpleQueue()
        self.error: BaseException | None = None
        self._stop = Event()
        self._thread: Thread | None = None
        self.clock = Clock(now=lambda: time.time_ns() // 1_000_000, sleep=self._sleep)
        self.listening = Listening(self.clock.now)
        for story in bank.stories:
            story.listeners.append(self.steps.put)

    def connect(self, send: Send) -> None:
        """Open the way to the broker."""
        self._live = LiveBank(self.bank, send, self.clock, self.listening)

    def past(self) -> int:
        """Play what came before, at once; how many messages that was."""
        return sum(1 for _ in self._live.past())

    def begin(self, show: Show) -> None:
        """Play the present from now on."""
        self._thread = Thread(target=self._play, args=(show,), name="bank", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether there is more to come."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """End it now."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_END_S)

    def _play(self, show: Show) -> None:
        try:
            deque(self._live.present(show), maxlen=0)
        except CurtainError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where somebody looks on
            self.error = error

    def _sleep(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise CurtainError
