"""When a worker is ready, and what keeps it from being so."""

from collections.abc import Mapping

from monitor.edge.stats import EdgeStats

NONE: Mapping[int, str] = {}


def not_ready(stats: EdgeStats, *, lists_loaded: bool, troubles: Mapping[int, str] = NONE) -> list[str]:
    """Name every reason, one a line; that of a flood names the command that goes on.

    `troubles`: partition -> what somebody must look at although it goes on.
    """
    reasons = [] if lists_loaded else ["the listed accounts are not loaded yet"]
    if not stats.assigned:
        return [*reasons, "the group has not assigned partitions yet"]
    waiting = [(number, one) for number, one in sorted(dict(stats.partitions).items()) if one.phase != "live"]
    reasons += [f"partition {number} is {one.phase}: {one.reason}".rstrip(": ") for number, one in waiting]
    return reasons + [f"partition {number} goes on, but: {trouble}" for number, trouble in sorted(troubles.items())]
