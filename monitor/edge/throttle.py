"""Holds back a topic of a partition whose inbox grows while others are waited for."""

from typing import Protocol

from monitor.edge.config import Limits
from monitor.edge.merge import Inbox


class Pausing(Protocol):
    """The part of the fetch thread this needs."""

    def pause(self, topic: str, partition: int, *, paused: bool) -> None:
        """Hold back or let go on."""


class Throttle:
    """Pauses above the limit and resumes below half of it: a pause throws away what librdkafka had prefetched."""

    def __init__(self, limits: Limits, fetching: Pausing) -> None:
        self._limits = limits
        self._fetching = fetching
        self._paused: set[tuple[str, int]] = set()

    def check(self, inbox: Inbox, topic: str, partition: int) -> None:
        """Look at one topic of a partition after its inbox changed."""
        records, size = inbox.size(topic), inbox.bytes[topic]
        place = (topic, partition)
        if place in self._paused:
            if records * 2 <= self._limits.inbox_records and size * 2 <= self._limits.inbox_bytes:
                self._set(place, paused=False)
        elif records > self._limits.inbox_records or size > self._limits.inbox_bytes:
            self._set(place, paused=True)

    def check_paused(self, inbox: Inbox, partition: int) -> None:
        """After records were taken out."""
        for topic, number in list(self._paused):
            if number == partition:
                self.check(inbox, topic, partition)

    def forget(self, partition: int) -> None:
        """Its fetching starts anew."""
        self._paused = {place for place in self._paused if place[1] != partition}

    def _set(self, place: tuple[str, int], *, paused: bool) -> None:
        (self._paused.add if paused else self._paused.discard)(place)
        self._fetching.pause(*place, paused=paused)
