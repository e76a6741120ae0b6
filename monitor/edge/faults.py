"""Named points at which a test lets the process die. The one place that knows them; off unless a fault is set."""

import os
import signal

POINTS = (
    "after_apply_before_journal",
    "after_journal_send_before_ack",
    "after_journal_ack_before_outputs",
    "after_outputs_before_commit",
    "after_claim",
    "in_replay",
    "after_resend_before_live",
    "in_snapshot",
    "after_snapshot",
)


class Faults:
    """Dies at the n-th pass of one named point, as `kill -9` would: nothing is flushed, nothing is closed."""

    def __init__(self, spec: str = "") -> None:
        """`spec` is `point` or `point@n`, n from 1; empty means never."""
        self.point, self.left = parse(spec)

    def reach(self, point: str) -> None:
        """Pass `point`; does not return when this is the pass that was asked for."""
        if point != self.point:
            return
        self.left -= 1
        if self.left == 0:
            self.die()

    def die(self) -> None:
        """End the process without any clean-up."""
        os.kill(os.getpid(), signal.SIGKILL)


def parse(spec: str) -> tuple[str | None, int]:
    """Point and pass. Raises ValueError on a point nobody reaches: such a test would prove nothing."""
    if not spec:
        return None, 0
    point, _, passes = spec.partition("@")
    if point not in POINTS:
        raise ValueError(f"unknown fault point {point!r}; known: {', '.join(POINTS)}")
    if passes and not (passes.isdecimal() and int(passes) > 0):
        raise ValueError(f"fault {spec!r}: the pass after @ is a number from 1")
    return point, int(passes or 1)
