"""Waiting for a condition, with a deadline, instead of sleeping."""

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], what: str, timeout_s: float = 60.0) -> T:
    """Wait until `condition` gives something true, and return it; fails naming `what` after `timeout_s`."""
    deadline, pause = time.monotonic() + timeout_s, Event()
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout_s:.0f} s: {what}")
        pause.wait(0.05)
    return found
