"""When a worker is ready, and what keeps it from being so."""

from monitor.edge.stats import EdgeStats


def not_ready(stats: EdgeStats, *, lists_loaded: bool) -> list[str]:
    """Name every reason, one a line; a paused partition's reason names the command that goes on."""
    reasons = [] if lists_loaded else ["the listed accounts are not loaded yet"]
    if not stats.assigned:
        return [*reasons, "the group has not assigned partitions yet"]
    waiting = [(number, one) for number, one in sorted(dict(stats.partitions).items()) if one.phase != "live"]
    return reasons + [f"partition {number} is {one.phase}: {one.reason}".rstrip(": ") for number, one in waiting]
