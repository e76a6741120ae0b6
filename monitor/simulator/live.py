"""The bank on the wall clock: first its past, as fast as the broker takes it, then now, at a rate, with its cases.

The past has old event times and new append times, as a back-fill has; windows read event time, so it counts as past.
It stays within the 180 days a message may lag behind. Cases play now, fast: what takes hours in life takes seconds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from monitor.simulator.answers import AcceptAll, Answers
from monitor.simulator.bank import Bank
from monitor.simulator.calendar import SECOND
from monitor.simulator.kernel import Delivery

Send = Callable[[str, bytes, bytes], None]
_encode = msgspec.json.Encoder().encode
_LIVE_PACE = 1 / 600
_TAIL = 0.75
_OVERTIME = 60
_IN_FLIGHT = 2 * SECOND


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock: `now` in ms since the epoch, `sleep` in seconds."""

    now: Callable[[], int]
    sleep: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Show:
    """What is played live: messages a second from the crowd, for how many seconds; `pace` shortens people's waits."""

    rate: float
    seconds: float
    pace: float = _LIVE_PACE


class LiveBank:
    """A bank that sends itself. The monitor is obeyed only from now on: what is past has happened."""

    def __init__(self, bank: Bank, send: Send, clock: Clock, answers: Answers | None = None) -> None:
        self.bank = bank
        self.clock = clock
        self._send = send
        self._answers = answers or AcceptAll()

    def past(self) -> Iterator[Delivery]:
        """Send everything up to this moment, without waiting; yield what was sent."""
        yield from self._play(self.clock.now())

    def present(self, show: Show) -> Iterator[Delivery]:
        """Send the crowd, the stories and the cases on the wall clock; yield what was sent.

        A story that needs longer gets up to a minute of overtime; what is in flight at the end is still settled.
        """
        start = self.clock.now()
        self._raise_curtain(show, start)
        end = start + int(show.seconds * SECOND)
        yield from self._play(end)
        for second in range(_OVERTIME):
            if all(story.over for story in self.bank.stories):
                break
            yield from self._play(end + second * SECOND)
        yield from self._play(self.clock.now() + _IN_FLIGHT)

    def _raise_curtain(self, show: Show, start: int) -> None:
        bank, end = self.bank, start + int(show.seconds * SECOND)
        bank.core.pace = show.pace
        bank.core.answers = self._answers
        bank.gather_crowd(show.rate, start, end)
        span = int((end - start) * _TAIL)
        for number, story in enumerate(bank.stories):
            bank.play_story(story, start + (number + 1) * SECOND, span)
        for role in bank.roles:
            bank.play_role(role, start, span)

    def _play(self, until: int) -> Iterator[Delivery]:
        kernel = self.bank.kernel
        while (due := kernel.next_time()) is not None and due <= until:
            self._wait_for(due)
            delivery = kernel.advance()
            if delivery is not None:
                self._send(delivery.topic, delivery.key, _encode(delivery.message))
                yield delivery

    def _wait_for(self, due: int) -> None:
        early = due - self.clock.now()
        if early > 0:
            self.clock.sleep(early / SECOND)
